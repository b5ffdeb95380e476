"""The language model unrolled through a window, tick by tick, and its gradient: BPTT in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnncore.reference.output import (
    cross_entropy,
    cross_entropy_backward,
    embedding,
    embedding_backward,
)
from rnncore.reference.protocols import ReferenceCell
from rnncore.shapes import Array, Ids

State = tuple[Array, ...]


class Unrolled(NamedTuple):
    """What one window gives."""

    loss: float
    gradients: dict[str, Array]
    state: tuple[State, ...]  # of every layer after the last tick, to carry on
    hidden: Array  # (T, N, H), top layer
    hidden_gradients: Array  # (T, N, H), dL/dh of the top layer at every tick
    state_gradients: tuple[State, ...]  # of every layer's state before the first tick


def unrolled_bptt(
    cell: ReferenceCell,
    params: Mapping[str, Array],
    xs: Ids,
    ts: Ids,
    state: tuple[State, ...],
    masks: Sequence[Array | None] | None = None,
) -> Unrolled:
    """Loss and every gradient of one window of the language model.

    Forward, tick by tick:  x = embedding(ids); each cell layer; logits = h @ W + b; softmax loss.
    Backward, from the last tick to the first; what enters the first tick's previous state is cut:
    `state` is a constant, which is the whole of *truncated* BPTT.

    Shapes   xs, ts (T, N); state: for each layer, for each of the cell's states, (N, H).
    Params   embedding.W (V, D); cell.i.Wx, cell.i.Wh, cell.i.b; affine.W (H, V), affine.b (V,).
             Without embedding.W the weights are tied: the embedding is affine.W transposed.
    Masks    of dropout, (N, K) or None: below every layer, and above the last one.
    Order    sums are taken in the order of the book's program, so that in float32 its figures
             come out digit for digit where the matmul kernels are the same.
    Source   Deep Learning from Scratch 2, sections 5.3 and 5.4.
    """
    T, depth = len(xs), len(state)
    keep = [1.0 if mask is None else mask for mask in masks or [None] * (depth + 1)]
    table = params["embedding.W"] if "embedding.W" in params else params["affine.W"].T
    weights = [[params[f"cell.{i}.{name}"] for name in ("Wx", "Wh", "b")] for i in range(depth)]

    hidden, tapes = [], []
    for t in range(T):
        x = embedding(xs[t], table)
        new_state, tick_tapes = [], []
        for i in range(depth):
            *advanced, tape = cell.step(x * keep[i], *state[i], *weights[i])
            new_state.append(tuple(advanced))
            tick_tapes.append(tape)
            x = advanced[0]
        state = tuple(new_state)
        hidden.append(x)
        tapes.append(tick_tapes)
    hs = np.stack(hidden)
    rows, targets = by_stream(hs * keep[-1]), ts.T.ravel()
    logits = rows @ params["affine.W"] + params["affine.b"]

    gradients = {name: np.zeros_like(value) for name, value in params.items()}
    dlogits = cross_entropy_backward(logits, targets)
    gradients["affine.W"] += rows.T @ dlogits
    gradients["affine.b"] += dlogits.sum(axis=0)
    dhs = (dlogits @ params["affine.W"].T).reshape(hs.shape[1], T, -1).swapaxes(0, 1) * keep[-1]
    dxs = [np.empty(0)] * T
    later = [tuple(np.zeros_like(part) for part in layer) for layer in state]
    for t in reversed(range(T)):
        from_above = dhs[t]
        for i in reversed(range(depth)):
            dh = from_above + later[i][0]
            if i == depth - 1:
                dhs[t] = dh
            dx, *dstate, dWx, dWh, db = cell.step_backward(dh, *later[i][1:], tapes[t][i])
            later[i] = tuple(dstate)
            for name, value in zip(("Wx", "Wh", "b"), (dWx, dWh, db), strict=True):
                gradients[f"cell.{i}.{name}"] += value
            from_above = dx * keep[i]
        dxs[t] = from_above
    table_gradient = gradients.get("embedding.W", gradients["affine.W"].T)
    for t in range(T):
        table_gradient += embedding_backward(dxs[t], xs[t], len(table))
    loss = cross_entropy(logits, targets)
    return Unrolled(loss, gradients, state, hs, dhs, tuple(later))


def by_stream(values: Array) -> Array:
    """(T, N, K) -> (N*T, K), stream after stream: the order in which the book adds things up."""
    return values.swapaxes(0, 1).reshape(-1, values.shape[-1])
