"""Functions of one number that the cells are made of."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), written as (1 + tanh(z/2)) / 2, which cannot overflow."""
    return (1 + np.tanh(z / 2)) / 2
