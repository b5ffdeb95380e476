"""TimeRNN: a whole window of the Elman RNN with two matmuls around a tight loop."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array

GATES = 1
STATES = ("h",)


class TimeRNN:
    """h_t = tanh(x_t @ Wx + h_(t-1) @ Wh + b) for every tick of a window.

    Shapes   xs (T, N, D)  ->  hs (T, N, H)
    State    `state` is (h,), h of shape (N, H): read by forward as h_(-1), overwritten with the
             last tick. Whoever owns the layer zeroes or replaces it.
    Buffers  `hs` and, after backward, `dhs` (the whole dL/dh of every tick) stay readable until
             the next call. The backward pass stops at the window's first tick: truncated BPTT.
    Reference twin: reference.rnn
    """

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        self.Wx, self.Wh, self.b = weights
        self.dWx, self.dWh, self.db = gradients
        self.state: tuple[Array, ...] = ()
        self._reserved = (0, 0)

    def _reserve(self, T: int, N: int) -> None:
        D, H = self.Wx.shape
        dtype = self.Wx.dtype
        self._reserved = (T, N)
        self._h = np.zeros((T + 1, N, H), dtype)  # h_(-1) ... h_(T-1)
        self.hs, self.dhs = self._h[1:], np.zeros((T, N, H), dtype)
        self._dz, self._dxs = np.zeros((T, N, H), dtype), np.zeros((T, N, D), dtype)
        self._tick = np.empty((N, H), dtype)
        # One view per tick, made once: indexing costs as much as a small ufunc.
        self._ticks = list(zip(self._h[:-1], self.hs, strict=True))
        self._backward_ticks = list(zip(self.dhs, self._dz, strict=True))[::-1]

    def forward(self, xs: Array) -> Array:
        T, N, D = xs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._xs, tick, Wh = xs, self._tick, self.Wh
        self._h[0] = self.state[0]
        np.dot(xs.reshape(T * N, D), self.Wx, out=self.hs.reshape(T * N, -1))
        self.hs += self.b
        for h_prev, h in self._ticks:
            np.dot(h_prev, Wh, out=tick)
            h += tick
            np.tanh(h, out=h)
        self.state = (self._h[-1].copy(),)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        """dL/dhs (T, N, H) of the layer above  ->  dL/dxs (T, N, D); overwrites dWx, dWh, db."""
        T, N, H = dhs.shape
        dz, tick, WhT = self._dz, self._tick, self.Wh.T
        np.copyto(self.dhs, dhs)
        np.multiply(self.hs, self.hs, out=dz)
        np.subtract(1, dz, out=dz)  # tanh'
        dz_next = None
        for dh_t, dz_t in self._backward_ticks:
            if dz_next is not None:
                np.dot(dz_next, WhT, out=tick)
                dh_t += tick
            dz_t *= dh_t
            dz_next = dz_t
        flat = dz.reshape(T * N, H)
        np.dot(self._h[:-1].reshape(T * N, H).T, flat, out=self.dWh)
        np.dot(self._xs.reshape(T * N, -1).T, flat, out=self.dWx)
        np.add.reduce(flat, axis=0, out=self.db)
        np.dot(flat, self.Wx.T, out=self._dxs.reshape(T * N, -1))
        return self._dxs

    def state_gradient(self) -> tuple[Array, ...]:
        """dL/dh_(-1) (N, H) of the last backward: what truncation cuts off. Allocates."""
        return (self._dz[0] @ self.Wh.T,)
