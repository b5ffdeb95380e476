"""The Elman RNN of K networks."""

from __future__ import annotations

import numpy as np

from rnncore.lockstep.cells import StackedCell
from rnncore.shapes import Array


class StackedRNN(StackedCell):
    """h_t = tanh(z_t + h_(t-1) @ Wh). Mirrors `TimeRNN`."""

    SCALE = np.ones(1)

    def __init__(self, Wh: Array, dWh: Array, window: tuple[int, int]) -> None:
        super().__init__(Wh, dWh, window)
        (K, H, _), dtype, (T, N) = Wh.shape, Wh.dtype, window
        self.z = np.empty((T, 1, K, N, H), dtype)
        self.first, self.last = (self._h[0],), (self._h[-1],)
        self._one, self._slopes = np.array(1, dtype), np.empty((T, K, N, H), dtype)
        self._ticks = list(zip(self._h[:-1], self._h[1:], self.z[:, 0], strict=True))
        later = [None, *self._slopes[:0:-1]]
        self._backward_ticks = list(zip(later, self._dhs[::-1], self._slopes[::-1], strict=True))

    def forward(self) -> Array:
        tick, Wh, matmul, add, tanh = self._tick, self.Wh, np.matmul, np.add, np.tanh
        for h_prev, h, z in self._ticks:
            matmul(h_prev, Wh, tick)
            add(z, tick, tick)
            tanh(tick, h)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        self._begin_backward(dhs)
        hs, dz, tick, WhT = self._h[1:], self._slopes, self._tick, self._WhT
        matmul, add, multiply = np.matmul, np.add, np.multiply
        multiply(hs, hs, dz)
        np.subtract(self._one, dz, dz)  # tanh'
        for later, dh_t, dz_t in self._backward_ticks:
            if later is not None:
                matmul(later, WhT, tick)
                add(dh_t, tick, dh_t)
            multiply(dz_t, dh_t, dz_t)
        np.copyto(self._dz, dz.swapaxes(0, 1))
        return self._end_backward(self._dz)
