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
        self._h = np.zeros((K, T + 1, N, H), dtype)  # h_(-1) ... h_(T-1)
        self.hs, self.z = self._h[:, 1:], np.empty((K, T, 1, N, H), dtype)
        self.first, self.last = (self._h[:, 0],), (self._h[:, -1],)
        self._dhs, self._dz = np.empty((K, T, N, H), dtype), np.empty((K, T, N, H), dtype)
        self._tick, self._WhT = np.empty((K, N, H), dtype), np.empty((K, H, H), dtype)
        self._one = np.array(1, dtype)
        self._ticks = [(self._h[:, t], self._h[:, t + 1], self.z[:, t, 0]) for t in range(T)]
        self._backward_ticks = [
            (self._dz[:, t + 1] if t < T - 1 else None, self._dhs[:, t], self._dz[:, t])
            for t in reversed(range(T))
        ]

    def forward(self) -> Array:
        tick, Wh, matmul, add, tanh = self._tick, self.Wh, np.matmul, np.add, np.tanh
        for h_prev, h, z in self._ticks:
            matmul(h_prev, Wh, tick)
            add(z, tick, tick)
            tanh(tick, h)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        dz, tick, WhT = self._dz, self._tick, self._WhT
        matmul, add, multiply = np.matmul, np.add, np.multiply
        np.copyto(WhT, self.Wh.swapaxes(1, 2))
        np.copyto(self._dhs, dhs.reshape(dz.shape))
        multiply(self.hs, self.hs, dz)
        np.subtract(self._one, dz, dz)  # tanh'
        for later, dh_t, dz_t in self._backward_ticks:
            if later is not None:
                matmul(later, WhT, tick)
                add(dh_t, tick, dh_t)
            multiply(dz_t, dh_t, dz_t)
        K, T, N, H = dz.shape
        flat = dz.reshape(K, T * N, H)
        matmul(self._h[:, :-1].reshape(K, T * N, H).swapaxes(1, 2), flat, self.dWh)
        return flat
