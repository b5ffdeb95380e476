"""The floor: the matmuls that one update cannot do without, and nothing else."""

from __future__ import annotations

import numpy as np

from rnncore.cells import CELLS
from rnncore.shapes import Array
from tests.benchmarks.problem import Problem


class Matmuls:
    """Every product of an update, in its shapes and transpositions, into reserved arrays."""

    def __init__(self, problem: Problem) -> None:
        V, D, H, N, T = problem.size
        G = len(CELLS[problem.cell].gates) * H
        rng = np.random.default_rng(0)

        def filled(*shape: int) -> Array:
            return rng.standard_normal(shape, dtype=np.float32)

        xs, hs, dz, logits = filled(T * N, D), filled(T * N, H), filled(T * N, G), filled(T * N, V)
        Wx, Wh, W = filled(D, G), filled(H, G), filled(H, V)
        h, dz_tick = filled(N, H), filled(N, G)
        self._once = [
            (xs, Wx, filled(T * N, G)),
            (hs, W, filled(T * N, V)),
            (logits, W.T, filled(T * N, H)),
            (hs.T, logits, filled(H, V)),
            (hs.T, dz, filled(H, G)),
            (xs.T, dz, filled(D, G)),
            (dz, Wx.T, filled(T * N, D)),
        ]
        # The state before the window gets no gradient: one product fewer on the way back.
        self._ticks = [(h, Wh, filled(N, G))] * T + [(dz_tick, Wh.T, filled(N, H))] * (T - 1)

    def run(self, updates: int) -> list[float]:
        for _ in range(updates):
            for a, b, out in self._once:
                np.dot(a, b, out=out)
            for a, b, out in self._ticks:
                np.dot(a, b, out=out)
        return []
