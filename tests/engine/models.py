"""Small models, windows and states to hold engines against each other; sizes are primes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.model import Rnnlm, State
from rnncore.shapes import Array, Ids

T, N, D, H, V = 5, 3, 7, 11, 23
NAMES = tuple(CELLS)
SHAPES: dict[str, dict[str, Any]] = {
    "plain": {},
    "stacked": {"layers": 3},
    "tied": {"tied": True, "embedding_size": H},
    "all": {"layers": 2, "tied": True, "embedding_size": H, "dropout": 0.4},
}
"""Every way to build a network from a cell."""

cells = pytest.mark.parametrize("cell", NAMES)
networks = pytest.mark.parametrize(
    ("cell", "changes"),
    [(cell, changes) for cell in NAMES for changes in SHAPES.values()],
    ids=[f"{cell}-{shape}" for cell in NAMES for shape in SHAPES],
)


def small_config(cell: str = "rnn", **changes: Any) -> Config:
    """A model of D = 7, H = 11 in float64, other settings as given."""
    sizes = {"embedding_size": D, "hidden_size": H, "batch_size": N, "time_size": T}
    return Config.parse({"cell": cell, "dtype": "float64", **sizes, **changes})


def small_model(cell: str = "rnn", vocabulary_size: int = V, **changes: Any) -> Rnnlm:
    """A model none of whose weights is zero: an untrained bias would hide a wrong bias term."""
    model = Rnnlm(small_config(cell, **changes), vocabulary_size)
    add_noise(model)
    return model


def add_noise(model: Rnnlm, seed: int = 1) -> None:
    values = model.parameters.values
    values += 0.2 * np.random.default_rng(seed).standard_normal(values.shape)


def random_state(model: Rnnlm, streams: int, rng: np.random.Generator) -> State:
    """A state far from zero, for every layer and every state of its cell."""
    shape = (streams, model.config.hidden_size)
    return tuple(
        tuple(rng.uniform(-0.9, 0.9, shape) for _ in CELLS[model.config.cell].states)
        for _ in range(model.config.layers)
    )


def random_ids(
    rng: np.random.Generator, ticks: int = T, streams: int = N, vocabulary_size: int = V
) -> tuple[Ids, Ids]:
    """Inputs and targets, each (ticks, streams)."""
    xs, ts = rng.integers(vocabulary_size, size=(2, ticks, streams))
    return xs, ts


def gradients(model: Rnnlm) -> dict[str, Array]:
    """Copies of all gradients by name."""
    return {name: model.parameters.gradient(name).copy() for name in model.parameters.names}


def assert_close(came: Any, expected: Any, tolerance: float, name: str = "") -> None:
    """The arrays differ by less than `tolerance` of the length of `expected`."""
    came, expected = np.asarray(came), np.asarray(expected)
    assert came.shape == expected.shape, name
    distance = np.linalg.norm((came - expected).ravel())
    assert distance <= tolerance * np.linalg.norm(expected.ravel()), (name, distance)
