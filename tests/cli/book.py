"""The book's chapter-5 program, written down once more and straight: a judge of the command line.

Batch-major, stream by stream as the book has it, with nothing shared with rnncore. What it does is
described beside the golden figures: legacy generator, float32 weights, drifting and wrapping time
index, a hidden state that is never reset, plain SGD.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
FORMULA = [(i * i * 7 + 3 * i + i // 11) % 53 for i in range(600)]
"""The tokens of the corpus `formula`."""


def book_perplexities(
    tokens: list[str],
    *,
    D: int,
    H: int,
    N: int,
    T: int,
    rate: float,
    epochs: int,
    seed: int,
    dtype: str = "float32",
) -> list[float]:
    """The training perplexity of each epoch."""
    number: dict[str, int] = {}
    corpus = np.array([number.setdefault(token, len(number)) for token in tokens])
    V = len(number)
    draw = np.random.RandomState(seed).randn
    E = (draw(V, D) / 100).astype(dtype)
    Wx = (draw(D, H) / np.sqrt(D)).astype(dtype)
    Wh = (draw(H, H) / np.sqrt(H)).astype(dtype)
    b = np.zeros(H, dtype)
    Wy = (draw(H, V) / np.sqrt(H)).astype(dtype)
    by = np.zeros(V, dtype)

    xs, ts = corpus[:-1], corpus[1:]
    n = len(xs)
    starts = [i * (n // N) for i in range(N)]
    h_carried = np.zeros((N, H), dtype)
    time, perplexities = 0, []
    for _ in range(epochs):
        losses = []
        for _ in range(n // (N * T)):
            at = np.array([[(start + time + t) % n for t in range(T)] for start in starts])
            time += T
            x, t = xs[at], ts[at]  # (N, T)

            hs, h = np.zeros((N, T, H), dtype), h_carried
            before = []
            for k in range(T):
                before.append(h)
                h = np.tanh(E[x[:, k]] @ Wx + h @ Wh + b)
                hs[:, k] = h
            h_carried = h
            logits = hs.reshape(N * T, H) @ Wy + by
            exps = np.exp(logits - logits.max(axis=1, keepdims=True))
            probabilities: Floats = exps / exps.sum(axis=1, keepdims=True)
            rows, targets = np.arange(N * T), t.reshape(N * T)
            losses.append(-float(np.log(probabilities[rows, targets]).mean()))

            dlogits = probabilities.copy()
            dlogits[rows, targets] -= 1
            dlogits /= N * T
            dhs = (dlogits @ Wy.T).reshape(N, T, H)
            dWy, dby = hs.reshape(N * T, H).T @ dlogits, dlogits.sum(axis=0)
            dE, dWx, dWh, db = (np.zeros_like(weight) for weight in (E, Wx, Wh, b))
            dh_later = np.zeros((N, H), dtype)
            for k in reversed(range(T)):
                dz = (dhs[:, k] + dh_later) * (1 - hs[:, k] ** 2)
                db += dz.sum(axis=0)
                dWh += before[k].T @ dz
                dWx += E[x[:, k]].T @ dz
                np.add.at(dE, x[:, k], dz @ Wx.T)
                dh_later = dz @ Wh.T
            gradients = (dE, dWx, dWh, db, dWy, dby)
            for weight, gradient in zip((E, Wx, Wh, b, Wy, by), gradients, strict=True):
                weight -= rate * gradient
        perplexities.append(float(np.exp(np.mean(losses))))
    return perplexities
