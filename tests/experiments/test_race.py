"""Races against the plain trainer, and the lag lab's lines and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.experiments import race as module
from rnncore.experiments.lag import LagPoint, Tally, Verdict, lag_lab
from rnncore.experiments.race import EVALUATED, RacePoint, race
from rnncore.lockstep.stack import Made, Stack
from rnncore.metrics import bits, held_out_loss
from rnncore.model import Rnnlm
from rnncore.text.corpus import load_corpus
from rnncore.text.lag import lag_language
from rnncore.training.trainer import Trainer

CONFIG = Config(
    corpus="lag", lag=3, grammar_tokens=3000, hidden_size=7, embedding_size=5, batch_size=3,
    time_size=5, learning_rate=0.01,
)  # fmt: skip


def by_runner(points: list[RacePoint]) -> dict[int, list[RacePoint]]:
    return {
        runner: [point for point in points if point.runner == runner]
        for runner in {point.runner for point in points}
    }


def test_a_race_is_ordinary_training_measured_now_and_then() -> None:
    corpus = load_corpus(CONFIG)
    configs = (CONFIG, CONFIG.with_changes(time_size=2), CONFIG.with_changes(cell="gru"))
    points = list(race(configs, corpus, tokens=600, every=150))
    for number, run in by_runner(points).items():
        trainer = Trainer(configs[number], corpus)
        assert [point.tokens for point in run] == [0, 150, 300, 450, 600]
        for point in run:
            largest = 0.0
            while trainer.steps < point.step:
                largest = max(largest, trainer.step().grad_norm)
            assert point.grad_norm == largest
            assert point.seconds > 0 or point.step == 0
            text = corpus.valid[: EVALUATED + 1]
            loss = held_out_loss(trainer.model.twin(), text)
            assert point.bits == bits(loss)


def test_runners_advance_side_by_side_by_tokens() -> None:
    configs = (CONFIG, CONFIG.with_changes(time_size=2))
    read = {0: 0, 1: 0}
    for point in race(configs, load_corpus(CONFIG), tokens=600, every=60):
        read[point.runner] = point.tokens
        assert abs(read[0] - read[1]) <= 60
    assert read == {0: 600, 1: 600}


def test_a_runner_that_is_done_leaves_the_others_to_go_on() -> None:
    configs = (CONFIG, CONFIG)
    points = list(
        race(configs, load_corpus(CONFIG), 300, 75, lambda p: p.runner == 0 and p.tokens >= 150)
    )
    assert [run[-1].tokens for run in by_runner(points).values()] == [150, 300]


WILD = {"optimizer": "sgd", "initializer": "spectral", "recurrent_scale": 3.0, "cell": "rnn"}
FIELD = [
    CONFIG.with_changes(cell=cell, seed=seed) for seed in (0, 1) for cell in ("rnn", "lstm", "gru")
] + [
    CONFIG.with_changes(seed=2, time_size=2),
    CONFIG.with_changes(**WILD, seed=0, learning_rate=50.0, max_grad_norm=0.0),
    CONFIG.with_changes(**WILD, seed=1, learning_rate=0.1),
]
"""Cells and seeds in turn; one with a window of its own; one that diverges, beside one of its shape
that learns."""


def raced(**of: Any) -> tuple[list[RacePoint], dict[int, bytes]]:
    """The points, without the time that they took, and the weights of each that has finished."""
    weights: dict[int, bytes] = {}

    def keep(runner: int, model: Rnnlm) -> None:
        weights[runner] = model.parameters.values.tobytes()

    def early(point: RacePoint) -> bool:
        return point.runner == 1 and point.tokens >= 300

    points = race(FIELD, load_corpus(CONFIG), 900, 150, early, keep, **of)
    return [point._replace(seconds=0.0) for point in points], weights


def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many advance together, in every slice from here on."""
    sizes, advance = list[int](), Stack.advance

    def count(self: Stack, trainers: Sequence[Trainer], updates: int) -> list[Made]:
        sizes.append(len(trainers))
        return advance(self, trainers, updates)

    monkeypatch.setattr(Stack, "advance", count)
    return sizes


