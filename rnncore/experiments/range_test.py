"""The learning-rate range test: the rate rises update by update, and the loss says where it acts.

After Smith (2017), "Cyclical learning rates for training neural networks", with a logarithmic
course.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.metrics import bits
from rnncore.shapes import Array
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Diverged, Trainer

UPDATES = 200
LOWEST, HIGHEST = 1e-6, 10.0
SMOOTHING = 8.0
"""Updates: standard deviation of the bell that weighs a point's neighbours."""
MEMORY = 20
"""Last updates whose mean loss says whether anything is still to be learned, and
RUINED, how many bits above its lowest value nothing is."""
RUINED = 2.0
BELOW = 0.9
"""Share of the unigram's bits below which more than frequencies has been learned for certain."""
FALL = 0.05
"""Share of its first value by which a loss falls at least that says anything."""


class RangePoint(NamedTuple):
    """One update at `rate`, and its loss in bits a token."""

    rate: float
    bits: float


class Found(NamedTuple):
    """What a range test says, each a rate.

    steepest   where the smoothed loss falls most, once it is below the unigram's; None where it
               does not come below that
    lowest     where it is lowest
    """

    steepest: float | None
    lowest: float

    def recommended(self, optimizer: str) -> float | None:
        """The rate to take: the steepest point; with plain SGD the lowest one.

        By experiment (tests/benchmarks/rates.py): with Adam the lowest point is ten times too high,
        with SGD the steepest is several times too low.
        """
        return self.lowest if optimizer == "sgd" else self.steepest


def range_test(trainer: Trainer, updates: int = UPDATES) -> Iterator[RangePoint]:
    """Train with a rate that rises from LOWEST to HIGHEST, the same factor at each update.

    `trainer` is spent: give a twin of the one that matters. Its schedule and warm-up are off, all
    else is as it was. Ends early where the loss is RUINED or the training diverges.
    """
    trainer.config = trainer.config.with_changes(schedule="constant", warmup=0)
    recent: deque[float] = deque(maxlen=MEMORY)
    least = math.inf
    for update in range(updates):
        rate = rate_of(update, updates)
        trainer.change("learning_rate", rate)
        try:
            loss = bits(trainer.step().loss)
        except Diverged:
            return
        yield RangePoint(rate, loss)
        recent.append(loss)
        mean = sum(recent) / len(recent)
        least = min(least, mean) if len(recent) == MEMORY else least
        if mean > least + RUINED:
            return


def fresh_twin(config: Config) -> Trainer:
    """A trainer of the run that these settings would start."""
    return Trainer(config, load_corpus(config))


def rate_of(update: int, updates: int = UPDATES) -> float:
    """The rate of an update, counted from 0."""
    share = update / max(updates - 1, 1)
    return LOWEST * (HIGHEST / LOWEST) ** share


def smoothed(points: Sequence[RangePoint]) -> Array:
    """The loss of each point in the mean of its neighbours, in bits."""
    loss = np.array([point.bits for point in points])
    places = np.arange(len(points))
    weights = np.exp(-0.5 * ((places[:, None] - places) / SMOOTHING) ** 2)
    return weights @ loss / weights.sum(axis=1)


def found(points: Sequence[RangePoint], unigram: float) -> Found | None:
    """The rates that the curve points to; None where its loss does not fall.

    Down to `unigram`, the bits of a model that knows how frequent each token is and no more, the
    output layer's bias learns by itself, and at other rates than the rest: the steepest fall counts
    from BELOW times that on.
    """
    if len(points) < 3:
        return None
    smooth = smoothed(points)
    lowest = int(np.argmin(smooth))
    if smooth[0] - smooth[lowest] < FALL * smooth[0]:
        return None
    falls = np.gradient(smooth)
    falls[(smooth >= BELOW * unigram) | (np.arange(len(points)) > lowest)] = 0.0
    place = int(np.argmin(falls))
    steepest = points[place].rate if falls[place] < 0.0 else None
    return Found(steepest, points[lowest].rate)
