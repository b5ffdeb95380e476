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


class Sgd:
    """w -= learning_rate * g."""

    def __init__(self, parameters: Parameters) -> None:
        self.moments: dict[str, Array] = {}
        self._scratch = np.empty_like(parameters.values)

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        start = 0
        if touched_rows is not None:  # the other rows' gradient is zero
            table, gradient = parameters["embedding.W"], parameters.gradient("embedding.W")
            table[touched_rows] -= learning_rate * gradient[touched_rows]
            start = table.size  # the embedding lies first
        np.multiply(parameters.gradients[start:], learning_rate, out=self._scratch[start:])
        parameters.values[start:] -= self._scratch[start:]

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        pass


class Momentum:
    """v = 0.9 v - learning_rate * g;  w += v."""

    DECAY = 0.9

    def __init__(self, parameters: Parameters) -> None:
        self.moments = {"v": np.zeros_like(parameters.values)}
        self._scratch = np.empty_like(parameters.values)

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        v = self.moments["v"]
        v *= self.DECAY
        np.multiply(parameters.gradients, learning_rate, out=self._scratch)
        v -= self._scratch
        parameters.values += v

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        self.moments["v"][...] = moments["v"]


class AdaGrad:
    """s += g^2;  w -= learning_rate * g / (sqrt(s) + eps). Source: Duchi et al. (2011)."""

    EPSILON = 1e-7

    def __init__(self, parameters: Parameters) -> None:
        self.moments = {"s": np.zeros_like(parameters.values)}
        self._scratch = np.empty_like(parameters.values)

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        s, scratch, g = self.moments["s"], self._scratch, parameters.gradients
        np.multiply(g, g, out=scratch)
        s += scratch
        np.sqrt(s, out=scratch)
        scratch += self.EPSILON
        np.divide(g, scratch, out=scratch)
        scratch *= learning_rate
        parameters.values -= scratch

    def restore(self, moments: Mapping[str, Array], updates: int) -> None:
        self.moments["s"][...] = moments["s"]


class Adam:
    """m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  w -= rate * m' / (sqrt(v') + eps).

    m' = m / (1 - b1^k) and v' = v / (1 - b2^k) after k updates.
    Source: Kingma & Ba (2015), algorithm 1.
    """

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Parameters) -> None:
        self.moments = {
            "m": np.zeros_like(parameters.values),
            "v": np.zeros_like(parameters.values),
        }
        self._updates = 0
        self._scratch = np.empty_like(parameters.values)

    def update(
        self, parameters: Parameters, learning_rate: float, touched_rows: Ids | None
    ) -> None:
        self._updates += 1
        m, v, scratch, g = self.moments["m"], self.moments["v"], self._scratch, parameters.gradients
        m *= self.BETA1
        np.multiply(g, 1 - self.BETA1, out=scratch)
        m += scratch
        v *= self.BETA2
        np.multiply(g, g, out=scratch)
        scratch *= 1 - self.BETA2
        v += scratch
        # Both corrections are scalars: they are applied to the step size and to epsilon.
        root = math.sqrt(1 - self.BETA2**self._updates)
        rate = learning_rate * root / (1 - self.BETA1**self._updates)
        np.sqrt(v, out=scratch)
        scratch += self.EPSILON * root
        np.divide(m, scratch, out=scratch)
        scratch *= rate
        parameters.values -= scratch

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


def global_norm(parameters: Parameters) -> float:
    """Euclidean norm of the whole gradient; NaN or inf if an entry is."""
    g = parameters.gradients
    return math.sqrt(float(np.dot(g, g)))


def clip(parameters: Parameters, norm: float, max_norm: float) -> None:
    """Scale the gradient, of global norm `norm`, so that it is at most `max_norm`; 0 is off."""
    if max_norm and norm > max_norm:
        parameters.gradients *= max_norm / norm
