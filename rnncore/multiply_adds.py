"""What reading a token costs a network: the multiply-adds of its matrix products, from shapes."""

from __future__ import annotations

from typing import NamedTuple

from rnncore.cells import CELLS
from rnncore.config import Config

LEAST = 100_000
"""What an update costs however small it is: the calls take as long as so many multiply-adds."""


class Parts(NamedTuple):
    """Multiply-adds a token: of the first layer's inputs, which are part of those of all `cells`,
    and of the output layer."""

    inputs: int
    cells: int
    outputs: int


def parts(config: Config, vocabulary_size: int) -> Parts:
    """D*G*H, (D + H + (L - 1) * 2H) * G*H and H*V, where G counts the cell's gates."""
    L, H, D = config.layers, config.hidden_size, config.embedding_size
    G = len(CELLS[config.cell].gates)
    return Parts(D * G * H, (D + H + (L - 1) * 2 * H) * G * H, H * vocabulary_size)


def per_token(config: Config, vocabulary_size: int) -> int:
    """Of reading one token and predicting the next."""
    _, cells, outputs = parts(config, vocabulary_size)
    return cells + outputs


def per_update(config: Config, vocabulary_size: int) -> int:
    """Of an update's forward pass, but LEAST at least."""
    tokens = config.batch_size * config.time_size
    return max(LEAST, tokens * per_token(config, vocabulary_size))
