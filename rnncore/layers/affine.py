"""TimeAffine: from hidden states to one logit per word, with the bias inside the matmul."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array

PART_BYTES = 8 * 2**20
"""Logits that no backward pass needs are made in parts of this size."""


class TimeAffine:
    """logits = hs @ W + b, computed as [hs, 1] @ [W; b].

    Shapes   hs (T, N, H), W (H, V), b (V,)  ->  logits (T*N, V)
    Weights  `Wb` (H+1, V) is W with b as its last row, one block of memory; `dWb` likewise.
    Buffers  the logits are written to one buffer, which the softmax layer may overwrite.
    Reference twin: the affine line of reference.bptt
    """

    def __init__(self, Wb: Array, dWb: Array) -> None:
        self.Wb, self.dWb = Wb, dWb
        self.W = Wb[:-1]
        self._reserved = (0, 0)
        self._logits = np.empty((0, Wb.shape[1]), Wb.dtype)

    def _reserve(self, T: int, N: int) -> None:
        H, dtype = len(self.W), self.W.dtype
        self._reserved = (T, N)
        self._inputs = np.ones((T * N, H + 1), dtype)  # the last column stays 1 and feeds b
        self._scaled = np.empty((T * N, H + 1), dtype)
        self._dhs = np.empty((T * N, H), dtype)

    def read(self, hs: Array) -> None:
        """Take hs (T, N, H); `logits`, `parts` and `backward` are about these."""
        T, N, H = hs.shape
        if (T, N) != self._reserved:
            self._reserve(T, N)
        self._inputs[:, :H] = hs.reshape(T * N, H)

    def logits(self, rows: slice = slice(None)) -> Array:
        """The logits of some of the T*N positions, by default of all; they overwrite the last."""
        inputs = self._inputs[rows]
        if len(self._logits) != len(inputs):
            self._logits = np.empty((len(inputs), self.W.shape[1]), self.W.dtype)
        return inputs.dot(self.Wb, self._logits)

    def parts(self) -> list[slice]:
        """All positions, cut so that the logits of one part fit into PART_BYTES."""
        count, width = len(self._inputs), self.W.shape[1] * self.W.itemsize
        height = max(1, PART_BYTES // width)
        return [slice(top, top + height) for top in range(0, count, height)]

    def backward(self, residual: Array, row_scale: Array) -> Array:
        """Takes dlogits = row_scale * residual unmultiplied, and scales the small side instead.

        Shapes   residual (T*N, V), row_scale (T*N, 1)  ->  dL/dhs (T, N, H); overwrites dWb.
        """
        T, N = self._reserved
        np.multiply(self._inputs, row_scale, self._scaled)
        self._scaled.T.dot(residual, self.dWb)
        residual.dot(self.W.T, self._dhs)
        np.multiply(self._dhs, row_scale, self._dhs)
        return self._dhs.reshape(T, N, -1)
