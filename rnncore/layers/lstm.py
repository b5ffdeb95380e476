"""TimeLSTM: a whole window of the LSTM around a loop that holds only what it must."""

from __future__ import annotations

import numpy as np

from rnncore.layers.inputs import Embedded, TimeInput
from rnncore.layers.state_product import StateProduct
from rnncore.shapes import Array

HALVES = np.array([1, 0.5, 0.5, 0.5])


class TimeLSTM:
    """[g, f, i, o] = x @ Wx + h @ Wh + b;  c = f * c + g * i;  h = o * tanh(c), tick by tick.

    A sigmoid is (1 + tanh(z/2)) / 2: with the halves multiplied into copies of the weights once a
    window, or into what they give, one tanh call serves all four gates.

    Shapes   xs (T, N, D)  ->  hs (T, N, H); Wx (D, 4H), Wh (H, 4H), b (4H,), columns g, f, i, o
    State    `state` is (h, c), both (N, H): read by forward, overwritten with the last tick.
    Buffers  `hs` and, after backward, `dhs` stay readable until the next call. Within a tick
             [c_prev, g, f, i, o] lie one after the other, each (N, H) in one piece: a ufunc on
             neighbours is then one plain loop, and [c_prev, g] * [f, i] a single call.
    Reference twin: reference.lstm
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
        self._WhT = np.empty((4 * H, H), dtype)

    def _reserve(self, T: int, N: int) -> None:
        H, dtype = len(self.Wh), self.Wh.dtype
        self._reserved = (T, N)
        self._h = np.zeros((T + 1, N, H), dtype)
        self.hs, self.dhs = self._h[1:], np.zeros((T, N, H), dtype)
        self._tape = tape = np.zeros((T + 1, 5, N, H), dtype)  # c_prev, g, f, i, o
        self._sum = np.empty((T, 2, N, H), dtype)  # f * c_prev and g * i
        self._tanh_c = np.empty((T, N, H), dtype)
        self._slopes = np.empty((T, 4, N, H), dtype)
        self._dz = np.empty((T, N, 4, H), dtype)
        self._z = self._dz.reshape(T, 4, N, H)  # the inputs' share, read before dz is written
        self._tick, self._dc = np.empty((N, H), dtype), np.empty((N, H), dtype)
        # One tuple of views per tick, made once: an index costs as much as a small ufunc.
        self._ticks = [
            (
                self._h[t], self.hs[t], self._z[t], tape[t, 1:], tape[t, 2:], tape[t, :2],
                tape[t, 2:4], self._sum[t], *self._sum[t], tape[t + 1, 0], self._tanh_c[t],
                tape[t, 4],
            )
            for t in range(T)
        ]  # fmt: skip
        self._backward_ticks = [
            (
                None if t == T - 1 else self._dz[t + 1].reshape(N, 4 * H).dot, self.dhs[t],
                self._tanh_c[t], self._slopes[t], *self._slopes[t], self._dz[t].swapaxes(0, 1),
                tape[t, 2],
            )
            for t in reversed(range(T))
        ]  # fmt: skip

    def forward(self, xs: Array | Embedded) -> Array:
        T, N, _ = xs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._h[0], self._tape[0, 0] = self.state
        self.inputs.forward(xs, self._z)
        (product, Wh), half = self._product.ready(T), self._half
        add, multiply, tanh = np.add, np.multiply, np.tanh
        for h_prev, h, z, gates, sigmoids, c_g, f_i, both, fc, gi, c, tanh_c, o in self._ticks:
            product(h_prev, Wh, gates)
            add(gates, z, gates)
            tanh(gates, gates)
            multiply(sigmoids, half, sigmoids)
            add(sigmoids, half, sigmoids)
            multiply(c_g, f_i, both)
            add(fc, gi, c)
            tanh(c, tanh_c)
            multiply(o, tanh_c, h)
        self.state = (self._h[-1].copy(), self._tape[-1, 0].copy())
        return self.hs

    def backward(self, dhs: Array) -> Array:
        """dL/dhs (T, N, H) of the layer above  ->  what `inputs` hands back, dL/dxs (T, N, D);
        overwrites dWx, dWh, db."""
        T, N, H = dhs.shape
        np.copyto(self.dhs, dhs)
        self._fill_slopes()
        WhT, tick, dc = self._WhT, self._tick, self._dc
        np.copyto(WhT, self.Wh.T)  # matmuls of few rows are faster with it in one piece
        add, multiply, copyto = np.add, np.multiply, np.copyto
        dc[...] = 0
        for later_dot, dh, to_c, gates, g, f, i, o, dz, forget in self._backward_ticks:
            if later_dot is not None:
                later_dot(WhT, tick)
                add(dh, tick, dh)
            multiply(dh, to_c, tick)
            add(dc, tick, dc)
            multiply(g, dc, g)
            multiply(f, dc, f)
            multiply(i, dc, i)
            multiply(o, dh, o)
            copyto(dz, gates)
            multiply(dc, forget, dc)
        flat = self._dz.reshape(T * N, 4 * H)
        self._h[:-1].reshape(T * N, H).T.dot(flat, self.dWh)
        return self.inputs.backward(flat)

    def _fill_slopes(self) -> None:
        """What a gradient on c (for g, f, i) or on h (for o) is multiplied by; tanh_c becomes
        what carries it from h to c.

        tanh' = 1 - g^2 and sigmoid' = s - s^2, multiplied out with what the loop has left behind:
        i (1 - g^2) = i - g i g,   c_prev (f - f^2) = f c_prev (1 - f),   and so on.
        """
        _, g, _, i, o = self._tape[:-1].swapaxes(0, 1)
        f_i = self._tape[:-1, 2:4]
        slopes, to_c, hs = self._slopes, self._tanh_c, self.hs
        np.multiply(self._sum[:, 1], g, slopes[:, 0])
        np.subtract(i, slopes[:, 0], slopes[:, 0])
        np.multiply(self._sum, f_i, slopes[:, 1:3])
        np.subtract(self._sum, slopes[:, 1:3], slopes[:, 1:3])
        np.multiply(hs, o, slopes[:, 3])
        np.subtract(hs, slopes[:, 3], slopes[:, 3])
        np.multiply(hs, to_c, to_c)
        np.subtract(o, to_c, to_c)
