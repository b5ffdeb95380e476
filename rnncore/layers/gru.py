"""TimeGRU: a whole window of the GRU around a loop that holds only what it must."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array

GATES = 3
STATES = ("h",)


class TimeGRU:
    """r, z = sigmoid(..), n = tanh(x @ Wx_n + b_n + r * (h @ Wh_n));  h = (1 - z) * n + z * h.

    Shapes   xs (T, N, D)  ->  hs (T, N, H); Wx (D, 3H), Wh (H, 3H), b (3H,), columns r, z, n
    State    `state` is (h,), (N, H): read by forward, overwritten with the last tick.
    Buffers  `hs` and, after backward, `dhs` stay readable until the next call.
    Reference twin: reference.gru
    """

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        self.Wx, self.Wh, self.b = weights
        self.dWx, self.dWh, self.db = gradients
        self.state: tuple[Array, ...] = ()
        self._reserved = (0, 0)
        H = len(self.Wh)
        self._halves = np.full(3 * H, 0.5, self.Wh.dtype)
        self._halves[2 * H :] = 1
        self._Wx, self._Wh = np.empty_like(self.Wx), np.empty_like(self.Wh)

    def _reserve(self, T: int, N: int) -> None:
        D, H = len(self.Wx), len(self.Wh)
        dtype = self.Wx.dtype
        self._reserved = (T, N)
        self._h = np.zeros((T + 1, N, H), dtype)
        self.hs, self.dhs = self._h[1:], np.zeros((T, N, H), dtype)
        self._gates = np.empty((T, N, 3 * H), dtype)
        self._from_state = np.empty((T, N, 3 * H), dtype)  # its last third is h @ Wh_n
        self._by_input = np.empty((T, N, 3 * H), dtype)  # gradient of what enters through Wx
        self._by_state = np.empty((T, N, 3 * H), dtype)  # gradient of what enters through Wh
        self._dxs = np.empty((T, N, D), dtype)
        self._tick = np.empty((N, H), dtype)
        self._ticks = [
            (
                self._h[t], self.hs[t], self._from_state[t],
                self._from_state[t, :, : 2 * H], self._from_state[t, :, 2 * H :],
                self._gates[t, :, : 2 * H], *np.split(self._gates[t], 3, axis=1),
            )
            for t in range(T)
        ]  # fmt: skip
        self._backward_ticks = [
            (
                self.dhs[t], self._gates[t, :, :H], self._gates[t, :, H : 2 * H],
                self._by_state[t], *np.split(self._by_state[t], 3, axis=1),
                self._by_input[t, :, 2 * H :],
            )
            for t in reversed(range(T))
        ]  # fmt: skip

    def forward(self, xs: Array) -> Array:
        T, N, D = xs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._xs, tick = xs, self._tick
        self._h[0] = self.state[0]
        np.multiply(self.Wx, self._halves, out=self._Wx)
        np.multiply(self.Wh, self._halves, out=self._Wh)
        np.dot(xs.reshape(T * N, D), self._Wx, out=self._gates.reshape(T * N, -1))
        self._gates += self.b * self._halves
        Wh = self._Wh
        for h_prev, h, from_state, state_rz, memory, rz, r, z, n in self._ticks:
            np.dot(h_prev, Wh, out=from_state)
            rz += state_rz
            np.tanh(rz, out=rz)  # of half the pre-activation: see TimeLSTM
            rz *= 0.5
            rz += 0.5
            np.multiply(r, memory, out=tick)
            n += tick
            np.tanh(n, out=n)
            np.subtract(h_prev, n, out=h)
            h *= z
            h += n
        self.state = (self._h[-1].copy(),)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        """dL/dhs (T, N, H) of the layer above  ->  dL/dxs (T, N, D); overwrites dWx, dWh, db."""
        T, N, H = dhs.shape
        np.copyto(self.dhs, dhs)
        self._slopes()
        WhT, tick = self.Wh.T, self._tick
        carried = None
        for dh, r, z, by_state, dr, dz, dn_state, dn in self._backward_ticks:
            if carried is not None:
                dh += carried
            dn *= dh
            dz *= dh
            dr *= dn
            np.multiply(dn, r, out=dn_state)
            np.dot(by_state, WhT, out=tick)
            tick += dh * z
            carried = tick
        self._by_input[:, :, : 2 * H] = self._by_state[:, :, : 2 * H]
        by_input = self._by_input.reshape(T * N, 3 * H)
        by_state = self._by_state.reshape(T * N, 3 * H)
        np.dot(self._h[:-1].reshape(T * N, H).T, by_state, out=self.dWh)
        np.dot(self._xs.reshape(T * N, -1).T, by_input, out=self.dWx)
        np.add.reduce(by_input, axis=0, out=self.db)
        np.dot(by_input, self.Wx.T, out=self._dxs.reshape(T * N, -1))
        return self._dxs

    def _slopes(self) -> None:
        """Fill in what is multiplied, tick by tick: dn and dz by dL/dh, then dr by dn."""
        r, z, n = np.split(self._gates, 3, axis=2)
        dr, dz, _ = np.split(self._by_state, 3, axis=2)
        dn = self._by_input[:, :, 2 * len(self.Wh) :]
        H = len(self.Wh)
        np.multiply(1 - z, 1 - n * n, out=dn)
        np.multiply(self._h[:-1] - n, z * (1 - z), out=dz)
        np.multiply(self._from_state[:, :, 2 * H :], r * (1 - r), out=dr)

    def state_gradient(self) -> tuple[Array, ...]:
        """dL/dh before the window, (N, H): what truncation cuts off. Allocates."""
        return (self._tick.copy(),)
