"""Affine layer and softmax with loss of K networks."""

from __future__ import annotations

import numpy as np

from rnncore.layers.softmax_with_loss import BLOCK_BYTES, SAFE_LOGS
from rnncore.shapes import Array, Floats, Ids


class StackedOutput:
    """logits = hs @ W + b and their mean loss in nats, for each network.

    Shapes   hs (K, T, N, H), targets (K, T, N)  ->  losses (K,); Wb (K, H+1, V) is W with b below
    Buffers  one for all logits, of which backward makes the residual.
    Mirrors  `TimeAffine` and `TimeSoftmaxWithLoss`.
    """

    def __init__(self, Wb: Array, dWb: Array, window: tuple[int, int]) -> None:
        self.Wb, self.dWb = Wb, dWb
        (K, above, V), dtype, count = Wb.shape, Wb.dtype, window[0] * window[1]
        self._inputs = np.ones((K, count, above), dtype)  # the last column stays 1 and feeds b
        self._scaled = np.empty((K, count, above), dtype)
        self._dhs = np.empty((K, count, above - 1), dtype)
        self._logits = np.empty((K, count, V), dtype)
        self._starts = np.arange(K * count).reshape(K, count) * V
        self._sums, self._logs = np.empty((K, count), dtype), np.empty((K, count), dtype)
        self._row_scale = np.empty((K, count, 1), dtype)
        self._ones, self._mean = np.ones((V, 1), dtype), np.full((count, 1), 1 / count, dtype)
        height = max(1, BLOCK_BYTES // (V * Wb.itemsize))
        self._blocks = [slice(top, top + height) for top in range(0, count, height)]

    def forward(self, hs: Array, targets: Ids) -> Floats:
        K, self._hs_shape = len(hs), hs.shape
        self._inputs.reshape(*hs.shape[:3], -1)[..., :-1] = hs
        np.matmul(self._inputs, self.Wb, self._logits)
        self._picks = self._starts + targets.reshape(K, -1)
        picked = self._logits.ravel()[self._picks]
        self._exponentiate(slice(None))
        low, high = SAFE_LOGS
        safe = (self._logs.min(axis=1) > low) & (self._logs.max(axis=1) < high)
        for k in (~safe).nonzero()[0]:
            picked[k] = self._shift(k)
        np.subtract(self._logs, picked, self._logs)
        losses = np.matmul(self._logs[:, None], self._mean)[:, 0, 0].astype(np.float64)
        return np.where(losses < 0, 0.0, losses)  # rounding may undercut; a NaN stays

    def _exponentiate(self, runs: slice) -> None:
        """Logits to exp(logits), their row sums and the logarithms of these."""
        logits, sums = self._logits[runs], self._sums[runs, :, None]
        for block in self._blocks:
            rows = logits[:, block]
            np.exp(rows, rows)
            np.matmul(rows, self._ones, sums[:, block])
        np.log(self._sums[runs], self._logs[runs])

    def _shift(self, k: int) -> Array:
        """Begin again with the logits of one network, its rows' maxima subtracted: the targets'
        logits."""
        logits = self._logits[k]
        np.matmul(self._inputs[k], self.Wb[k], logits)
        logits -= logits.max(axis=1, keepdims=True)
        picked: Array = logits.ravel()[self._picks[k] - self._starts[k, 0]]
        self._exponentiate(slice(k, k + 1))
        return picked

    def backward(self) -> Array:
        """Overwrite dWb, and return dL/dhs (K, T, N, H)."""
        residual, scale = self._logits, self._row_scale
        residual.ravel()[self._picks] -= self._sums
        np.divide(self._mean[:, 0], self._sums, scale[..., 0])
        np.multiply(self._inputs, scale, self._scaled)
        np.matmul(self._scaled.swapaxes(1, 2), residual, self.dWb)
        np.matmul(residual, self.Wb[:, :-1].swapaxes(1, 2), self._dhs)
        np.multiply(self._dhs, scale, self._dhs)
        return self._dhs.reshape(self._hs_shape)
