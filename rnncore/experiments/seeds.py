"""The same settings from several seeds: how much of a result is chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.experiments.race import STRETCH
from rnncore.lockstep.stack import Stack
from rnncore.memory import memory_bytes
from rnncore.metrics import bits, held_out_loss
from rnncore.multiply_adds import per_update
from rnncore.text.corpus import Corpus
from rnncore.training.trainer import Trainer

SEEDS = 20
TOGETHER = 256 * 2**20
"""Bytes of all networks together, at most."""
EVALUATED = 8_000
"""Held-out tokens that a seed is measured on."""
FIRST, FACTOR, POINTS = 10, 1.6, 20
"""The update that is measured first, after the untrained networks; what the next is of it, at most;
and into how many parts the measurements cut the training, at least."""


class Spread(NamedTuple):
    """Held-out text in bits per token after `update` updates, of the seeds that have not diverged.

    mean, low, high   over these seeds; `low` and `high` are the best and the worst
    """

    update: int
    mean: float
    low: float
    high: float
    seeds: int


class Seeds(NamedTuple):
    """How far so many `runs` have come: `updates` of `of`, side by side; `diverged` have left.

    lowest   the lowest bits per token that each of the others has had so far, the best first
    """

    runs: int
    updates: int
    of: int
    diverged: int
    spreads: tuple[Spread, ...]
    lowest: tuple[float, ...] = ()


class Course(NamedTuple):
    """How long each seed is trained, and how it is measured.

    updates   None: to the end of its epochs
    every     updates from one measurement to the next; None: closer at first, where curves fall
    tokens    of held-out text, its first included, which is predicted from nothing and not counted
    """

    updates: int | None = None
    every: int | None = None
    tokens: int = EVALUATED + 1


WHOLE = Course()


def seed_count(config: Config, vocabulary_size: int) -> int:
    """How many seeds can be trained at once: SEEDS, or as many as fit into TOGETHER bytes."""
    return min(SEEDS, TOGETHER // memory_bytes(config, vocabulary_size))


def seeds(
    config: Config, corpus: Corpus, count: int = SEEDS, course: Course = WHOLE
) -> Iterator[Seeds]:
    """Train `config` from the seeds 0 ... count - 1, side by side, in lockstep where they can.

    Each point is one slice of work: the caller may pause or stop after any. Each seed's network
    is that of a run which trains alone, bit for bit. Raises as `Trainer` does.
    """
    trainers = [Trainer(config.with_changes(seed=seed), corpus) for seed in range(count)]
    twins = {id(trainer): trainer.model.twin() for trainer in trainers}
    text, stack, going = corpus.watched()[: course.tokens], Stack(), trainers
    work = per_update(config, len(corpus.vocabulary))
    wide = max(1, min(count, STRETCH // work))
    far = max(1, STRETCH // (work * wide))
    made, of, spreads = 0, course.updates or trainers[0].total_updates, list[Spread]()
    lowest = dict.fromkeys(twins, inf)

    def so_far() -> Seeds:
        best = sorted(lowest[id(trainer)] for trainer in going) if spreads else ()
        return Seeds(count, made, of, count - len(going), tuple(spreads), tuple(best))

    for mark in _marks(of, course.every):
        while made < mark and going:
            updates, there = min(far, mark - made), list[Trainer]()
            for first in range(0, len(going), wide):
                group = going[first : first + wide]
                results = stack.advance(group, updates)
                there += [one for one, got in zip(group, results, strict=True) if not got.diverged]
                yield so_far()
            going, made = there, made + updates
        measured = []
        for trainer in going:
            measured.append(bits(held_out_loss(twins[id(trainer)], text)))
            yield so_far()
        for trainer, value in zip(going, measured, strict=True):
            lowest[id(trainer)] = min(lowest[id(trainer)], value)
        if measured:
            spreads.append(_spread(made, measured))
        yield so_far()


def _marks(of: int, every: int | None) -> list[int]:
    """After which updates all are measured."""
    if every is not None:
        return [*range(0, of, every), of]
    marks, mark = [0], float(FIRST)
    while round(mark) < of:
        marks.append(round(mark))
        mark = min(mark * FACTOR, mark + max(1, of / POINTS))
    return [*marks, of]


def _spread(update: int, measured: Sequence[float]) -> Spread:
    return Spread(update, float(np.mean(measured)), min(measured), max(measured), len(measured))
