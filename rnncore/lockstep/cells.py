"""What all stacked cells share."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np

from rnncore.shapes import Array, Ids


class Input(Protocol):
    """`TableInput` or `NumberInput`."""

    def backward(self, dz: Array) -> Array | None: ...


class StackedCell:
    """K cells of one kind over a window.

    Shapes   z (K, T, G, N, H), the share of the inputs  ->  hs (K, T, N, H); Wh (K, H, G*H)
             dhs (K, T*N, H) of the layer above  ->  dz (K, T*N, G*H); overwrites dWh
    States   `first` (S, K, N, H) is read by forward, `last` is what it has come to; both are views
             of the buffers, `first` is still that of the window's beginning after backward.
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

    def forward(self) -> Array:
        raise NotImplementedError

    def backward(self, dhs: Array) -> Array:
        raise NotImplementedError

    def carry(self) -> None:
        """Begin where the last window ended."""
        for first, last in zip(self.first, self.last, strict=True):
            np.copyto(first, last)
