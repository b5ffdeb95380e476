"""The perplexity of a text as its definition says it: one stream, token by token."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncore.reference.output import cross_entropy, embedding
from rnncore.reference.protocols import ReferenceCell
from rnncore.shapes import Array, Ids


def stream_loss(
    cell: ReferenceCell, params: Mapping[str, Array], ids: Ids, time_size: int | None = None
) -> float:
    """Mean loss in nats of predicting every token from all before it.

        L = -1/n * sum over t = 1 ... n of  ln p(id_t | id_0 ... id_(t-1)),  perplexity = exp(L)

    The state is zero before id_0 and carried from then on; with `time_size` it is made zero again
    before every id_(k * time_size), as a run trains that is not stateful.

    Shapes   ids (n+1,), n >= 1
    Params   embedding.W (V, D); cell.i.Wx, cell.i.Wh, cell.i.b; affine.W (H, V), affine.b (V,).
             Without embedding.W the weights are tied: the embedding is affine.W transposed.
    Buffers  allocates the logits of the whole text, (n, V); writes to no argument.
    Fused twin: metrics.carried_loss and metrics.fresh_loss
    """
    table = params["embedding.W"] if "embedding.W" in params else params["affine.W"].T
    depth = sum(name.endswith(".Wh") for name in params)
    weights = [[params[f"cell.{i}.{name}"] for name in ("Wx", "Wh", "b")] for i in range(depth)]
    _, Wh, _ = weights[0]
    zero = tuple(np.zeros((1, len(Wh)), Wh.dtype) for _ in cell.states)
    state = [zero] * depth
    hidden = []
    for t, here in enumerate(ids[:-1]):
        if time_size and t % time_size == 0:
            state = [zero] * depth
        x = embedding(here[None], table)
        for i in range(depth):
            *advanced, _ = cell.step(x, *state[i], *weights[i])
            state[i] = tuple(advanced)
            x = advanced[0]
        hidden.append(x)
    logits = np.concatenate(hidden) @ params["affine.W"] + params["affine.b"]
    return cross_entropy(logits, ids[1:])
