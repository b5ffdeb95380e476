"""StateProduct: h @ Wh of a tick, sorted by gate, each gate's columns multiplied by its scale."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncore.shapes import Array

Product = Callable[[Array, Array, Array], object]


class StateProduct:
    """out[g] = h @ Wh[:, gate g] * scale[g].

    Shapes   h (N, H), Wh (H, G*H), scale (G,)  ->  (G, N, H)
    In a window of more than one tick the scale goes into a copy of Wh, made once. A single tick,
    as when text is written, would pay more for that copy than for its product: what comes out is
    scaled there. Powers of two change no bit of either.
    """

    def __init__(self, Wh: Array, scale: Array) -> None:
        (H, _), G = Wh.shape, len(scale)
        self._scale = scale.astype(Wh.dtype)[:, None, None]
        self._by_gate = Wh.reshape(H, G, H).swapaxes(0, 1)
        self._copy = np.empty((G, H, H), Wh.dtype)

    def ready(self, T: int) -> tuple[Product, Array]:
        """A function f and weights W as they are now, so that f(h, W, out) is the product."""
        if T == 1:
            return self._once, self._by_gate
        np.multiply(self._by_gate, self._scale, self._copy)
        return np.matmul, self._copy

    def _once(self, h: Array, by_gate: Array, out: Array) -> None:
        np.matmul(h, by_gate, out)
        np.multiply(out, self._scale, out)
