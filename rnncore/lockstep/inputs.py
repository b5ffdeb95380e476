"""What the stacked cells read at every tick, made for all ticks before their loop begins."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids


class _Scaled:
    """Wx (K, D, G*H) and b (K, 1, G*H), each gate multiplied by its number in `scale`."""

    def __init__(
        self, weights: tuple[Array, Array], gradients: tuple[Array, Array], scale: Array
    ) -> None:
        self.Wx, self.b = weights[0], weights[1][:, None]
        self.dWx, self.db = gradients[0], gradients[1][:, None]
        self.G = len(scale)
        self._scaled = bool((scale != 1).any())
        H = self.b.shape[-1] // self.G
        self._scale = np.repeat(scale, H).astype(self.b.dtype)
        self._Wx, self._b = self.Wx, self.b
        if self._scaled:
            self._Wx, self._b = np.empty(self.Wx.shape, self.Wx.dtype), np.empty_like(self.b)

    def _scale_weights(self) -> None:
        if self._scaled:
            np.multiply(self.Wx, self._scale, self._Wx)
            np.multiply(self.b, self._scale, self._b)


class TableInput(_Scaled):
    """z = (table @ Wx + b)[ids] * scale: for vocabularies smaller than the window.

    Shapes   table (K, V, D), ids (K, T, N)  ->  z (T, G, K, N, H); dz (K, T*N, G*H) -> dtable
    Mirrors  `TimeInput` with an `Embedded` look-up that is added up by a one-hot matmul.
    """

    def __init__(
        self,
        table: tuple[Array, Array],
        weights: tuple[Array, Array],
        gradients: tuple[Array, Array],
        scale: Array,
        window: tuple[int, int],
    ) -> None:
        super().__init__(weights, gradients, scale)
        self.table, self.dtable = table
        K, V, _ = self.table.shape
        count, dtype = window[0] * window[1], self.b.dtype
        self._rows = np.empty((K, V, self.b.shape[-1]), dtype)
        self._one_hot = np.zeros((K, count, V), dtype)
        self._starts = np.arange(K * count).reshape(K, count) * V
        self._tops = np.arange(K)[:, None] * V
        self._of_gates = np.arange(self.G)[:, None, None]

    def forward(self, ids: Ids, z: Array) -> None:
        """Write z, which lies in one piece."""
        self._scale_weights()
        self._places = self._starts + ids.reshape(len(ids), -1)
        np.matmul(self.table, self._Wx, self._rows)
        np.add(self._rows, self._b, self._rows)
        places = ((ids.swapaxes(0, 1) + self._tops) * self.G)[:, None] + self._of_gates
        self._rows.reshape(-1, z.shape[-1]).take(places, 0, z, "clip")

    def backward(self, dz: Array) -> None:
        """Overwrite dWx, db and the table's gradient."""
        rows, entries = self._rows, self._one_hot.ravel()
        entries[self._places] = 1
        np.matmul(self._one_hot.swapaxes(1, 2), dz, rows)
        entries[self._places] = 0
        np.add.reduce(rows, axis=1, out=self.db[:, 0])
        np.matmul(self.table.swapaxes(1, 2), rows, self.dWx)
        np.matmul(rows, self.Wx.swapaxes(1, 2), self.dtable)


class NumberInput(_Scaled):
    """z = (xs @ Wx + b) * scale of inputs that are numbers.

    Shapes   xs (K, T, N, D)  ->  z (T, G, K, N, H); dz (K, T*N, G*H)  ->  dxs (K, T, N, D)
    Mirrors  `TimeInput`.
    """

    def __init__(
        self,
        weights: tuple[Array, Array],
        gradients: tuple[Array, Array],
        scale: Array,
        window: tuple[int, int],
    ) -> None:
        super().__init__(weights, gradients, scale)
        K, D, columns = self.Wx.shape
        count, dtype = window[0] * window[1], self.b.dtype
        self._rows = np.empty((K, count, columns), dtype)
        self._dxs = np.empty((K, *window, D), dtype)
        self._ones = np.ones((1, count), dtype)

    def forward(self, xs: Array, z: Array) -> None:
        """Write z, which lies in one piece."""
        self._scale_weights()
        T, G, K, N, H = z.shape
        self._xs = xs.reshape(K, T * N, -1)
        np.matmul(self._xs, self._Wx, self._rows)
        rows, b = self._rows.reshape(K, T, N, G, H), self._b.reshape(K, 1, 1, G, H)
        np.add(rows, b, z.transpose(2, 0, 3, 1, 4))

    def backward(self, dz: Array) -> Array:
        """Overwrite dWx and db, and return dL/dxs, which the next call overwrites."""
        K, count, _ = dz.shape
        np.matmul(self._ones, dz, self.db)
        np.matmul(self._xs.swapaxes(1, 2), dz, self.dWx)
        np.matmul(dz, self.Wx.swapaxes(1, 2), self._dxs.reshape(K, count, -1))
        return self._dxs
