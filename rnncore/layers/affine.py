"""TimeAffine: from hidden states to one logit per word, with the bias inside the matmul."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array


class TimeAffine:
    """logits = hs @ W + b, computed as [hs, 1] @ [W; b].

    Shapes   hs (T, N, H), W (H, V), b (V,)  ->  logits (T*N, V)
    Weights  `Wb` (H+1, V) is W with b as its last row, one block of memory; `dWb` likewise.
    Reference twin: the affine line of reference.bptt
    """

    def __init__(self, Wb: Array, dWb: Array) -> None:
        self.Wb, self.dWb = Wb, dWb
        self.W = Wb[:-1]
        self._reserved = (0, 0)

    def _reserve(self, T: int, N: int) -> None:
        H, V = self.W.shape
        dtype = self.W.dtype
        self._reserved = (T, N)
        self._inputs = np.ones((T * N, H + 1), dtype)  # the last column stays 1 and feeds b
        self._scaled = np.empty((T * N, H + 1), dtype)
        self._logits = np.empty((T * N, V), dtype)
        self._dhs = np.empty((T * N, H), dtype)

    def forward(self, hs: Array) -> Array:
        """Returns the logits in a buffer that the softmax layer may overwrite."""
        T, N, H = hs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._inputs[:, :H] = hs.reshape(T * N, H)
        np.dot(self._inputs, self.Wb, out=self._logits)
        return self._logits

    def backward(self, residual: Array, row_scale: Array) -> Array:
        """Takes dlogits = row_scale * residual unmultiplied, and scales the small side instead.

        Shapes   residual (T*N, V), row_scale (T*N, 1)  ->  dL/dhs (T, N, H); overwrites dWb.
        """
        T, N = self._reserved
        np.multiply(self._inputs, row_scale, out=self._scaled)
        np.dot(self._scaled.T, residual, out=self.dWb)
        np.dot(residual, self.W.T, out=self._dhs)
        self._dhs *= row_scale
        return self._dhs.reshape(T, N, -1)
