"""TimeDropout: for one window, some values are silent; the others speak louder for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncore.shapes import Array


class TimeDropout:
    """ys = xs * mask, the mask 0 with probability `ratio` and 1 / (1 - ratio) otherwise.

    One mask (N, K) is drawn for each window and shared by its ticks, so that a silent unit stays
    silent as long as the gradient travels. Without `train`, ys is xs.
    Source   Srivastava et al. (2014), scaled in training ("inverted"); Gal & Ghahramani (2016)
             for the mask that lasts.
    """

    def __init__(self, ratio: float, rng: np.random.Generator) -> None:
        self.ratio, self.rng = ratio, rng
        self.mask: Array | None = None

    def draw(self, N: int, K: int, dtype: Any, train: bool) -> Array | None:
        """A fresh mask (N, K), also kept in `mask`; None where nothing is dropped."""
        self.mask = None
        if train and self.ratio:
            kept = self.rng.random((N, K), dtype=np.float32) >= self.ratio
            self.mask = np.divide(kept, 1 - self.ratio, dtype=dtype)
        return self.mask

    def forward(self, xs: Array, train: bool) -> Array:
        """xs (T, N, K) -> (T, N, K). Allocates when it drops, hands xs through when it does not."""
        mask = self.draw(xs.shape[1], xs.shape[2], xs.dtype, train)
        return xs if mask is None else xs * mask

    def backward(self, dys: Array) -> Array:
        return dys if self.mask is None else dys * self.mask
