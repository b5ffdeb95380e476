"""Finite differences: the judge of every analytic gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncore.shapes import Array


def numerical_gradient(loss: Callable[[], float], weights: Array, epsilon: float = 1e-5) -> Array:
    """dL/dw of every entry by central differences:  (L(w + e) - L(w - e)) / 2e.

    `loss` reads `weights`, which are moved entry by entry and put back exactly. Use float64.
    """
    gradient = np.zeros_like(weights)
    for index in np.ndindex(weights.shape):
        kept = weights[index]
        weights[index] = kept + epsilon
        above = loss()
        weights[index] = kept - epsilon
        below = loss()
        weights[index] = kept
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient


def directional_gradient(
    loss: Callable[[], float], weights: Array, direction: Array, epsilon: float = 1e-6
) -> float:
    """dL/ds of w + s * direction at s = 0: one number that depends on every entry of the gradient.

    Cheap enough for whole models: two losses, whatever the number of weights.
    """
    kept = weights.copy()
    weights[...] = kept + epsilon * direction
    above = loss()
    weights[...] = kept - epsilon * direction
    below = loss()
    weights[...] = kept
    return (above - below) / (2 * epsilon)


def relative_error(a: Array | float, b: Array | float) -> float:
    """|a - b| / (|a| + |b|) of the whole arrays, 0 for two zeros."""
    scale = float(np.linalg.norm(np.asarray(a)) + np.linalg.norm(np.asarray(b)))
    return float(np.linalg.norm(np.asarray(a) - np.asarray(b))) / scale if scale else 0.0
