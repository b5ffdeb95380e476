"""The course of the learning rate over a run, as factors on `config.learning_rate`."""

from __future__ import annotations

import math

from rnncore.config import Config

QUARTER = 0.25


def scheduled_rate(config: Config, updates_made: int, total_updates: int, worsened: int) -> float:
    """The learning rate of the next update.

    constant  learning_rate
    quarter   learning_rate / 4^worsened: `worsened` epochs brought no new best held-out perplexity
    cosine    learning_rate * (1 + cos(pi * share of the run that is done)) / 2
    warm-up   all of them rise linearly over the first `config.warmup` updates
    """
    rate = config.learning_rate
    if config.schedule == "quarter":
        rate *= QUARTER**worsened
    elif config.schedule == "cosine":
        rate *= (1 + math.cos(math.pi * updates_made / total_updates)) / 2
    if updates_made < config.warmup:
        rate *= (updates_made + 1) / config.warmup
    return rate
