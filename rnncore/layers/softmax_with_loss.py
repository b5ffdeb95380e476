"""TimeSoftmaxWithLoss: perplexity's layer, which never writes down the probabilities."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids

SAFE_LOGS = (-57.0, 69.0)
"""Row sums of exp(logits) whose logarithm is inside these bounds have lost nothing to underflow
or overflow."""
BLOCK_BYTES = 512 * 1024
"""Rows are worked through in blocks that stay in the L2 cache between exp and sum."""


class TimeSoftmaxWithLoss:
    """L = mean over the T*N positions of  log s - z_target,  with E = exp(z) and row sums s.

    The gradient (E/s - one_hot) / (T*N) is handed on in two factors, residual = E - s * one_hot
    and row_scale = 1 / (s * T*N), so that no further pass over (T*N, V) is made.
    Buffers  `losses` (T*N,), those of the last forward, is overwritten by the next.
    Reference twin: reference.output.cross_entropy
    """

    def __init__(self) -> None:
        self.losses: Array = np.empty(0)
        self._starts: Ids = np.empty(0, np.int64)
        self._ones: Array = np.empty(0)

    def _reserve(self, logits: Array) -> None:
        count, V = logits.shape
        self._starts = np.arange(count) * V
        self._sums, self._logs = np.empty(count, logits.dtype), np.empty(count, logits.dtype)
        self._ones = np.ones(V, logits.dtype)
        self._mean = np.full(count, 1 / count, logits.dtype)
        self._row_scale = np.empty((count, 1), logits.dtype)
        height = max(1, BLOCK_BYTES // (V * logits.itemsize))
        self._blocks = [slice(top, top + height) for top in range(0, count, height)]

    def forward(self, logits: Array, targets: Ids, *, shift: bool = False) -> float | None:
        """logits (T*N, V), overwritten with E; targets (T*N,)  ->  the mean loss in nats, >= 0.

        Returns None if a row sum left the safe range: the caller makes the logits again and
        calls with shift=True, which subtracts each row's maximum first. The maximum costs a
        pass over the logits that almost no step needs.
        """
        if len(self._starts) != len(logits):
            self._reserve(logits)
        if shift:
            logits -= logits.max(axis=1, keepdims=True)
        self._exp, sums, logs = logits, self._sums, self._logs
        self._picks = self._starts + targets
        picked = logits.ravel()[self._picks]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for block in self._blocks:
                rows = logits[block]
                np.exp(rows, rows)
                rows.dot(self._ones, sums[block])  # a matmul sums faster than add.reduce
            np.log(sums, logs)
            low, high = SAFE_LOGS
            # An argmin costs a third of a min; either finds a NaN first.
            if not shift and not (logs[logs.argmin()] > low and logs[logs.argmax()] < high):
                return None
            np.subtract(logs, picked, logs)
            self.losses = logs
            return max(float(logs.dot(self._mean)), 0.0)  # rounding may undercut; a NaN stays

    def backward(self) -> tuple[Array, Array]:
        """The gradient's factors (residual (T*N, V), row_scale (T*N, 1)); overwrites E."""
        self._exp.ravel()[self._picks] -= self._sums
        np.divide(self._mean, self._sums, self._row_scale[:, 0])
        return self._exp, self._row_scale
