"""The GRU of K networks."""

from __future__ import annotations

import numpy as np

from rnncore.layers.gru import HALVES
from rnncore.lockstep.cells import StackedCell
from rnncore.shapes import Array


class StackedGRU(StackedCell):
    """n = tanh(z_n + r * (h @ Wh_n)); h = (1 - z) * n + z * h. Mirrors `TimeGRU`.

    What enters through Wx and through Wh has different gradients here: `backward` returns that of
    the inputs."""

    SCALE = HALVES

    def __init__(self, Wh: Array, dWh: Array, window: tuple[int, int]) -> None:
        super().__init__(Wh, dWh, window)
        (K, H, _), dtype, (T, N) = Wh.shape, Wh.dtype, window
        self._half, self._halves = np.array(0.5, dtype), HALVES.astype(dtype)[:, None, None, None]
        self._Wh = np.empty((3, K, H, H), dtype)
        self.first, self.last = (self._h[0],), (self._h[-1],)
        self.z = gates = np.empty((T, 3, K, N, H), dtype)  # of the inputs, then r, z, n
        self._from_state = of_state = np.empty((T, 3, K, N, H), dtype)
        self._slopes = np.empty((T, 3, K, N, H), dtype)
        self._both = np.empty((3, K, N, H), dtype)  # of one tick, gradients of what enters by Wh
        self._by_input = np.empty((K, T, N, 3, H), dtype)
        self._kept = np.empty((K, N, H), dtype)
        self._ticks = [
            (
                self._h[t], self._h[t + 1], of_state[t], of_state[t, :2], of_state[t, 2],
                gates[t, :2], *gates[t],
            )
            for t in range(T)
        ]  # fmt: skip
        by_state = self._dz.reshape(K, T, N, 3, H).transpose(1, 3, 0, 2, 4)
        self._backward_ticks = [
            (
                self._dhs[t], *gates[t, :2], *self._slopes[t], by_state[t],
                self._by_input[:, t, :, 2], self._dz[:, t],
            )
            for t in reversed(range(T))
        ]  # fmt: skip

    def forward(self) -> Array:
        K, H, _ = self.Wh.shape
        Wh, half, tick = self._Wh, self._half, self._tick
        np.multiply(self.Wh.reshape(K, H, 3, H).transpose(2, 0, 1, 3), self._halves, out=Wh)
        matmul, add, multiply, tanh = np.matmul, np.add, np.multiply, np.tanh
        for h_prev, h, from_state, state_rz, memory, rz, r, z, n in self._ticks:
            matmul(h_prev, Wh, from_state)
            add(rz, state_rz, rz)
            tanh(rz, rz)
            multiply(rz, half, rz)
            add(rz, half, rz)
            multiply(r, memory, tick)
            add(n, tick, n)
            tanh(n, n)
            np.subtract(h_prev, n, h)
            multiply(h, z, h)
            add(h, n, h)
        return self.hs

    def backward(self, dhs: Array) -> Array:
        self._begin_backward(dhs)
        self._fill_slopes()
        WhT, tick, kept, both = self._WhT, self._tick, self._kept, self._both
        matmul, add, multiply, copyto = np.matmul, np.add, np.multiply, np.copyto
        dr, dz, dn_state = both
        tick[...] = 0
        for dh, r, z, slope_r, slope_z, slope_n, by_state, dn, flat in self._backward_ticks:
            add(dh, tick, dh)
            multiply(slope_n, dh, slope_n)  # dL/dn
            multiply(slope_z, dh, dz)
            multiply(slope_r, slope_n, dr)
            multiply(slope_n, r, dn_state)
            copyto(dn, slope_n)
            copyto(by_state, both)
            matmul(flat, WhT, tick)
            multiply(dh, z, kept)
            add(tick, kept, tick)
        by_input = self._by_input
        by_input[..., :2, :] = self._dz.reshape(by_input.shape)[..., :2, :]
        flat = self._end_backward(self._dz)
        return by_input.reshape(flat.shape)

    def _fill_slopes(self) -> None:
        """What the gradients are multiplied by, tick by tick: see `TimeGRU`."""
        r, z, n = self.z.swapaxes(0, 1)
        slope_r, slope_z, slope_n = self._slopes.swapaxes(0, 1)
        spare = self._from_state[:, 0]
        memory, change = self._from_state[:, 2], self._h[:-1] - n
        np.multiply(memory, r, slope_r)  # memory * (r - r^2)
        np.multiply(slope_r, r, spare)
        np.subtract(slope_r, spare, slope_r)
        np.multiply(change, z, change)  # (h_prev - n) * (z - z^2)
        np.multiply(change, z, slope_z)
        np.subtract(change, slope_z, slope_z)
        np.multiply(n, n, slope_n)  # (1 - z) * (1 - n^2)
        np.subtract(1, slope_n, slope_n)
        np.multiply(slope_n, 1 - z, slope_n)
