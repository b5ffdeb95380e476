"""TimeInput: what a cell reads at every tick, of all ticks at once, before its loop begins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.shapes import Array, Ids

ONE_HOT_NUMBERS = 100_000
"""Up to this size of dz a one-hot matmul adds equal tokens faster than sorting them does."""


class Embedded(NamedTuple):
    """xs[t, n] = table[ids[t, n]], not yet looked up: whoever reads it may first multiply the
    table, which has fewer rows than the window has tokens."""

    table: Array  # (V, D)
    ids: Ids  # (T, N)

    @property
    def shape(self) -> tuple[int, int, int]:
        return (*self.ids.shape, self.table.shape[1])


class TimeInput:
    """z = (xs @ Wx + b) * scale for every tick, sorted by gate.

    Shapes   xs (T, N, D), Wx (D, G*H), b (G*H,)  ->  z (T, G, N, H); dz (T*N, G*H)  ->  dxs
    Embedded the product is taken of the table, and then its rows are looked up; what comes back
             from `backward` is then the gradient of the table, (V, D).
    scale    one number per gate, multiplied into copies of the weights, or into what they give
             where that is less; powers of two change no bit of either. The gradient `dz` that
             `backward` takes is that of the unscaled z.
    Buffers  what `backward` returns is overwritten by its next call.
    """

    def __init__(
        self, weights: tuple[Array, Array], gradients: tuple[Array, Array], scale: Array
    ) -> None:
        self.Wx, self.b = weights
        self.dWx, self.db = gradients
        self._gates = len(scale)
        self._scaled = bool((scale != 1).any())
        H = len(self.b) // len(scale)
        self._scale = np.repeat(scale, H).astype(self.b.dtype)
        if self._scaled:
            self._Wx, self._b = np.empty_like(self.Wx), np.empty_like(self.b)
        self._reserved: tuple[int, ...] = ()

    def _reserve(self, T: int, N: int, D: int, V: int) -> None:
        """V is the height of the embedded table, 0 where the inputs are numbers."""
        dtype, columns, rows = self.Wx.dtype, len(self.b), V or T * N
        self._reserved = (T, N, D, V)
        self._scale_weights = self._scaled and rows >= D
        self._scale_rows = self._scaled and rows < D
        self._dxs = np.empty((rows, D), dtype)
        # A single gate's rows of numbers are z itself.
        self._rows = np.empty((rows if V or self._gates > 1 else 0, columns), dtype)
        self._ones = np.ones(T * N, dtype)
        self._starts = np.arange(T * N) * V
        few = T * N * columns <= ONE_HOT_NUMBERS
        self._one_hot = np.zeros((T * N if few else 0, V), dtype)
        self._ordered = np.empty((T * N if V and not few else 0, columns), dtype)
        self._of_gates = np.arange(self._gates)[:, None]

    def forward(self, xs: Array | Embedded, z: Array) -> None:
        """Write z (T, G, N, H), which lies in one piece."""
        sizes = (*xs.shape, len(xs.table) if isinstance(xs, Embedded) else 0)
        if sizes != self._reserved:
            self._reserve(*sizes)
        Wx, b = self.Wx, self.b
        if self._scale_weights:
            Wx = np.multiply(Wx, self._scale, self._Wx)
            b = np.multiply(b, self._scale, self._b)
        self._xs = xs
        T, G, N, H = z.shape
        if isinstance(xs, Embedded):
            xs.table.dot(Wx, self._rows)
            np.add(self._rows, b, self._rows)
            if self._scale_rows:
                np.multiply(self._rows, self._scale, self._rows)
            places = xs.ids if G == 1 else xs.ids[:, None] * G + self._of_gates
            self._rows.reshape(-1, H).take(places, 0, z.reshape(*places.shape, H), "clip")
        elif G == 1:
            rows = z.reshape(T * N, H)
            xs.reshape(T * N, -1).dot(Wx, rows)
            np.add(rows, b, rows)
        else:
            xs.reshape(T * N, -1).dot(Wx, self._rows)
            by_gate, sorted_z = self._rows.reshape(T, N, G, H), z.swapaxes(1, 2)
            if self._scale_rows:
                np.add(self._rows, b, self._rows)
                np.multiply(by_gate, self._scale.reshape(G, H), sorted_z)
            else:
                np.add(by_gate, b.reshape(G, H), sorted_z)

    def backward(self, dz: Array) -> Array:
        """dz (T*N, G*H)  ->  dL/dxs (T, N, D), or (V, D) of an embedded table; writes dWx, db."""
        xs, dxs = self._xs, self._dxs
        if isinstance(xs, Embedded):
            (self._match if len(self._one_hot) else self._sort)(xs.ids.ravel(), dz)
            np.add.reduce(self._rows, axis=0, out=self.db)
            xs.table.T.dot(self._rows, self.dWx)
            return self._rows.dot(self.Wx.T, dxs)
        self._ones.dot(dz, self.db)
        xs.reshape(dz.shape[0], -1).T.dot(dz, self.dWx)
        return dz.dot(self.Wx.T, dxs).reshape(xs.shape)

    def _match(self, ids: Ids, dz: Array) -> None:
        """Add up the rows of equal tokens, by a matmul."""
        entries, places = self._one_hot.ravel(), self._starts + ids
        entries[places] = 1
        self._one_hot.T.dot(dz, self._rows)
        entries[places] = 0

    def _sort(self, ids: Ids, dz: Array) -> None:
        """The same by bringing them together."""
        dz.take(ids.argsort(kind="stable"), 0, self._ordered, "clip")
        ends = np.bincount(ids, minlength=len(self._rows)).cumsum()
        start = 0
        for total, end in zip(self._rows, ends.tolist(), strict=True):
            self._ones[start:end].dot(self._ordered[start:end], total)
            start = end