@pytest.mark.parametrize("fresh", [False, True])
def test_a_race_in_lockstep_is_that_of_single_runners(
    monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    together = groups(monkeypatch)
    points, weights = raced(fresh=fresh)
    assert set(together) == {1, 2}
    monkeypatch.setattr(module, "shape_of", lambda config, size: None)
    alone = groups(monkeypatch)
    assert raced(fresh=fresh) == (points, weights)
    assert set(alone) == {1}
    ends = by_runner(points)
    assert [ends[runner][-1].tokens for runner in (0, 1, 4, 6)] == [900, 300, 900, 900]
    assert [run[-1].diverged for run in ends.values()] == [k == 7 for k in ends]


def test_slices_are_no_wider_than_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large runners take turns, and that changes nothing of what they learn."""
    together = raced()
    monkeypatch.setattr(module, "STRETCH", 1)
    sizes = groups(monkeypatch)
    assert raced() == together
    assert set(sizes) == {1}


def test_the_labs_lines_are_the_languages_own() -> None:
    for lag in (2, 5, 8):
        lab = lag_lab(lag)
        ladder = lag_language(lag).ladder(lag + 1)
        assert lab.floor == pytest.approx((lag + 1) / (lag + 2))
        assert lab.floor == pytest.approx(ladder[lag + 1])
        assert lab.without_memory == pytest.approx(ladder[lag])
        assert lab.floor < lab.learnt_below < lab.without_memory


def test_only_T_differs() -> None:
    lab = lag_lab(6, (20, 4), (3,))
    first, second = (config.model_dump(exclude={"time_size"}) for config in lab.configs)
    assert first == second
    assert [config.time_size for config in lab.configs] == [20, 4]
    with pytest.raises(ConfigError, match="lag"):
        lag_lab(1000)


@pytest.mark.slow
def test_a_runner_is_judged_until_its_verdict_is_known() -> None:
    last: dict[int, LagPoint] = {}
    for point in lag_lab(4, (4, 5)).run():
        assert point.point.runner not in last or last[point.point.runner].verdict == "open"
        last[point.point.runner] = point
    assert [last[0].verdict, last[1].verdict] == ["not_learnt", "learnt"]


def test_seeds_of_one_T_are_counted_as_they_learn() -> None:
    lab = lag_lab(4, (5, 4), range(3))
    assert lab.seeds == 3
    assert [(one.time_size, one.seed) for one in lab.configs[:3]] == [(5, 0), (4, 0), (5, 1)]

    def at(runner: int, tokens: int, verdict: Verdict) -> LagPoint:
        return LagPoint(RacePoint(runner, 0, tokens, 0.9, 0.0, 0.0, False), verdict)

    points = [at(runner, 0, "open") for runner in range(6)]
    assert lab.tallies(points) == [Tally(5, 3, (), 0, 0), Tally(4, 3, (), 0, 0)]
    points += [at(2, 5_000, "learnt"), at(0, 5_000, "open"), at(1, 5_000, "diverged")]
    points += [at(0, 10_000, "learnt"), at(3, 10_000, "not_learnt")]
    learnt, other = lab.tallies(points)
    assert learnt == Tally(5, 1, (5_000, 10_000), 0, 10_000)
    assert other == Tally(4, 1, (), 1, 10_000)


@pytest.mark.slow
def test_a_seed_among_others_comes_to_what_it_comes_to_alone() -> None:
    """In a text so short that few learn."""
    together = lag_lab(2, (3, 2), range(3))._replace(tokens=30_000)
    own = [point for point in together.run() if point.point.runner // 2 == 1]
    alone = list(lag_lab(2, (3, 2), (1,))._replace(tokens=30_000).run())
    for runner in (0, 1):
        seen = [one for one in own if one.point.runner == runner + 2]
        expected = [one for one in alone if one.point.runner == runner]
        assert [(one.point.bits, one.verdict) for one in seen] == [
            (one.point.bits, one.verdict) for one in expected
        ]


def test_fresh_points_tell_of_the_tokens_read_since_the_last() -> None:
    corpus, trainer = load_corpus(CONFIG), Trainer(CONFIG, load_corpus(CONFIG))
    _, *points = race((CONFIG,), corpus, tokens=300, every=150, fresh=True)
    for point in points:
        losses = []
        while trainer.steps < point.step:
            losses.append(trainer.step().loss)
        assert point.bits == bits(sum(losses) / len(losses))


@pytest.mark.parametrize("lag", [1, 4, 8])
def test_the_gradient_comes_back_where_one_window_holds_both_letters(lag: int) -> None:
    """In a window of T ticks the letter is read at the first and predicted at the last."""
    grammar = lag_language(lag)
    ids, ends = grammar.draw(200, np.random.default_rng(0))
    string = ids[: ends[0]]
    inputs, targets = string[:-1], string[1:]
    assert inputs[0] == targets[-1]
    lab = lag_lab(lag)
    assert lab.reaches(len(inputs))
    assert not lab.reaches(len(inputs) - 1)
