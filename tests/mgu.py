"""The minimal gated unit, a cell for tests alone: all that it takes to add a cell, in one file.

    f = sigmoid(x @ Wx_f + h_prev @ Wh_f + b_f)
    n = tanh(x @ Wx_n + (f * h_prev) @ Wh_n + b_n)
    h = (1 - f) * h_prev + f * n

Source   Zhou, Wu, Zhang and Zhou (2016), Minimal Gated Unit for Recurrent Neural Networks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.cells.spec import Cell
from rnncore.layers.inputs import Embedded, TimeInput
from rnncore.reference.activations import sigmoid
from rnncore.shapes import Array, check_shape


class MguTape(NamedTuple):
    x: Array
    h_prev: Array
    f: Array
    n: Array
    Wx: Array
    Wh: Array


def mgu_step(x: Array, h_prev: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, MguTape]:
    """x (N, D), h_prev (N, H), Wx (D, 2H), Wh (H, 2H), b (2H,), columns f, n  ->  h (N, H)"""
    N, D = x.shape
    H = len(Wh)
    check_shape("h_prev", h_prev, (N, H), "(N, H)")
    check_shape("Wx", Wx, (D, 2 * H), "(D, 2H)")
    check_shape("Wh", Wh, (H, 2 * H), "(H, 2H)")
    check_shape("b", b, (2 * H,), "(2H,)")
    xf, xn = np.split(x @ Wx + b, 2, axis=1)
    Whf, Whn = np.split(Wh, 2, axis=1)
    f = sigmoid(xf + h_prev @ Whf)
    n = np.tanh(xn + (f * h_prev) @ Whn)
    return (1 - f) * h_prev + f * n, MguTape(x, h_prev, f, n, Wx, Wh)


def _back(dh: Array, tape: MguTape) -> tuple[Array, Array, Array]:
    """dL/dz_f, dL/dz_n and dL/dh_prev, any axes in front."""
    f, n, h_prev = tape.f, tape.n, tape.h_prev
    Whf, Whn = np.split(tape.Wh, 2, axis=1)
    dn = dh * f * (1 - n**2)
    gated = dn @ Whn.T
    df = (dh * (n - h_prev) + gated * h_prev) * f * (1 - f)
    return df, dn, dh * (1 - f) + gated * f + df @ Whf.T


def mgu_step_backward(dh: Array, tape: MguTape) -> tuple[Array, Array, Array, Array, Array]:
    check_shape("dh", dh, tape.h_prev.shape, "(N, H)")
    df, dn, dh_prev = _back(dh, tape)
    dz = np.concatenate((df, dn), axis=1)
    dWh = np.concatenate((tape.h_prev.T @ df, (tape.f * tape.h_prev).T @ dn), axis=1)
    return dz @ tape.Wx.T, dh_prev, tape.x.T @ dz, dWh, dz.sum(axis=0)


def mgu_carry(dh: Array, tape: MguTape) -> tuple[Array]:
    return (_back(dh, tape)[2],)


class TimeMGU:
    """xs (T, N, D)  ->  hs (T, N, H), tick by tick and without a trick: nobody waits for it."""

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        Wx, self.Wh, b = weights
        dWx, self.dWh, db = gradients
        self.inputs = TimeInput((Wx, b), (dWx, db), np.ones(2))
        self.state: tuple[Array, ...] = ()
        self.hs = self.dhs = np.zeros((0, 0, len(self.Wh)), self.Wh.dtype)

    def forward(self, xs: Array | Embedded) -> Array:
        T, N, _ = xs.shape
        H, dtype = len(self.Wh), self.Wh.dtype
        self._f_n = np.empty((T, 2, N, H), dtype)
        self._h = np.empty((T + 1, N, H), dtype)
        self._h[0] = self.state[0]
        self.inputs.forward(xs, self._f_n)
        for t, (f, n) in enumerate(self._f_n):
            h_prev = self._h[t]
            f[...] = sigmoid(f + h_prev @ self.Wh[:, :H])
            n[...] = np.tanh(n + (f * h_prev) @ self.Wh[:, H:])
            self._h[t + 1] = (1 - f) * h_prev + f * n
        self.hs, self.state = self._h[1:], (self._h[-1].copy(),)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        T, N, H = dhs.shape
        self.dhs, dz = dhs.copy(), np.empty((T, N, 2 * H), dhs.dtype)
        self._later = np.zeros((N, H), dhs.dtype)
        self.dWh[...] = 0
        for t in reversed(range(T)):
            f, n = self._f_n[t]
            self.dhs[t] += self._later
            tape = MguTape(dz, self._h[t], f, n, dz, self.Wh)  # inputs are left to `inputs`
            df, dn, self._later = _back(self.dhs[t], tape)
            dz[t] = np.concatenate((df, dn), axis=1)
            self.dWh[:, :H] += self._h[t].T @ df
            self.dWh[:, H:] += (f * self._h[t]).T @ dn
        return self.inputs.backward(dz.reshape(T * N, 2 * H))


def tick(x: Array, states: tuple[Array, ...], Wx: Array, Wh: Array, b: Array) -> tuple[Array, ...]:
    (h,) = states
    xf, xn = np.split(x @ Wx + b, 2, axis=1)
    Whf, Whn = np.split(Wh, 2, axis=1)
    f = sigmoid(xf + h @ Whf)
    return ((1 - f) * h + f * np.tanh(xn + (f * h) @ Whn),)


MGU = Cell(
    name="mgu",
    gates=("f", "n"),
    states=("h",),
    step=mgu_step,
    step_backward=mgu_step_backward,
    carry=mgu_carry,
    layer=TimeMGU,
    tick=tick,
    tape_numbers=3,  # h, f and n
)
