"""TimeEmbedding: one row of the table for every token of a window."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids

ONE_HOT_ENTRIES = 40_000
"""Up to this many entries (T*N*V) a one-hot matmul beats sorting the ids."""


class TimeEmbedding:
    """xs[t, n] = W[ids[t, n]].

    Shapes   ids (T, N), W (V, D)  ->  (T, N, D)
    Backward adds nothing up that did not occur: only rows of tokens in the window change, and
             `touched` names them. The rest of `dW` is zero.
    Reference twin: reference.output.embedding
    """

    def __init__(self, W: Array, dW: Array) -> None:
        self.W, self.dW = W, dW
        self.touched: Ids | None = None
        self._ids: Ids = np.empty((0, 0), np.int64)
        self._xs: Array = np.empty((0, 0, W.shape[1]), W.dtype)
        self._one_hot: Array | None = None

    def forward(self, ids: Ids) -> Array:
        if self._xs.shape[:2] != ids.shape:
            T, N = ids.shape
            V, D = self.W.shape
            self._xs = np.empty((T, N, D), self.W.dtype)
            small = T * N * V <= ONE_HOT_ENTRIES
            self._one_hot = np.zeros((T * N, V), self.W.dtype) if small else None
            self._positions = np.arange(T * N)
        self._ids = ids
        # mode="clip" writes straight into `out`; the ids were checked when the corpus was made.
        np.take(self.W, ids, axis=0, out=self._xs, mode="clip")
        return self._xs

    def backward(self, dxs: Array) -> None:
        """Overwrite dW with the summed rows of dxs (T, N, D)."""
        ids, rows = self._ids.ravel(), dxs.reshape(-1, dxs.shape[-1])
        if self._one_hot is not None:
            self._one_hot[self._positions, ids] = 1
            np.dot(self._one_hot.T, rows, out=self.dW)
            self._one_hot[self._positions, ids] = 0
            return
        if self.touched is None:
            self.dW[...] = 0
        else:
            self.dW[self.touched] = 0
        order = np.argsort(ids, kind="stable")
        ordered = ids[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        self.touched = ordered[starts]
        self.dW[self.touched] = np.add.reduceat(rows[order], starts, axis=0)
