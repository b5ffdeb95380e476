"""How much of each loss's gradient arrives at each earlier state: vanishing, measured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.cells import reference_cell
from rnncore.model import Rnnlm
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids


class GradientFlow(NamedTuple):
    """norms[t, k, n] = |dL_t / dh_k| of stream n, L_t the loss at tick t in nats; 0 where k > t."""

    norms: Array  # (T, T, N)

    def profile(self) -> Array:
        """Mean norm by distance d = t - k, over all pairs and streams.      (T,)"""
        T = len(self.norms)
        means = self.norms.mean(axis=2)
        return np.array([np.diagonal(means, -d).mean() for d in range(T)])


def gradient_flow(model: Rnnlm, ids: Ids, targets: Ids) -> GradientFlow:
    """All |dL_t / dh_k| of a window in one backward sweep, for the top layer.

    The losses are one more batch axis: walking back from the last tick, every loss that has been
    passed rides along, so that T sweeps cost little more than one.

        dL_t/dh_t = (p_t - one_hot) @ W.T;      dL_t/dh_(k-1) = carry(dL_t/dh_k)

    Shapes   ids, targets (T, N); the model's carried state is read, and advanced.
    Note     summed over t, and divided by T*N, this is the gradient an ordinary backward pass
             brings to every state (before norms are taken); the tests hold it to that.
    """
    gradients, norms = _sweep(model, ids, targets)
    del gradients
    return GradientFlow(norms)


def state_gradients(model: Rnnlm, ids: Ids, targets: Ids) -> Array:
    """sum over t of dL_t/dh_k, (T, N, H): what an ordinary backward pass computes, times T*N."""
    return _sweep(model, ids, targets)[0]


def _sweep(model: Rnnlm, ids: Ids, targets: Ids) -> tuple[Array, Array]:
    cell = reference_cell(model.config.cell)
    hs, tapes = _tapes(model, ids)
    T, N, H = hs.shape
    W, b = model.parameters["affine.W"], model.parameters["affine.b"]
    dlogits = softmax(hs @ W + b)
    np.put_along_axis(
        dlogits, targets[..., None], np.take_along_axis(dlogits, targets[..., None], -1) - 1, -1
    )
    own = dlogits @ W.T

    norms = np.zeros((T, T, N), hs.dtype)
    sums = np.empty_like(hs)
    flowing = tuple(np.zeros((T, N, H), hs.dtype) for _ in cell.states)
    for k in reversed(range(T)):
        flowing[0][k] = own[k]
        alive = tuple(part[k:] for part in flowing)
        norms[k:, k] = np.sqrt(np.einsum("tnh,tnh->tn", alive[0], alive[0]))
        sums[k] = alive[0].sum(axis=0)
        for part, carried in zip(alive, cell.carry(*alive, tapes[k]), strict=True):
            part[...] = carried
    return sums, norms


def _tapes(model: Rnnlm, ids: Ids) -> tuple[Array, list[object]]:
    """Read `ids` with the reference cell, keeping the tape of every tick of the top layer."""
    cell = reference_cell(model.config.cell)
    N, H = ids.shape[1], model.config.hidden_size
    zeros = tuple(np.zeros((N, H), model.parameters.values.dtype) for _ in cell.states)
    state = [layer if layer and layer[0].shape == (N, H) else zeros for layer in model.state]
    weights = [
        [model.parameters[f"cell.{i}.{name}"] for name in ("Wx", "Wh", "b")]
        for i in range(len(state))
    ]
    hs, tapes = [], []
    for row in ids:
        x = model.embedding_table[row]
        for i, layer in enumerate(weights):
            *advanced, tape = cell.step(x, *state[i], *layer)
            state[i], x = tuple(advanced), advanced[0]
        hs.append(x)
        tapes.append(tape)
    model.state = tuple(state)
    return np.stack(hs), tapes
