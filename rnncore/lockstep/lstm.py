"""The LSTM of K networks."""

from __future__ import annotations

import numpy as np

from rnncore.layers.lstm import HALVES
from rnncore.lockstep.cells import StackedCell
from rnncore.shapes import Array


class StackedLSTM(StackedCell):
    """c = f * c + g * i; h = o * tanh(c). Mirrors `TimeLSTM`, whose layout of a tick it has."""

    SCALE = HALVES

    def __init__(self, Wh: Array, dWh: Array, window: tuple[int, int]) -> None:
        super().__init__(Wh, dWh, window)
        (K, H, _), dtype, (T, N) = Wh.shape, Wh.dtype, window
        self._half, self._halves = np.array(0.5, dtype), HALVES.astype(dtype)[:, None, None, None]
        self._Wh = np.empty((4, K, H, H), dtype)
        self._tape = tape = np.zeros((T + 1, 5, K, N, H), dtype)  # c_prev, g, f, i, o
        self.first, self.last = (self._h[0], tape[0, 0]), (self._h[-1], tape[-1, 0])
        self._sum = np.empty((T, 2, K, N, H), dtype)  # f * c_prev and g * i
        self._tanh_c = np.empty((T, K, N, H), dtype)
        self._slopes = self.z = np.empty((T, 4, K, N, H), dtype)  # z is read before
        self._dc = np.empty((K, N, H), dtype)
        self._ticks = [
            (
                self._h[t], self._h[t + 1], self.z[t], tape[t, 1:], tape[t, 2:], tape[t, :2],
                tape[t, 2:4], self._sum[t], *self._sum[t], tape[t + 1, 0], self._tanh_c[t],
                tape[t, 4],
            )
            for t in range(T)
        ]  # fmt: skip
        gates = self._dz.reshape(K, T, N, 4, H).transpose(1, 3, 0, 2, 4)
        self._backward_ticks = [
            (
                None if t == T - 1 else self._dz[:, t + 1], self._dhs[t], self._tanh_c[t],
                self._slopes[t], *self._slopes[t], gates[t], tape[t, 2],
            )
            for t in reversed(range(T))
        ]  # fmt: skip

    def forward(self) -> Array:
        K, H, _ = self.Wh.shape
        Wh, half = self._Wh, self._half
        np.multiply(self.Wh.reshape(K, H, 4, H).transpose(2, 0, 1, 3), self._halves, out=Wh)
        matmul, add, multiply, tanh = np.matmul, np.add, np.multiply, np.tanh
        for h_prev, h, z, gates, sigmoids, c_g, f_i, both, fc, gi, c, tanh_c, o in self._ticks:
            matmul(h_prev, Wh, gates)
            add(gates, z, gates)
            tanh(gates, gates)
            multiply(sigmoids, half, sigmoids)
            add(sigmoids, half, sigmoids)
            multiply(c_g, f_i, both)
            add(fc, gi, c)
            tanh(c, tanh_c)
            multiply(o, tanh_c, h)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        self._begin_backward(dhs)
        self._fill_slopes()
        WhT, tick, dc = self._WhT, self._tick, self._dc
        matmul, add, multiply, copyto = np.matmul, np.add, np.multiply, np.copyto
        dc[...] = 0
        for later, dh, to_c, gates, g, f, i, o, dz, forget in self._backward_ticks:
            if later is not None:
                matmul(later, WhT, tick)
                add(dh, tick, dh)
            multiply(dh, to_c, tick)
            add(dc, tick, dc)
            multiply(g, dc, g)
            multiply(f, dc, f)
            multiply(i, dc, i)
            multiply(o, dh, o)
            copyto(dz, gates)
            multiply(dc, forget, dc)
        return self._end_backward(self._dz)

    def _fill_slopes(self) -> None:
        """What the gradients on c and on h are multiplied by: see `TimeLSTM`."""
        _, g, _, i, o = self._tape[:-1].swapaxes(0, 1)
        f_i, slopes, to_c, hs = self._tape[:-1, 2:4], self._slopes, self._tanh_c, self._h[1:]
        np.multiply(self._sum[:, 1], g, slopes[:, 0])
        np.subtract(i, slopes[:, 0], slopes[:, 0])
        np.multiply(self._sum, f_i, slopes[:, 1:3])
        np.subtract(self._sum, slopes[:, 1:3], slopes[:, 1:3])
        np.multiply(hs, o, slopes[:, 3])
        np.subtract(hs, slopes[:, 3], slopes[:, 3])
        np.multiply(hs, to_c, to_c)
        np.subtract(o, to_c, to_c)
