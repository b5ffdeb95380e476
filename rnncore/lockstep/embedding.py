"""The look-up of K tables, for vocabularies larger than the window."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids


class StackedEmbedding:
    """xs[k, t, n] = W[k, ids[k, t, n]].

    Shapes   ids (K, T, N), W (K, V, D)  ->  (K, T, N, D); backward overwrites dW, in which only the
             rows of the last two windows' tokens are written: it begins as zeros.
    Mirrors  `TimeEmbedding`, which adds equal tokens up by a matmul.
    """

    def __init__(self, W: Array, dW: Array, window: tuple[int, int]) -> None:
        self.W, self.dW = W, dW
        K, _, D = W.shape
        count = window[0] * window[1]
        self._xs = np.empty((K, *window, D), W.dtype)
        self._runs = np.arange(K)[:, None]
        self._matches = np.empty((K, count, count), W.dtype)
        self._touched: tuple[Ids, Ids] | None = None

    def forward(self, ids: Ids) -> Array:
        self._ids = ids.reshape(len(ids), -1)
        for table, own, xs in zip(self.W, ids, self._xs, strict=True):
            table.take(own, 0, xs, "clip")
        return self._xs

    def backward(self, dxs: Array) -> None:
        """Bring the summed rows of dxs (K, T, N, D) to dW."""
        ids = self._ids
        np.copyto(self._matches, ids[:, :, None] == ids[:, None])
        sums = np.matmul(self._matches, dxs.reshape(*ids.shape, -1))
        if self._touched is not None:
            self.dW[self._touched] = 0
        self._touched = self._runs, ids.copy()  # the window is overwritten by the next
        self.dW[self._touched] = sums  # a token that comes again brings the same sum
