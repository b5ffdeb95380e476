"""TimeSoftmaxWithLoss: perplexity's layer, which never writes down the probabilities."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids

SAFE_SUMS = (1e-25, 1e30)
"""Row sums of exp(logits) inside these bounds have lost nothing to underflow or overflow."""
BLOCK_BYTES = 512 * 1024
"""Rows are worked through in blocks that stay in the L2 cache between exp and sum."""


class TimeSoftmaxWithLoss:
    """L = mean over the T*N positions of  log s - z_target,  with E = exp(z) and row sums s.

    The gradient (E/s - one_hot) / (T*N) is handed on in two factors, residual = E - s * one_hot
    and row_scale = 1 / (s * T*N), so that no further pass over (T*N, V) is made.
    Reference twin: reference.output.cross_entropy
    """

    def __init__(self) -> None:
        self._rows: Ids = np.empty(0, np.int64)

    def _reserve(self, logits: Array) -> None:
        count, V = logits.shape
        self._rows = np.arange(count)
        self._sums = np.empty(count, logits.dtype)
        height = max(1, BLOCK_BYTES // (V * logits.itemsize))
        self._blocks = [slice(top, top + height) for top in range(0, count, height)]

    def forward(self, logits: Array, targets: Ids, *, shift: bool = False) -> float | None:
        """logits (T*N, V), overwritten with E; targets (T*N,)  ->  the mean loss in nats.

        Returns None if a row sum left the safe range: the caller makes the logits again and
        calls with shift=True, which subtracts each row's maximum first. The maximum costs a
        pass over the logits that almost no step needs.
        """
        if len(self._rows) != len(logits):
            self._reserve(logits)
        if shift:
            logits -= logits.max(axis=1, keepdims=True)
        self._exp, self._targets, sums = logits, targets, self._sums
        picked = logits[self._rows, targets]
        with np.errstate(over="ignore", invalid="ignore"):
            for block in self._blocks:
                rows = logits[block]
                np.exp(rows, out=rows)
                np.add.reduce(rows, axis=1, out=sums[block])
        low, high = SAFE_SUMS
        if not shift and not (sums.min() > low and sums.max() < high):
            return None
        return float(np.log(sums).mean(dtype=np.float64) - picked.mean(dtype=np.float64))

    def backward(self) -> tuple[Array, Array]:
        """The gradient's factors (residual (T*N, V), row_scale (T*N, 1)); overwrites E."""
        residual, sums = self._exp, self._sums
        residual[self._rows, self._targets] -= sums
        return residual, (1 / (sums * len(sums)))[:, None]
