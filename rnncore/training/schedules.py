"""The course of the learning rate over a run, as factors on `config.learning_rate`."""

from __future__ import annotations

import math

from rnncore.config import Config

QUARTER = 0.25


def scheduled_rate(
    config: Config, updates_made: int, total_updates: int, worsened: int, start: int = 0
) -> float:
    """The learning rate of the next update; `start` updates had been made when the schedule began.

        s = (updates_made - start) / (total_updates - start)    the share of the schedule done

    constant  learning_rate
    quarter   learning_rate / 4^worsened: `worsened` epochs brought no new best held-out perplexity
    cosine    learning_rate * (1 + cos(pi * s)) / 2
    warm-up   all of them rise linearly over the first `config.warmup` updates of the run
    """
    rate = config.learning_rate
    if config.schedule == "quarter":
        rate *= QUARTER**worsened
    elif config.schedule == "cosine":
        done, all_updates = updates_made - start, total_updates - start
        rate *= (1 + math.cos(math.pi * done / all_updates)) / 2
    if updates_made < config.warmup:
        rate *= (updates_made + 1) / config.warmup
    return rate
