"""Initial values: noise whose size keeps signals alive through the layers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.parameters import Parameters
from rnncore.shapes import Array

Draw = Callable[[int], Array]
DRAWN = 65_536
"""Numbers that are drawn in one call: in double precision, of which there is no second copy."""


def initialize(parameters: Parameters, config: Config) -> None:
    """Overwrite all weights with initial values drawn from `config.seed`.

    xavier      every matrix, the embedding included, is N(0, 1/n) with n the length of the vector
                it multiplies or yields: D for embedding and Wx, H for Wh and the affine layer
    orthogonal  as xavier, but each gate's Wh is an orthogonal matrix: no length changes
    spectral    as xavier, but each gate's Wh is scaled to the spectral radius 1
    book        the program of Deep Learning from Scratch 2, chapter 5, draw for draw: the legacy
                generator, embedding N(0, 0.01^2), otherwise as xavier

    Biases are zero, those of a forget gate `forget_bias`. `recurrent_scale` multiplies every Wh:
    with `spectral` it is the spectral radius itself.
    """
    if config.initializer == "book":
        draw: Draw = np.random.RandomState(config.seed).standard_normal
        embedding_divisor = 100.0
    else:
        draw = np.random.default_rng(config.seed).standard_normal
        embedding_divisor = np.sqrt(config.embedding_size)
    for name in parameters.names:
        weight = parameters[name]
        if weight.ndim == 1:
            weight[...] = 0
            if name.startswith("cell."):
                _open_forget_gate(weight, config)
        elif name == "embedding.W":
            _fill(weight, draw, embedding_divisor)
        else:
            _fill(weight, draw, np.sqrt(weight.shape[0]))
        if name.endswith(".Wh"):
            _shape_recurrent(weight, config)


def spectral_radius(matrix: Array) -> float:
    """Largest absolute eigenvalue of a square matrix."""
    return float(np.abs(np.linalg.eigvals(matrix.astype(np.float64))).max())


def _fill(weight: Array, draw: Draw, divisor: float) -> None:
    flat = weight.reshape(-1)
    for start in range(0, len(flat), DRAWN):
        part = flat[start : start + DRAWN]
        part[...] = draw(len(part)) / divisor


def _open_forget_gate(b: Array, config: Config) -> None:
    """Set the forget gate's share of a cell's bias (G*H,), where the cell has such a gate."""
    cell, H = CELLS[config.cell], config.hidden_size
    if cell.forget is not None:
        start = cell.gates.index(cell.forget) * H
        b[start : start + H] = config.forget_bias


def _shape_recurrent(Wh: Array, config: Config) -> None:
    """Give each gate's square block of Wh (H, G*H) what the initializer promises."""
    H = len(Wh)
    for start in range(0, Wh.shape[1], H):
        gate = Wh[:, start : start + H]
        if config.initializer == "orthogonal":
            Q, R = np.linalg.qr(gate.astype(np.float64))
            gate[...] = Q * np.where(np.diag(R) < 0, -1, 1)  # uniform over orthogonal matrices
        elif config.initializer == "spectral":
            gate /= spectral_radius(gate)
        gate *= config.recurrent_scale
