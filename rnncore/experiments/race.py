"""Several short trainings on the same text, taking turns: what one setting changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rnncore.config import Config
from rnncore.metrics import bits, held_out_loss
from rnncore.model import Rnnlm
from rnncore.text.corpus import Corpus
from rnncore.training.trainer import Diverged, Trainer

EVALUATED = 8_000
"""Held-out tokens that a point is measured on, so that a slice stays short."""


class RacePoint(NamedTuple):
    """One runner after `step` updates.

    bits       of held-out text per token (of training text where nothing is held out); in a race
               on fresh tokens that of the tokens read since the last point, before their updates
    grad_norm  the largest gradient norm, before clipping, of the updates since its last point
    seconds    its training time, the others' turns and the measuring left out
    """

    runner: int
    step: int
    tokens: int
    bits: float
    grad_norm: float
    seconds: float
    diverged: bool


def race(
    configs: Sequence[Config],
    corpus: Corpus,
    tokens: int,
    every: int,
    until: Callable[[RacePoint], bool] = lambda point: False,
    on_finish: Callable[[int, Rnnlm], None] = lambda runner, model: None,
    *,
    fresh: bool = False,
    held_out: int = EVALUATED,
) -> Iterator[RacePoint]:
    """Train every config on `corpus` and report each after every `every` tokens it has read.

    First comes a point of every untrained runner. Then whoever has read least goes on, so that
    all advance side by side by tokens, whatever T and N are. A runner has finished when it has
    read `tokens`, has diverged, or `until` is true of its point; `on_finish` is then given its
    number and its model, to look inside. Each point is one slice of work: the caller may pause or
    stop after any. A point reads at most `held_out` tokens of the held-out text.

    With `fresh` a point tells of the training tokens themselves, which nobody has to read twice
    while the training makes one pass: it measures a stretch of training and costs nothing.
    """
    runners = [
        _Runner(number, config, corpus, fresh, held_out) for number, config in enumerate(configs)
    ]
    for runner in runners:
        yield runner.point(0.0)
    while runners:
        runner = min(runners, key=lambda racing: racing.tokens)
        point = runner.advance(min(runner.tokens + every, tokens))
        over = point.diverged or point.tokens >= tokens or until(point)
        if over:
            runners.remove(runner)
            on_finish(point.runner, runner.model)
        yield point


def last_points(points: Iterable[RacePoint]) -> dict[int, RacePoint]:
    """The last point of each runner."""
    return {point.runner: point for point in points}


class _Runner:
    def __init__(
        self, number: int, config: Config, corpus: Corpus, fresh: bool, held_out: int
    ) -> None:
        self._number = number
        self._fresh = fresh
        self._trainer = Trainer(config, corpus)
        self._twin = self._trainer.model.twin()
        self._text = corpus.watched()[: held_out + 1]
        self._diverged = False

    @property
    def tokens(self) -> int:
        config = self._trainer.config
        return self._trainer.steps * config.batch_size * config.time_size

    @property
    def model(self) -> Rnnlm:
        """A twin of the trained model."""
        return self._trainer.model.twin()

    def advance(self, tokens: int) -> RacePoint:
        """Train until so many tokens have been read, at least one update."""
        largest, losses = 0.0, []
        try:
            while True:
                step = self._trainer.step()
                largest = max(largest, step.grad_norm)
                losses.append(step.loss)
                if self.tokens >= tokens:
                    break
        except Diverged:
            self._diverged = True
        return self.point(largest, losses)

    def point(self, grad_norm: float, losses: Sequence[float] = ()) -> RacePoint:
        trainer = self._trainer
        if self._fresh and losses:
            loss = sum(losses) / len(losses)
        else:
            loss = held_out_loss(self._twin, self._text)
        return RacePoint(
            self._number,
            trainer.steps,
            self.tokens,
            bits(loss),
            grad_norm,
            trainer.seconds,
            self._diverged,
        )


def clipping_race(seed: int = 0) -> tuple[Config, Config]:
    """Settings of two trainings that differ in clipping alone: without it the first diverges
    within a hundred updates, with it the second learns."""
    config = Config(
        initializer="spectral",
        recurrent_scale=2.0,
        optimizer="sgd",
        learning_rate=5.0,
        max_grad_norm=0.0,
        seed=seed,
    )
    return config, config.with_changes(max_grad_norm=0.15)
