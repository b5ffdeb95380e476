"""What a page may spend on looking inside a trained network: nobody has pressed a button for it."""

from __future__ import annotations

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.memory import parameter_count
from rnncore.probes.passages import decompositions

LARGEST = 20_000_000
"""Weights of a network that can be looked into; the book's largest has 13 million."""
WORK = 4e10
"""Multiply-adds that one look may cost where its size can be chosen: a few seconds."""


def check_size(config: Config, vocabulary_size: int) -> None:
    """Raise ConfigError if the network, as it is or drawn anew, is too large to be looked into."""
    weights = parameter_count(config, vocabulary_size)
    if weights > LARGEST or decompositions(config) > WORK:
        raise ConfigError(
            "large_to_look_into",
            f"The network of this run, with {weights:,} weights, is too large to be looked into "
            f"here, and an example takes its place; train one with a smaller hidden size.",
            weights=f"{weights:,}",
        )


def fitting(each: float, most: int) -> int:
    """How many things that cost so many multiply-adds each one look can take, at least one."""
    return max(1, min(most, int(WORK // each)))
