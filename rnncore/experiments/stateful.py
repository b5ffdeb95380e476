"""Two short trainings that differ in one thing: whether windows hand their state on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rnncore.config import Config
from rnncore.metrics import carried_loss, fresh_loss, perplexity
from rnncore.model import Rnnlm
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.training.trainer import Diverged, Trainer

EVALUATED = 4_000
"""Held-out tokens that a point is measured on, so that measuring stays short."""


class CarryPoint(NamedTuple):
    """One of the two nets after reading `tokens` tokens of training text.

    stateful   how it was trained
    carried    perplexity of held-out text read from front to back with the state carried
    fresh      the same with a zero state at the start of every window
    """

    stateful: bool
    step: int
    tokens: int
    carried: float
    fresh: float


def carrying(config: Config, corpus: Corpus, tokens: int, points: int) -> Iterator[CarryPoint]:
    """Train `config` with and without `stateful` from the same initial weights, side by side.

    Each reads about `tokens` tokens, at least `points` updates; both are measured before the
    first update and `points` times on the way, on held-out text (on training text where nothing
    is held out). One point is one slice of work. A net that diverges gives no further points.
    """
    ids = corpus.watched(config.time_size)[: EVALUATED + 1]
    per_update = config.batch_size * config.time_size
    stride = max(1, round(tokens / per_update / points))
    pair = [Trainer(config.with_changes(stateful=on), corpus) for on in (True, False)]
    twins = [trainer.model.twin() for trainer in pair]
    going = [True, True]
    for point in range(points + 1):
        for number, trainer in enumerate(pair):
            try:
                while going[number] and trainer.steps < point * stride:
                    trainer.step()
            except Diverged:
                going[number] = False
            if going[number]:
                yield _measure(trainer, twins[number], ids, per_update)


def _measure(trainer: Trainer, twin: Rnnlm, ids: Ids, per_update: int) -> CarryPoint:
    config = trainer.config
    return CarryPoint(
        config.stateful,
        trainer.steps,
        trainer.steps * per_update,
        perplexity(carried_loss(twin, ids)),
        perplexity(fresh_loss(twin, ids, config.time_size)),
    )
