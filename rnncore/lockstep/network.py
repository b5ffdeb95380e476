"""K networks of one shape: their weights as one array, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from rnncore.config import Config
from rnncore.layers.dropout import TimeDropout
from rnncore.lockstep.embedding import StackedEmbedding
from rnncore.lockstep.inputs import NumberInput, TableInput
from rnncore.lockstep.output import StackedOutput
from rnncore.lockstep.shape import STACKED_CELLS, Shape
from rnncore.model import State, parameter_shapes
from rnncore.parameters import Parameters
from rnncore.shapes import Array, Floats, Ids


class StackedNetwork:
    """Mirrors `Rnnlm`, with `values` and `gradients` (K, P).

    `rows` are the parameters of each network, as views. `configs` say how much each drops; their
    shape is one.
    """

    def __init__(self, shape: Shape, configs: Sequence[Config]) -> None:
        self._weights = parameter_shapes(configs[0], shape.vocabulary_size)
        ends = [0, *accumulate(prod(each) for each in self._weights.values())]
        self._places = {
            name: slice(*between)
            for name, between in zip(self._weights, pairwise(ends), strict=True)
        }
        self.values = np.zeros((len(configs), ends[-1]), shape.dtype)
        self.gradients = np.zeros_like(self.values)
        self._shape, window = shape, shape.window
        self.rows = [self._row(k) for k in range(len(configs))]
        table = self._pair("embedding.W")
        self._cells = []
        self._inputs: list[NumberInput] = []
        for i in range(shape.layers):
            (Wx, dWx), Wh, (b, db) = (self._pair(f"cell.{i}.{name}") for name in ("Wx", "Wh", "b"))
            cell = STACKED_CELLS[shape.cell](*Wh, window)
            self._cells.append(cell)
            if i == 0 and shape.table:
                self._table = TableInput(table, (Wx, b), (dWx, db), cell.SCALE, window)
            else:
                self._inputs.append(NumberInput((Wx, b), (dWx, db), cell.SCALE, window))
        if not shape.table:
            self._embedding = StackedEmbedding(*table, window)
        self._output = StackedOutput(*self._pair("affine.W", "affine.b"), window)
        self._ratios = [config.dropout for config in configs]
        self._masks: list[Array] = []

    def _pair(self, name: str, below: str | None = None) -> tuple[Array, Array]:
        """A weight of all networks (K, ...) and its gradient, as views; perhaps with a vector
        below it as a last row."""
        place, shape = self._places[name], self._weights[name]
        if below is not None:
            place, shape = slice(place.start, self._places[below].stop), (-1, *shape[1:])
        K = len(self.values)
        return self.values[:, place].reshape(K, *shape), self.gradients[:, place].reshape(K, *shape)

    def _row(self, k: int) -> Parameters:
        row = Parameters(self._weights, self._shape.dtype, trained=False)
        row.values, row.gradients = self.values[k], self.gradients[k]
        return row

    def forward(self, ids: Ids, targets: Ids, rngs: Sequence[np.random.Generator]) -> Floats:
        """Read windows (K, T, N): the mean losses (K,). `rngs` draw what is dropped."""
        self._masks = []
        if self._shape.table:
            self._table.forward(ids, self._cells[0].z)
            xs = self._dropped(self._cells[0].forward(), rngs)
        else:
            xs = self._dropped(self._embedding.forward(ids), rngs)
        above = self._cells[1:] if self._shape.table else self._cells
        for cell, inputs in zip(above, self._inputs, strict=True):
            inputs.forward(xs, cell.z)
            xs = self._dropped(cell.forward(), rngs)
        return self._output.forward(xs, targets)

    def backward(self) -> None:
        """Overwrite all gradients."""
        dxs = self._output.backward()
        inputs = self._inputs.copy()
        for cell in reversed(self._cells):
            dz = cell.backward(self._undropped(dxs))
            if inputs:
                dxs = inputs.pop().backward(dz)
            else:
                self._table.backward(dz)
        if not self._shape.table:
            self._embedding.backward(self._undropped(dxs))

    def _dropped(self, xs: Array, rngs: Sequence[np.random.Generator]) -> Array:
        if not self._shape.dropped:
            return xs
        _, _, N, width = xs.shape
        mask = np.empty((len(xs), 1, N, width), xs.dtype)
        for own, ratio, rng in zip(mask, self._ratios, rngs, strict=True):
            own[0] = TimeDropout(ratio, rng).draw(N, width, xs.dtype, train=True)
        self._masks.append(mask)
        return xs * mask

    def _undropped(self, dxs: Array) -> Array:
        if not self._shape.dropped:
            return dxs
        return dxs * self._masks.pop()

    def carry(self) -> None:
        """Begin where the last window ended."""
        for cell in self._cells:
            cell.carry()

    def forget(self, k: int) -> None:
        """Let one network begin from zero."""
        for cell in self._cells:
            for first in cell.first:
                first[k] = 0

    def set_state(self, k: int, state: State) -> None:
        """What `carry` will bring to the beginning; `()` of a layer is zero."""
        for cell, own in zip(self._cells, state, strict=True):
            for i, last in enumerate(cell.last):
                last[k] = own[i] if own else 0

    def state(self, k: int) -> State:
        """Copies of what the last window has come to."""
        return tuple(tuple(last[k].copy() for last in cell.last) for cell in self._cells)

    def first_state(self, k: int) -> State:
        """Copies of what it began with."""
        return tuple(tuple(first[k].copy() for first in cell.first) for cell in self._cells)
