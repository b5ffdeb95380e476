"""How much of each loss's gradient arrives at each earlier state: vanishing, measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.probes.reading import loss_gradients, read
from rnncore.shapes import Array, Ids

SHARES = (0.1, 0.5, 0.9)
"""Which quantiles a profile is usually drawn with."""


class FlowMatrix(NamedTuple):
    """norms[t, k] = |dL_t / dh_k|, and the tokens that name row t and column k of one stream.

    state_read[k]   the token after which state k stands
    loss_of[t]      the token that loss t is about: the one after state_read[t] in the text
    """

    norms: Array  # (T, T), 0 where k > t
    state_read: tuple[str, ...]
    loss_of: tuple[str, ...]


class GradientFlow(NamedTuple):
    """norms[t, k, n] = |dL_t / dh_k| of stream n, L_t the loss at tick t in nats; 0 where k > t.

    `hidden` are the states h_k themselves. `memory_norms` is the same as `norms` for the LSTM's
    memory, |dL_t / dc_k|, h_k and c_k held apart as the two things that tick k hands to tick k+1;
    None for cells whose only state is h.
    """

    norms: Array  # (T, T, N)
    hidden: Array  # (T, N, H)
    memory_norms: Array | None = None  # (T, T, N)

    def profile(self) -> Array:
        """Mean norm by distance d = t - k, over all pairs and streams.      (T,)"""
        T, _, N = self.norms.shape
        ticks = np.arange(T)
        distances = np.maximum(ticks[:, None] - ticks, -1) + 1  # 0 where k > t
        sums = np.bincount(distances.ravel(), self.norms.sum(axis=2).ravel(), T + 1)[1:]
        return np.asarray(sums / (N * (T - ticks)))

    def memory_profile(self) -> Array | None:
        """The same at the memory, None where there is none; 0 at distance 0.      (T,)"""
        if self.memory_norms is None:
            return None
        return np.array([pairs.mean() for pairs in by_distance(self.memory_norms)])

    def quantiles(self, shares: Sequence[float] = SHARES) -> Array:
        """The norms that `shares` of all pairs at a distance stay below.      (len(shares), T)"""
        return np.stack([np.quantile(pairs, shares) for pairs in by_distance(self.norms)], axis=1)

    def matrix(self) -> Array:
        """Mean over the streams: loss at t by state at k.      (T, T), 0 where k > t"""
        return self.norms.mean(axis=2)

    def stream(self, n: int, ids: Ids, targets: Ids, vocabulary: Sequence[str]) -> FlowMatrix:
        """The matrix of one stream with the tokens that its rows and columns stand for.

        `ids` and `targets` are those the flow was measured on; `vocabulary[id]` is a token.
        """
        return FlowMatrix(
            self.norms[:, :, n],
            tuple(vocabulary[i] for i in ids[:, n]),
            tuple(vocabulary[i] for i in targets[:, n]),
        )


class FlowView(NamedTuple):
    """norms[t, k] = |dL_t/dh_k| along one stretch; by distance, over many stretches: the mean,
    the quantiles 10, 50 and 90 %, and the mean of the untrained network."""

    step: int
    norms: Array  # (T, T)
    mean: Array  # (T,)
    quantiles: Array  # (3, T)
    start: Array  # (T,)


def by_distance(norms: Array) -> list[Array]:
    """What (T, T, N) holds at distance d = t - k, for d = 0 ... T-1: arrays (N, T-d)."""
    return [np.diagonal(norms, -d) for d in range(len(norms))]


def gradient_flow(model: Rnnlm, ids: Ids, targets: Ids) -> GradientFlow:
    """All |dL_t / dh_k| of a window in one backward sweep, for the top layer.

    The losses are one more batch axis: walking back from the last tick, every loss that has been
    passed rides along, so that T sweeps cost little more than one.

        dL_t/dh_t = (p_t - one_hot) @ W.T;      dL_t/dh_(k-1) = carry(dL_t/dh_k)

    Shapes   ids, targets (T, N); the model's carried state is read, and left as it is.
    Note     summed over t, and divided by T*N, this is the gradient an ordinary backward pass
             brings to every state (before norms are taken); the tests hold it to that.
    """
    return _sweep(model, ids, targets)


def state_gradients(model: Rnnlm, ids: Ids, targets: Ids) -> Array:
    """sum over t of dL_t/dh_k, (T, N, H): what an ordinary backward pass computes, times T*N."""
    sums = np.empty((*ids.shape, model.config.hidden_size), model.config.dtype)
    _sweep(model, ids, targets, sums)
    return sums


def _sweep(model: Rnnlm, ids: Ids, targets: Ids, sums: Array | None = None) -> GradientFlow:
    cell = CELLS[model.config.cell]
    reading = read(model, ids)
    hs = reading.hidden
    own = loss_gradients(model, hs, targets)
    T, N, H = hs.shape

    norms = np.zeros((len(cell.states), T, T, N), hs.dtype)
    flowing = tuple(np.zeros((T, N, H), hs.dtype) for _ in cell.states)
    for k in reversed(range(T)):
        flowing[0][k] = own[k]
        alive = tuple(part[k:] for part in flowing)
        for norm, part in zip(norms, alive, strict=True):
            norm[k:, k] = np.sqrt(np.einsum("tnh,tnh->tn", part, part))
        if sums is not None:
            alive[0].sum(axis=0, out=sums[k])
        for part, carried in zip(alive, cell.carry(*alive, reading.tapes[k][-1]), strict=True):
            part[...] = carried
    return GradientFlow(norms[0], hs, norms[1] if len(norms) > 1 else None)
