"""TimeLSTM: a whole window of the LSTM around a loop that holds only what it must."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array

GATES = 4
STATES = ("h", "c")


class TimeLSTM:
    """[g, f, i, o] = x @ Wx + h @ Wh + b;  c = f * c + g * i;  h = o * tanh(c), tick by tick.

    A sigmoid is (1 + tanh(z/2)) / 2: with the halves multiplied into copies of the weights once a
    window, one tanh call serves all four gates.

    Shapes   xs (T, N, D)  ->  hs (T, N, H); Wx (D, 4H), Wh (H, 4H), b (4H,), columns g, f, i, o
    State    `state` is (h, c), both (N, H): read by forward, overwritten with the last tick.
    Buffers  `hs` and, after backward, `dhs` stay readable until the next call.
    Reference twin: reference.lstm
    """

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        self.Wx, self.Wh, self.b = weights
        self.dWx, self.dWh, self.db = gradients
        self.state: tuple[Array, ...] = ()
        self._reserved = (0, 0)
        H = len(self.Wh)
        self._halves = np.ones(4 * H, self.Wh.dtype)
        self._halves[H:] = 0.5
        self._Wx, self._Wh = np.empty_like(self.Wx), np.empty_like(self.Wh)

    def _reserve(self, T: int, N: int) -> None:
        D, H = len(self.Wx), len(self.Wh)
        dtype = self.Wx.dtype
        self._reserved = (T, N)
        self._h, self._c = np.zeros((T + 1, N, H), dtype), np.zeros((T + 1, N, H), dtype)
        self.hs, self.dhs = self._h[1:], np.zeros((T, N, H), dtype)
        self._gates, self._dz = np.empty((T, N, 4, H), dtype), np.empty((T, N, 4, H), dtype)
        self._tanh_c, self._to_c = np.empty((T, N, H), dtype), np.empty((T, N, H), dtype)
        self._dxs = np.empty((T, N, D), dtype)
        self._wide, self._tick = np.empty((N, 4 * H), dtype), np.empty((N, H), dtype)
        self._dc = np.empty((N, H), dtype)
        # One tuple of views per tick, made once: indexing costs as much as a small ufunc.
        self._ticks = [
            (
                self._h[t], self.hs[t], self._c[t], self._c[t + 1], self._tanh_c[t],
                self._gates[t].reshape(N, 4 * H), self._gates[t, :, 1:],
                *(self._gates[t, :, j] for j in range(4)),
            )
            for t in range(T)
        ]  # fmt: skip
        self._backward_ticks = [
            (
                self.dhs[t], self._to_c[t], self._gates[t, :, 1],
                self._dz[t].reshape(N, 4 * H), self._dz[t, :, :3], self._dz[t, :, 3],
            )
            for t in reversed(range(T))
        ]  # fmt: skip

    def forward(self, xs: Array) -> Array:
        T, N, D = xs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._xs, wide, tick = xs, self._wide, self._tick
        self._h[0], self._c[0] = self.state
        np.multiply(self.Wx, self._halves, out=self._Wx)
        np.multiply(self.Wh, self._halves, out=self._Wh)
        np.dot(xs.reshape(T * N, D), self._Wx, out=self._gates.reshape(T * N, -1))
        self._gates.reshape(T * N, -1)[...] += self.b * self._halves
        Wh = self._Wh
        for h_prev, h, c_prev, c, tanh_c, z, sigmoids, g, f, i, o in self._ticks:
            np.dot(h_prev, Wh, out=wide)
            z += wide
            np.tanh(z, out=z)
            sigmoids *= 0.5
            sigmoids += 0.5
            np.multiply(f, c_prev, out=c)
            np.multiply(g, i, out=tick)
            c += tick
            np.tanh(c, out=tanh_c)
            np.multiply(o, tanh_c, out=h)
        self.state = (self._h[-1].copy(), self._c[-1].copy())
        return self.hs

    def backward(self, dhs: Array) -> Array:
        """dL/dhs (T, N, H) of the layer above  ->  dL/dxs (T, N, D); overwrites dWx, dWh, db."""
        T, N, H = dhs.shape
        np.copyto(self.dhs, dhs)
        self._slopes()
        WhT, tick, dc = self.Wh.T, self._tick, self._dc
        dc[...] = 0
        dz_next = None
        for dh, to_c, f, dz, dz_gfi, dz_o in self._backward_ticks:
            if dz_next is not None:
                np.dot(dz_next, WhT, out=tick)
                dh += tick
            np.multiply(dh, to_c, out=tick)
            dc += tick
            dz_gfi *= dc[:, None]
            dz_o *= dh
            dc *= f
            dz_next = dz
        flat = self._dz.reshape(T * N, 4 * H)
        np.dot(self._h[:-1].reshape(T * N, H).T, flat, out=self.dWh)
        np.dot(self._xs.reshape(T * N, -1).T, flat, out=self.dWx)
        np.add.reduce(flat, axis=0, out=self.db)
        np.dot(flat, self.Wx.T, out=self._dxs.reshape(T * N, -1))
        return self._dxs

    def _slopes(self) -> None:
        """Fill dz with what a gradient on c (for g, f, i) or on h (for o) is multiplied by."""
        g, i, o = (self._gates[:, :, j] for j in (0, 2, 3))
        dz, tanh_c, to_c = self._dz, self._tanh_c, self._to_c
        np.multiply(self._gates, self._gates, out=dz)
        np.subtract(1, dz[:, :, 0], out=dz[:, :, 0])  # tanh' = 1 - g^2
        np.subtract(self._gates[:, :, 1:], dz[:, :, 1:], out=dz[:, :, 1:])  # sigmoid' = s - s^2
        dz[:, :, 0] *= i
        dz[:, :, 1] *= self._c[:-1]
        dz[:, :, 2] *= g
        dz[:, :, 3] *= tanh_c
        np.multiply(tanh_c, tanh_c, out=to_c)
        np.subtract(1, to_c, out=to_c)
        to_c *= o

    def state_gradient(self) -> tuple[Array, ...]:
        """dL/dh and dL/dc before the window, (N, H) each: what truncation cuts off. Allocates."""
        return self._dz[0].reshape(len(self._dc), -1) @ self.Wh.T, self._dc.copy()
