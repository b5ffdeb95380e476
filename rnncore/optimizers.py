"""Update rules on the vector of weights, and the clipping of its gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from rnncore.parameters import Parameters
from rnncore.shapes import Array, Ids


class Optimizer(Protocol):
    """`update` overwrites the weights, perhaps the gradients; `moments` is all it remembers."""

    moments: dict[str, Array]

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None: ...

    def restore(self, moments: Mapping[str, Array], updates: int) -> None: ...


SPARSE = 16
"""A table is updated by rows where no more than one row in so many has a gradient: reading rows
here and there costs that much more than reading all in a line."""
BLOCK = 32_768
"""Numbers of each vector that an update takes at a time, so that all of them stay in the cache."""


def blocks(*vectors: Array) -> list[tuple[Array, ...]]:
    """The vectors cut into views of BLOCK numbers, and with each cut the scratch to work in."""
    scratch = np.empty(min(BLOCK, len(vectors[0])), vectors[0].dtype)
    cuts = []
    for top in range(0, len(vectors[0]), BLOCK):
        views = [vector[top : top + BLOCK] for vector in vectors]
        cuts.append((*views, scratch[: len(views[0])]))
    return cuts


class Sgd:
    """w -= learning_rate * g."""

    def __init__(self, parameters: Parameters) -> None:
        self.moments: dict[str, Array] = {}
        values, gradients = parameters.values, parameters.gradients
        self._all = blocks(values, gradients)
        self._beside_table, self._table_height = self._all, 0
        if "embedding.W" in parameters.names:
            table = parameters["embedding.W"]  # it lies first
            self._table_height = len(table)
            self._beside_table = blocks(values[table.size :], gradients[table.size :])

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        cuts = self._all
        if touched_rows is not None and SPARSE * len(touched_rows) <= self._table_height:
            table, gradient = parameters["embedding.W"], parameters.gradient("embedding.W")
            table[touched_rows] -= learning_rate * gradient[touched_rows]
            cuts = self._beside_table  # the other rows' gradient is zero
        for w, g, scratch in cuts:
            np.multiply(g, learning_rate, scratch)
            np.subtract(w, scratch, w)

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        pass


class Momentum:
    """v = 0.9 v - learning_rate * g;  w += v."""

    DECAY = 0.9

    def __init__(self, parameters: Parameters) -> None:
        self.moments = {"v": np.zeros_like(parameters.values)}
        self._blocks = blocks(parameters.values, parameters.gradients, self.moments["v"])

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        for w, g, v, scratch in self._blocks:
            np.multiply(v, self.DECAY, v)
            np.multiply(g, learning_rate, scratch)
            np.subtract(v, scratch, v)
            np.add(w, v, w)

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        self.moments["v"][...] = moments["v"]


class AdaGrad:
    """s += g^2;  w -= learning_rate * g / (sqrt(s) + eps). Source: Duchi et al. (2011)."""

    EPSILON = 1e-7

    def __init__(self, parameters: Parameters) -> None:
        self.moments = {"s": np.zeros_like(parameters.values)}
        self._blocks = blocks(parameters.values, parameters.gradients, self.moments["s"])

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        for w, g, s, scratch in self._blocks:
            np.multiply(g, g, scratch)
            np.add(s, scratch, s)
            np.sqrt(s, scratch)
            np.add(scratch, self.EPSILON, scratch)
            np.divide(g, scratch, scratch)
            np.multiply(scratch, learning_rate, scratch)
            np.subtract(w, scratch, w)

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        self.moments["s"][...] = moments["s"]


class Adam:
    """m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  w -= rate * m' / (sqrt(v') + eps).

    m' = m / (1 - b1^k) and v' = v / (1 - b2^k) after k updates.
    Source: Kingma & Ba (2015), algorithm 1.
    """

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Parameters) -> None:
        m, v = np.zeros_like(parameters.values), np.zeros_like(parameters.values)
        self.moments = {"m": m, "v": v}
        self._updates = 0
        self._blocks = blocks(parameters.values, parameters.gradients, m, v)

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        self._updates += 1
        # Both corrections are scalars: they are applied to the step size and to epsilon.
        root = math.sqrt(1 - self.BETA2**self._updates)
        rate = learning_rate * root / (1 - self.BETA1**self._updates)
        epsilon = self.EPSILON * root
        for w, g, m, v, scratch in self._blocks:
            np.multiply(m, self.BETA1, m)
            np.multiply(g, 1 - self.BETA1, scratch)
            np.add(m, scratch, m)
            np.multiply(v, self.BETA2, v)
            np.multiply(g, g, scratch)
            np.multiply(scratch, 1 - self.BETA2, scratch)
            np.add(v, scratch, v)
            np.sqrt(v, scratch)
            np.add(scratch, epsilon, scratch)
            np.divide(m, scratch, scratch)
            np.multiply(scratch, rate, scratch)
            np.subtract(w, scratch, w)

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        for name, moment in self.moments.items():
            moment[...] = moments[name]
        self._updates = updates


OPTIMIZERS: dict[str, type[Sgd | Momentum | AdaGrad | Adam]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "adagrad": AdaGrad,
    "adam": Adam,
}


SAFE_SQUARES = (1e-30, 1e30)
"""Sums of squares that float32 holds without a loss; beyond them they are added up scaled."""


@np.errstate(over="ignore", under="ignore")  # what comes of it is looked at
def global_norm(parameters: Parameters) -> float:
    """Euclidean norm of the whole gradient; NaN or inf only if an entry is.

    The squares of a finite gradient can be too large or too small for its own precision.
    """
    g = parameters.gradients
    squares = float(np.dot(g, g))
    lowest, highest = SAFE_SQUARES
    if lowest <= squares <= highest:
        return math.sqrt(squares)
    largest = float(np.abs(g).max())
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    scaled = g.astype(np.float64) / largest
    return largest * math.sqrt(float(np.dot(scaled, scaled)))


def clip(parameters: Parameters, norm: float, max_norm: float) -> None:
    """Scale the gradient, of global norm `norm`, so that it is at most `max_norm`; 0 is off."""
    if max_norm and norm > max_norm:
        parameters.gradients *= max_norm / norm
