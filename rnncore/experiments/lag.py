"""The lag lab: the same network and text, only T differs; who learns to remember the letter?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rnncore.config import Config
from rnncore.experiments.race import RacePoint, race
from rnncore.text.corpus import load_corpus
from rnncore.text.lag import lag_language

WITHOUT_MEMORY = 1.0
"""Bits per token for whoever knows the strings' form but has forgotten the first letter, at any
lag: each symbol is then a choice between two equally likely ones."""
LEARNT = 0.75
"""Share of the gap between WITHOUT_MEMORY and the floor that has to be closed."""
EVERY = 5_000
"""Tokens between two points."""
TEXT, TOKENS = 200_000, 185_000
"""Tokens that are drawn, and of these a runner may read, of a language with up to 4 fillers. How
the streams' strings lie to each other depends on the length of the text: the demo's shares of seeds
hold for this one."""
MORE = ((4, 1), (8, 2), (16, 5))
"""Up to how many fillers, how many times as much; one more for each filler beyond."""

Verdict = Literal["open", "learnt", "not_learnt", "diverged"]


class LagPoint(NamedTuple):
    """A point of one runner, and what is known of it by now."""

    point: RacePoint
    verdict: Verdict


class Tally(NamedTuple):
    """How the seeds of one T stand: `going` of them, and those that have a verdict.

    learnt  after how many tokens each of those did that have learnt, the first to learn first
    tokens  read by now
    """

    time_size: int
    going: int
    learnt: tuple[int, ...]
    diverged: int
    tokens: int


class LagLab(NamedTuple):
    """What is compared, and the lines to compare with, in bits per token.

    configs         one for each T of the first seed, then those of the next
    floor           the exact entropy rate: the letter is always remembered
    without_memory  the letter is never remembered
    learnt_below    a runner has learnt when a point lies at or below it; not learnt when it has
                    read `tokens` tokens before that
    """

    lag: int
    configs: tuple[Config, ...]
    time_sizes: tuple[int, ...]
    floor: float
    without_memory: float
    learnt_below: float
    tokens: int

    @property
    def seeds(self) -> int:
        """How many trainings there are of each T."""
        return len(self.configs) // len(self.time_sizes)

    def run(self) -> Iterator[LagPoint]:
        """Train the runners side by side, a slice at a time, until each has its verdict."""
        corpus = load_corpus(self.configs[0])
        for point in race(self.configs, corpus, self.tokens, EVERY, self._learnt, fresh=True):
            yield self.judged(point)

    def judged(self, point: RacePoint) -> LagPoint:
        """A point with what it says of its runner."""
        return LagPoint(point, self._verdict(point))

    def tallies(self, points: Iterable[LagPoint]) -> list[Tally]:
        """How the seeds of each T stand, after these points."""
        last = {point.point.runner: point for point in points}
        return [
            self._tally(
                T, [last[k] for k in range(i, len(self.configs), len(self.time_sizes)) if k in last]
            )
            for i, T in enumerate(self.time_sizes)
        ]

    def reaches(self, time_size: int) -> bool:
        """Whether a window of T ticks can hold a string's first letter and the prediction of its
        last one, so that the gradient comes back all the way: T > lag."""
        return time_size > self.lag

    def _tally(self, time_size: int, last: Sequence[LagPoint]) -> Tally:
        verdicts = [point.verdict for point in last]
        return Tally(
            time_size,
            self.seeds - len(last) + verdicts.count("open"),
            tuple(sorted(one.point.tokens for one in last if one.verdict == "learnt")),
            verdicts.count("diverged"),
            max((one.point.tokens for one in last), default=0),
        )

    def _learnt(self, point: RacePoint) -> bool:
        return point.bits <= self.learnt_below

    def _verdict(self, point: RacePoint) -> Verdict:
        if self._learnt(point):
            return "learnt"
        if point.diverged:
            return "diverged"
        return "not_learnt" if point.tokens >= self.tokens else "open"


def _times(lag: int) -> int:
    last, times = MORE[-1]
    return next((times for most, times in MORE if lag <= most), times + lag - last)


def lag_lab(
    lag: int = 4, time_sizes: tuple[int, ...] = (5, 4), seeds: Sequence[int] = (0,)
) -> LagLab:
    """Set up one training for each T in `time_sizes` and each seed, equal in everything else.

    The last letter is predicted `lag` ticks after the first was read. Its gradient reaches that
    tick where both lie in one window, which takes T > lag. A smaller T succeeds with luck, because
    the state is carried on. Each reads its tokens once, so that every loss is of text it has not
    seen. Raises ConfigError if lag or a T is out of range.
    """
    times = _times(lag)
    config = Config.parse(
        {
            "corpus": "lag",
            "lag": lag,
            "grammar_tokens": TEXT * times,
            "valid_fraction": 0.05,
            "test_fraction": 0.0,
            "epochs": 1,
            "hidden_size": 32,
            "embedding_size": 8,
            "batch_size": 10,
            "recurrent_scale": 0.3,
            "learning_rate": 2e-3,
            "schedule": "cosine",
            "max_grad_norm": 0.3,
        }
    )
    floor = lag_language(lag).entropy_rate()
    return LagLab(
        lag,
        tuple(config.with_changes(time_size=T, seed=seed) for seed in seeds for T in time_sizes),
        time_sizes,
        floor,
        WITHOUT_MEMORY,
        WITHOUT_MEMORY - LEARNT * (WITHOUT_MEMORY - floor),
        TOKENS * times,
    )
