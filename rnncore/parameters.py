"""Every weight of a model in one vector, and its gradient in another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncore.shapes import Array


class Parameters:
    """Named views on one vector of weights (P,) and one of gradients (P,).

    Layers read and write the views; optimizer, clipping and checkpoint use the vectors, so an
    update is a few NumPy calls however many layers there are. Weights named one after the other
    lie one after the other: `block` gives two of them as one matrix.
    Without `trained` there is no backward pass: the gradients are zero, read-only, and take no
    memory.
    """

    def __init__(
        self, shapes: Mapping[str, tuple[int, ...]], dtype: str, *, trained: bool = True
    ) -> None:
        sizes = [int(np.prod(shape)) for shape in shapes.values()]
        self.values: Array = np.zeros(sum(sizes), dtype)
        self.gradients: Array = (
            np.zeros(sum(sizes), dtype)
            if trained
            else np.broadcast_to(np.zeros((), dtype), sum(sizes))
        )
        self._shapes = dict(shapes)
        ends = np.cumsum(sizes).tolist()
        self._slices = {
            name: slice(end - size, end)
            for name, size, end in zip(shapes, sizes, ends, strict=True)
        }

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._shapes)

    def __getitem__(self, name: str) -> Array:
        """The weight as a view: writing to it changes the model."""
        return self.values[self._slices[name]].reshape(self._shapes[name])

    def gradient(self, name: str) -> Array:
        """The gradient of the last backward pass as a view."""
        return self.gradients[self._slices[name]].reshape(self._shapes[name])

    def block(self, matrix: str, row: str) -> tuple[Array, Array]:
        """`matrix` (n, m) with `row` (m,) below it as one (n+1, m) view: weights and gradients."""
        first, last = self._slices[matrix], self._slices[row]
        if first.stop != last.start:
            raise ValueError(f"{matrix} and {row} are not neighbours")
        joined = slice(first.start, last.stop)
        shape = (-1, self._shapes[matrix][1])
        return self.values[joined].reshape(shape), self.gradients[joined].reshape(shape)

    def as_dict(self) -> dict[str, Array]:
        """Copies of all weights by name."""
        return {name: self[name].copy() for name in self.names}
