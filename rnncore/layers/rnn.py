"""TimeRNN: a whole window of the Elman RNN with few matmuls around a tight loop."""

from __future__ import annotations

import numpy as np

from rnncore.layers.inputs import Embedded, TimeInput
from rnncore.shapes import Array


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
        Wx, self.Wh, b = weights
        dWx, self.dWh, db = gradients
        self.inputs = TimeInput((Wx, b), (dWx, db), np.ones(1))
        self.state: tuple[Array, ...] = ()
        self._reserved = (0, 0)
        self._one = np.array(1, b.dtype)
        self._WhT = np.empty_like(self.Wh)

    def _reserve(self, T: int, N: int) -> None:
        H, dtype = len(self.Wh), self.Wh.dtype
        self._reserved = (T, N)
        self._h = np.zeros((T + 1, N, H), dtype)  # h_(-1) ... h_(T-1)
        self.hs, self.dhs = self._h[1:], np.zeros((T, N, H), dtype)
        self._dz, self._tick = np.empty((T, N, H), dtype), np.empty((N, H), dtype)
        # Views and bound methods of every tick, made once: an index costs as much as a small ufunc.
        self._ticks = [(h_prev.dot, h) for h_prev, h in zip(self._h[:-1], self.hs, strict=True)]
        later = [None, *(dz.dot for dz in self._dz[:0:-1])]
        self._backward_ticks = list(zip(later, self.dhs[::-1], self._dz[::-1], strict=True))

    def forward(self, xs: Array | Embedded) -> Array:
        T, N, _ = xs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        tick, Wh, add, tanh = self._tick, self.Wh, np.add, np.tanh
        self._h[0] = self.state[0]
        self.inputs.forward(xs, self.hs[:, None])
        for h_prev_dot, h in self._ticks:
            h_prev_dot(Wh, tick)
            add(h, tick, h)
            tanh(h, h)
        self.state = (self._h[-1].copy(),)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        """dL/dhs (T, N, H) of the layer above  ->  what `inputs` hands back, dL/dxs (T, N, D);
        overwrites dWx, dWh, db."""
        T, N, H = dhs.shape
        dz, tick, WhT, add, multiply = self._dz, self._tick, self._WhT, np.add, np.multiply
        np.copyto(WhT, self.Wh.T)  # matmuls of few rows are faster with it in one piece
        np.copyto(self.dhs, dhs)
        multiply(self.hs, self.hs, dz)
        np.subtract(self._one, dz, dz)  # tanh'
        for later_dot, dh_t, dz_t in self._backward_ticks:
            if later_dot is not None:
                later_dot(WhT, tick)
                add(dh_t, tick, dh_t)
            multiply(dz_t, dh_t, dz_t)
        flat = dz.reshape(T * N, H)
        self._h[:-1].reshape(T * N, H).T.dot(flat, self.dWh)
        return self.inputs.backward(flat)
