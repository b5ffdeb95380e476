"""TimeEmbedding: one row of the table for every token of a window."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids

ONE_HOT_ENTRIES = 40_000
"""Up to this many entries (T*N*V) a one-hot matmul beats sorting the ids."""


class TimeEmbedding:
    """xs[t, n] = W[ids[t, n]].

    Shapes   ids (T, N), W (V, D)  ->  (T, N, D)
    Backward overwrites dW. Where sorting is cheaper than a one-hot matmul only rows of tokens in
             the window are written: `touched` names them, the rest of dW is zero.
    Tied     with `shared`, W and dW are transposed views of the affine layer's, whose backward
             has been here before: the rows are added.
    Reference twin: reference.output.embedding
    """

    def __init__(self, W: Array, dW: Array, *, shared: bool = False) -> None:
        self.W, self.dW, self.shared = W, dW, shared
        self.touched: Ids | None = None
        self._ids: Ids = np.empty((0, 0), np.int64)
        self._xs: Array = np.empty((0, 0, W.shape[1]), W.dtype)
        self._one_hot: Array | None = None

    def _reserve(self, T: int, N: int) -> None:
        V, D = self.W.shape
        self._xs = np.empty((T, N, D), self.W.dtype)
        small = T * N * V <= ONE_HOT_ENTRIES and not self.shared
        self._one_hot = np.zeros((T * N, V), self.W.dtype) if small else None
        self._positions = np.arange(T * N)

    def forward(self, ids: Ids) -> Array:
        if self._xs.shape[:2] != ids.shape:
            self._reserve(*ids.shape)
        self._ids = ids
        if self.shared:  # take would copy a transposed table as a whole
            self._xs[...] = self.W[ids]
        else:
            # mode="clip" writes straight into `out`; the model checks the ids before.
            np.take(self.W, ids, axis=0, out=self._xs, mode="clip")
        return self._xs

    def backward(self, dxs: Array) -> None:
        """Bring the summed rows of dxs (T, N, D) to dW."""
        ids, rows = self._ids.ravel(), dxs.reshape(-1, dxs.shape[-1])
        if self._one_hot is not None:
            self._one_hot[self._positions, ids] = 1
            np.dot(self._one_hot.T, rows, out=self.dW)
            self._one_hot[self._positions, ids] = 0
            self.touched = None
            return
        order = np.argsort(ids, kind="stable")
        ordered = ids[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        occurring = ordered[starts]
        sums = np.add.reduceat(rows[order], starts, axis=0)
        if self.shared:
            self.dW[occurring] += sums
            return
        self.dW[... if self.touched is None else self.touched] = 0
        self.dW[occurring] = sums
        self.touched = occurring
