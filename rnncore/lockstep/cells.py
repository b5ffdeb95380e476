"""What all stacked cells share."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from rnncore.shapes import Array


class StackedCell:
    """K cells of one kind over a window.

    Within a tick the runs lie side by side, so that an elementwise function is one plain loop over
    all of them; what leaves the loop is sorted by run, as matmuls over the whole window want it.

    Shapes   z (T, G, K, N, H), the share of the inputs  ->  hs (K, T, N, H); Wh (K, H, G*H)
             dhs (K, T, N, H) of the layer above  ->  dz (K, T*N, G*H), that of z; overwrites dWh
    States   `first`, (K, N, H) each, is what forward begins with, `last` what it has come to: views
             of the buffers.
    Buffers  `z` is where the inputs write; all are overwritten by the next call.
    """

    SCALE: ClassVar[Array]
    """One number per gate that multiplies what comes from the inputs, and Wh."""
    z: Array
    hs: Array
    first: tuple[Array, ...]
    last: tuple[Array, ...]

    def __init__(self, Wh: Array, dWh: Array, window: tuple[int, int]) -> None:
        self.Wh, self.dWh = Wh, dWh
        (K, H, columns), dtype, (T, N) = Wh.shape, Wh.dtype, window
        self._h = np.zeros((T + 1, K, N, H), dtype)  # h_(-1) ... h_(T-1)
        self.hs = self._h[1:].swapaxes(0, 1)
        self._dhs, self._tick = np.empty((T, K, N, H), dtype), np.empty((K, N, H), dtype)
        self._before = np.empty((K, T, N, H), dtype)
        self._dz = np.empty((K, T, N, columns), dtype)
        self._WhT = np.empty((K, columns, H), dtype)

    def forward(self) -> Array:
        raise NotImplementedError

    def backward(self, dhs: Array) -> Array:
        raise NotImplementedError

    def carry(self) -> None:
        """Begin where the last window ended."""
        for first, last in zip(self.first, self.last, strict=True):
            np.copyto(first, last)

    def _begin_backward(self, dhs: Array) -> None:
        np.copyto(self._WhT, self.Wh.swapaxes(1, 2))
        np.copyto(self._dhs.swapaxes(0, 1), dhs)

    def _end_backward(self, dz: Array) -> Array:
        """dz (K, T, N, G*H) of what enters through Wh brings dWh."""
        K, T, N, H = self._before.shape
        np.copyto(self._before, self._h[:-1].swapaxes(0, 1))
        flat = dz.reshape(K, T * N, -1)
        np.matmul(self._before.reshape(K, T * N, H).swapaxes(1, 2), flat, self.dWh)
        return flat
