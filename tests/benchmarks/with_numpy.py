"""NumPy laid out as the book does: one layer object a tick, everything allocated as it comes."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np

from rnncore.cells import CELLS
from rnncore.shapes import Array, Ids
from tests.benchmarks.problem import LEARNING_RATE, Problem

Arrays = tuple[Array, ...]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def rnn_forward(x: Array, state: Arrays, Wx: Array, Wh: Array, b: Array) -> tuple[Arrays, Any]:
    h = np.tanh(state[0] @ Wh + x @ Wx + b)
    return (h,), (x, state[0], h)


def rnn_backward(
    dstate: Arrays, tape: Any, Wx: Array, Wh: Array
) -> tuple[Array, Arrays, tuple[Array, Array, Array]]:
    x, h_prev, h = tape
    dz = dstate[0] * (1 - h**2)
    return dz @ Wx.T, (dz @ Wh.T,), (x.T @ dz, h_prev.T @ dz, dz.sum(axis=0))


def lstm_forward(x: Array, state: Arrays, Wx: Array, Wh: Array, b: Array) -> tuple[Arrays, Any]:
    h_prev, c_prev = state
    zg, zf, zi, zo = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    g, f, i, o = np.tanh(zg), sigmoid(zf), sigmoid(zi), sigmoid(zo)
    c = f * c_prev + g * i
    return (o * np.tanh(c), c), (x, h_prev, c_prev, g, f, i, o, c)


def lstm_backward(
    dstate: Arrays, tape: Any, Wx: Array, Wh: Array
) -> tuple[Array, Arrays, tuple[Array, Array, Array]]:
    dh, dc = dstate
    x, h_prev, c_prev, g, f, i, o, c = tape
    tanh_c = np.tanh(c)
    dc = dc + dh * o * (1 - tanh_c**2)
    dz = np.hstack(
        (
            dc * i * (1 - g**2),
            dc * c_prev * f * (1 - f),
            dc * g * i * (1 - i),
            dh * tanh_c * o * (1 - o),
        )
    )
    return dz @ Wx.T, (dz @ Wh.T, dc * f), (x.T @ dz, h_prev.T @ dz, dz.sum(axis=0))


def gru_forward(x: Array, state: Arrays, Wx: Array, Wh: Array, b: Array) -> tuple[Arrays, Any]:
    (h_prev,) = state
    xr, xz, xn = np.split(x @ Wx + b, 3, axis=1)
    hr, hz, memory = np.split(h_prev @ Wh, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * memory)
    return ((1 - z) * n + z * h_prev,), (x, h_prev, memory, r, z, n)


def gru_backward(
    dstate: Arrays, tape: Any, Wx: Array, Wh: Array
) -> tuple[Array, Arrays, tuple[Array, Array, Array]]:
    x, h_prev, memory, r, z, n = tape
    (dh,) = dstate
    dn = dh * (1 - z) * (1 - n**2)
    dz = dh * (h_prev - n) * z * (1 - z)
    dr = dn * memory * r * (1 - r)
    by_input, by_state = np.hstack((dr, dz, dn)), np.hstack((dr, dz, dn * r))
    dh_prev = by_state @ Wh.T + dh * z
    own = (x.T @ by_input, h_prev.T @ by_state, by_input.sum(axis=0))
    return by_input @ Wx.T, (dh_prev,), own


TICKS = {
    "rnn": (rnn_forward, rnn_backward),
    "lstm": (lstm_forward, lstm_backward),
    "gru": (gru_forward, gru_backward),
}


class NumpyNaive:
    """Streams first, (N, T, ...), as in Deep Learning from Scratch 2, chapters 5 and 6."""

    def __init__(self, problem: Problem) -> None:
        self._weights = {name: w.copy() for name, w in problem.weights.items()}
        self._forward, self._backward = TICKS[problem.cell]
        self._windows = cycle((k == 0, xs.T, ts.T) for k, (xs, ts) in enumerate(problem.windows))
        self._states = len(CELLS[problem.cell].states)
        self._state: Arrays = ()

    def run(self, updates: int) -> list[float]:
        return [self._update(*next(self._windows)) for _ in range(updates)]

    def _update(self, reset: bool, xs: Ids, ts: Ids) -> float:
        weights = self._weights
        names = ("embedding.W", "cell.0.Wx", "cell.0.Wh", "cell.0.b", "affine.W", "affine.b")
        table, Wx, Wh, b, W, bias = (weights[name] for name in names)
        N, T = xs.shape
        D, H = table.shape[1], len(Wh)
        if reset:
            self._state = tuple(np.zeros((N, H), W.dtype) for _ in range(self._states))

        embedded, hs = np.empty((N, T, D), W.dtype), np.empty((N, T, H), W.dtype)
        tapes = []
        for t in range(T):
            embedded[:, t] = table[xs[:, t]]
            self._state, tape = self._forward(embedded[:, t], self._state, Wx, Wh, b)
            hs[:, t] = self._state[0]
            tapes.append(tape)
        rows, targets, places = hs.reshape(N * T, H), ts.ravel(), np.arange(N * T)
        logits = rows @ W + bias
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[places, targets]).mean()

        p[places, targets] -= 1
        p /= N * T
        gradients = [np.zeros_like(table), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        dhs = (p @ W.T).reshape(N, T, H)
        dstate = tuple(np.zeros((N, H), W.dtype) for _ in range(self._states))
        for t in reversed(range(T)):
            dx, dstate, own = self._backward((dhs[:, t] + dstate[0], *dstate[1:]), tapes[t], Wx, Wh)
            for total, part in zip(gradients[1:], own, strict=True):
                total += part
            np.add.at(gradients[0], xs[:, t], dx)
        gradients += [rows.T @ p, p.sum(axis=0)]
        for name, gradient in zip(names, gradients, strict=True):
            weights[name] -= LEARNING_RATE * gradient
        return float(loss)
