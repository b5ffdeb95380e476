"""Several short trainings on the same text, taking turns: what one setting changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rnncore.config import Config
from rnncore.lockstep.shape import Shape, shape_of
from rnncore.lockstep.stack import Made, Stack
from rnncore.metrics import bits, held_out_loss
from rnncore.model import Rnnlm
from rnncore.multiply_adds import per_update
from rnncore.text.corpus import Corpus
from rnncore.training.trainer import Trainer

EVALUATED = 8_000
"""Held-out tokens that a point is measured on, so that a slice stays short."""
STRETCH = 1_000_000_000
"""Multiply-adds forwards of a slice of training, at most: a quarter of a second."""


class RacePoint(NamedTuple):
    """One runner after `step` updates.

    bits       of held-out text per token (of training text where nothing is held out); in a race
               on fresh tokens that of the tokens read since the last point, before their updates
    grad_norm  the largest gradient norm, before clipping, of the updates since its last point
    seconds    its training time, the others' turns and the measuring left out; of updates that it
               makes together with others, its share
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
    all advance side by side by tokens, whatever T and N are; runners of one shape that have read
    equally much make their updates together, each with the bits it gets alone. A runner has
    finished when it has read `tokens`, has diverged, or `until` is true of its point; `on_finish`
    is then given its number and its model, to look inside. Each point is one slice of work: the
    caller may pause or stop after any. A point reads at most `held_out` tokens of the held-out
    text.

    With `fresh` a point tells of the training tokens themselves, which nobody has to read twice
    while the training makes one pass: it measures a stretch of training and costs nothing.
    """
    runners = [
        _Runner(number, config, corpus, fresh, held_out) for number, config in enumerate(configs)
    ]
    stacks: defaultdict[Shape | None, Stack] = defaultdict(Stack)
    for runner in runners:
        yield runner.point()
    while runners:
        runner = min(runners, key=lambda racing: racing.tokens)
        if runner.made is None:
            updates = runner.updates(min(runner.tokens + every, tokens))
            group = [one for one in runners if one is runner or one.goes_with(runner)]
            group = group[: runner.wide(updates)]
            made = stacks[runner.shape].advance([one.trainer for one in group], updates)
            for one, its in zip(group, made, strict=True):
                one.made = its
        point = runner.point()
        over = point.diverged or point.tokens >= tokens or until(point)
        if over:
            runners.remove(runner)
            on_finish(point.runner, runner.model)
        yield point


def last_points(points: Iterable[RacePoint]) -> dict[int, RacePoint]:
    """The last point of each runner."""
    return {point.runner: point for point in points}


class _Runner:
    """A training at its last point, `tokens` tokens into the text, or ahead of it: it has then
    `made` what its next point tells of."""

    def __init__(
        self, number: int, config: Config, corpus: Corpus, fresh: bool, held_out: int
    ) -> None:
        self.trainer = Trainer(config, corpus)
        V = len(corpus.vocabulary)
        self.shape = shape_of(config, V)
        self.tokens = 0
        self.made: Made | None = None
        self._number = number
        self._fresh = fresh
        self._window = config.batch_size * config.time_size
        self._work = per_update(config, V)
        self._twin = self.trainer.model.twin()
        self._text = corpus.watched()[: held_out + 1]

    @property
    def model(self) -> Rnnlm:
        """A twin of the trained model."""
        return self.trainer.model.twin()

    def goes_with(self, other: _Runner) -> bool:
        """Whether both can make their next updates together."""
        return (
            self.shape == other.shape is not None
            and self.tokens == other.tokens
            and self.made is None
        )

    def updates(self, tokens: int) -> int:
        """Updates until so many tokens have been read, at least one."""
        return max(1, -(-(tokens - self.tokens) // self._window))

    def wide(self, updates: int) -> int:
        """How many of its shape may make so many updates together in one slice."""
        return max(1, STRETCH // (self._work * updates))

    def point(self) -> RacePoint:
        """Measure where the training is now."""
        made, self.made = self.made or Made(), None
        trainer = self.trainer
        self.tokens = trainer.steps * self._window
        if self._fresh and made.steps:
            loss = sum(step.loss for step in made.steps) / len(made.steps)
        else:
            loss = held_out_loss(self._twin, self._text)
        return RacePoint(
            self._number,
            trainer.steps,
            self.tokens,
            bits(loss),
            max((step.grad_norm for step in made.steps), default=0.0),
            trainer.seconds,
            made.diverged is not None,
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
