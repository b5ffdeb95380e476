"""TimeEmbedding: one row of the table for every token of a window."""

from __future__ import annotations

import numpy as np

from rnncore.layers.inputs import Embedded
from rnncore.shapes import Array, Ids

MATCHES = 20_000
"""Up to this many pairs of positions (T*N)^2 a matmul that adds equal tokens beats sorting them."""


def multiplies_table(V: int, D: int, count: int) -> bool:
    """Whether multiplying the whole table (V, D) costs less than multiplying `count` looked-up
    rows: three products of V rows and one with a one-hot matrix, against three of `count` rows and
    the summing up of equal tokens' rows."""
    return V * (count + 3 * D) <= 4 * count * D


class TimeEmbedding:
    """xs[t, n] = W[ids[t, n]].

    Shapes   ids (T, N), W (V, D)  ->  (T, N, D)
    Backward overwrites dW: only rows of tokens in the window, which `touched` names, are written;
             the rest of dW is zero. A token may be named more than once.
    Tied     with `shared`, W and dW are transposed views of the affine layer's, whose backward
             has been here before: the rows are added.
    Deferred `defer` leaves the looking up to the cell above, where `should_defer` says so;
             `accept` then takes the place of `backward`.
    Reference twin: reference.output.embedding
    """

    def __init__(self, W: Array, dW: Array, *, shared: bool = False) -> None:
        self.W, self.dW, self.shared = W, dW, shared
        self.touched: Ids | None = None
        self._ids: Ids = np.empty((0, 0), np.int64)
        self._xs: Array = np.empty((0, 0, W.shape[1]), W.dtype)

    def _reserve(self, T: int, N: int) -> None:
        count = T * N
        self._xs = np.empty((T, N, self.W.shape[1]), self.W.dtype)
        if count**2 <= MATCHES:
            room = np.empty(MATCHES, self.W.dtype)  # as much in all windows that have one
            self._matches = room[: count**2].reshape(count, count)
        self._begins = np.ones(count, bool)

    def forward(self, ids: Ids) -> Array:
        if self._xs.shape[:2] != ids.shape:
            self._reserve(*ids.shape)
        self._ids = ids
        if self.shared:  # take would copy a transposed table as a whole
            self._xs[...] = self.W[ids]
        else:
            # mode="clip" writes straight into `out`; the model checks the ids before.
            self.W.take(ids, 0, self._xs, "clip")
        return self._xs

    def backward(self, dxs: Array) -> None:
        """Bring the summed rows of dxs (T, N, D) to dW."""
        ids, rows = self._ids.ravel(), dxs.reshape(-1, dxs.shape[-1])
        occurring, sums = (self._match if ids.size**2 <= MATCHES else self._sort)(ids, rows)
        if self.shared:
            self.dW[occurring] += sums
            return
        self.dW[... if self.touched is None else self.touched] = 0
        self.dW[occurring] = sums
        self.touched = occurring

    def _match(self, ids: Ids, rows: Array) -> tuple[Ids, Array]:
        """The tokens as they come, each beside the sum of all its rows: it may come again."""
        np.copyto(self._matches, np.equal.outer(ids, ids))
        return ids, self._matches.dot(rows)

    def _sort(self, ids: Ids, rows: Array) -> tuple[Ids, Array]:
        """The same by bringing equal tokens together."""
        order = ids.argsort(kind="stable")
        ordered = ids[order]
        np.not_equal(ordered[1:], ordered[:-1], self._begins[1:])
        starts = self._begins.nonzero()[0]
        return ordered[starts], np.add.reduceat(rows[order], starts, axis=0)

    def should_defer(self, T: int, N: int) -> bool:
        """Whether the cell above had better multiply the whole table: see `multiplies_table`."""
        V, D = self.W.shape
        return multiplies_table(V, D, T * N)

    def defer(self, ids: Ids) -> Embedded:
        return Embedded(self.W, ids)

    def accept(self, dtable: Array) -> None:
        """Take dL/dW (V, D) as the cell above gives it for a deferred look-up."""
        if self.shared:
            self.dW += dtable
        else:
            self.dW[...] = dtable
        self.touched = None
