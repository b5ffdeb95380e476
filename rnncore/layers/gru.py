"""TimeGRU: a whole window of the GRU around a loop that holds only what it must."""

from __future__ import annotations

import numpy as np

from rnncore.layers.inputs import Embedded, TimeInput
from rnncore.layers.state_product import StateProduct
from rnncore.shapes import Array

HALVES = np.array([0.5, 0.5, 1])


class TimeGRU:
    """r, z = sigmoid(..), n = tanh(x @ Wx_n + b_n + r * (h @ Wh_n));  h = (1 - z) * n + z * h.

    Shapes   xs (T, N, D)  ->  hs (T, N, H); Wx (D, 3H), Wh (H, 3H), b (3H,), columns r, z, n
    State    `state` is (h,), (N, H): read by forward, overwritten with the last tick.
    Buffers  `hs` and, after backward, `dhs` stay readable until the next call. Within a tick each
             gate is (N, H) in one piece; the gradients are (N, 3H), as matmuls want them.
    Reference twin: reference.gru
    """

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        Wx, self.Wh, b = weights
        dWx, self.dWh, db = gradients
        self.inputs = TimeInput((Wx, b), (dWx, db), HALVES)
        self.state: tuple[Array, ...] = ()
        self._reserved = (0, 0)
        H, dtype = len(self.Wh), b.dtype
        self._half = np.array(0.5, dtype)
        self._product = StateProduct(self.Wh, HALVES)
        self._WhT = np.empty((3 * H, H), dtype)

    def _reserve(self, T: int, N: int) -> None:
        H, dtype = len(self.Wh), self.Wh.dtype
        self._reserved = (T, N)
        self._h = np.zeros((T + 1, N, H), dtype)
        self.hs, self.dhs = self._h[1:], np.zeros((T, N, H), dtype)
        self._gates = np.empty((T, 3, N, H), dtype)  # of the inputs, then r, z, n
        self._from_state = np.empty((T, 3, N, H), dtype)  # its last third is h @ Wh_n
        self._slopes = np.empty((T, 3, N, H), dtype)
        self._by_input = np.empty((T, N, 3, H), dtype)  # gradient of what enters through Wx
        self._by_state = np.empty((T, N, 3, H), dtype)  # gradient of what enters through Wh
        self._tick, self._kept = np.empty((N, H), dtype), np.empty((N, H), dtype)
        # One tuple of views per tick, made once: an index costs as much as a small ufunc.
        self._ticks = [
            (
                self._h[t], self.hs[t], self._from_state[t], self._from_state[t, :2],
                self._from_state[t, 2], self._gates[t, :2], *self._gates[t],
            )
            for t in range(T)
        ]  # fmt: skip
        by_state = self._by_state.swapaxes(1, 2)
        self._backward_ticks = [
            (
                self.dhs[t], *self._gates[t, :2], *self._slopes[t], self._slopes[t, :2],
                by_state[t, :2], by_state[t, 2], self._by_state[t].reshape(N, 3 * H).dot,
            )
            for t in reversed(range(T))
        ]  # fmt: skip

    def forward(self, xs: Array | Embedded) -> Array:
        T, N, _ = xs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._h[0] = self.state[0]
        self.inputs.forward(xs, self._gates)
        (product, Wh), half, tick = self._product.ready(T), self._half, self._tick
        add, multiply, tanh = np.add, np.multiply, np.tanh
        for h_prev, h, from_state, state_rz, memory, rz, r, z, n in self._ticks:
            product(h_prev, Wh, from_state)
            add(rz, state_rz, rz)
            tanh(rz, rz)  # of half the pre-activation: see TimeLSTM
            multiply(rz, half, rz)
            add(rz, half, rz)
            multiply(r, memory, tick)
            add(n, tick, n)
            tanh(n, n)
            np.subtract(h_prev, n, h)
            multiply(h, z, h)
            add(h, n, h)
        self.state = (self._h[-1].copy(),)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        """dL/dhs (T, N, H) of the layer above  ->  what `inputs` hands back, dL/dxs (T, N, D);
        overwrites dWx, dWh, db."""
        T, N, H = dhs.shape
        np.copyto(self.dhs, dhs)
        self._fill_slopes()
        WhT, tick, kept, add, multiply = self._WhT, self._tick, self._kept, np.add, np.multiply
        np.copyto(WhT, self.Wh.T)  # matmuls of few rows are faster with it in one piece
        tick[...] = 0
        copyto = np.copyto
        for dh, r, z, slope_r, slope_z, slope_n, drz, to_rz, to_n, dot in self._backward_ticks:
            add(dh, tick, dh)
            multiply(slope_n, dh, slope_n)  # dL/dn
            multiply(slope_z, dh, slope_z)
            multiply(slope_r, slope_n, slope_r)
            copyto(to_rz, drz)
            multiply(slope_n, r, to_n)
            dot(WhT, tick)
            multiply(dh, z, kept)
            add(tick, kept, tick)
        np.copyto(self._by_input, self._slopes.swapaxes(1, 2))
        by_state = self._by_state.reshape(T * N, 3 * H)
        self._h[:-1].reshape(T * N, H).T.dot(by_state, self.dWh)
        return self.inputs.backward(self._by_input.reshape(T * N, 3 * H))

    def _fill_slopes(self) -> None:
        """What is multiplied, tick by tick: slopes of n and z by dL/dh, then that of r by dL/dn."""
        r, z, n = self._gates.swapaxes(0, 1)
        slope_r, slope_z, slope_n = self._slopes.swapaxes(0, 1)
        memory, change = self._from_state[:, 2], self._h[:-1] - n
        np.multiply(memory, r, slope_r)  # memory * (r - r^2)
        np.multiply(slope_r, r, self._from_state[:, 0])
        np.subtract(slope_r, self._from_state[:, 0], slope_r)
        np.multiply(change, z, change)  # (h_prev - n) * (z - z^2)
        np.multiply(change, z, slope_z)
        np.subtract(change, slope_z, slope_z)
        np.multiply(n, n, slope_n)  # (1 - z) * (1 - n^2)
        np.subtract(1, slope_n, slope_n)
        np.multiply(slope_n, 1 - z, slope_n)
