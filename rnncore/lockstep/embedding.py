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
        K, V, D = W.shape
        count = window[0] * window[1]
        self._xs = np.empty((K, *window, D), W.dtype)
        self._runs = np.arange(K)[:, None]
        self._positions = np.arange(count)
        self._last = np.zeros((K, V), np.int64)  # where in its window each token stands last
        self._room = np.zeros((K, count, count), W.dtype)  # of the matches, zero between two uses
        self._touched: tuple[Ids, Ids] | None = None

    def forward(self, ids: Ids) -> Array:
        self._ids = ids.reshape(len(ids), -1)
        for table, own, xs in zip(self.W, ids, self._xs, strict=True):
            table.take(own, 0, xs, "clip")
        return self._xs

    def backward(self, dxs: Array) -> None:
        """Bring the summed rows of dxs (K, T, N, D) to dW."""
        ids, runs, positions, room = self._ids, self._runs, self._positions, self._room
        self._last[runs, ids] = positions
        last = self._last[runs, ids]
        room[runs, last, positions] = 1
        sums = np.matmul(room, dxs.reshape(*ids.shape, -1))
        room[runs, last, positions] = 0
        run, where = (last == positions).nonzero()
        if self._touched is not None:
            self.dW[self._touched] = 0
        self._touched = run, ids[run, where]
        self.dW[self._touched] = sums[run, where]
