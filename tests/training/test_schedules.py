"""The course of the learning rate: each schedule by its formula, and as a run really follows it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.training.events import Evaluation, Step
from rnncore.training.schedules import scheduled_rate
from tests.training.runs import some_corpus, trainer


def rates(updates: int, worsened: int = 0, **settings: Any) -> list[float]:
    config = Config.parse({"learning_rate": 0.8, **settings})
    return [scheduled_rate(config, k, updates, worsened) for k in range(updates)]


def test_a_constant_rate_stays() -> None:
    assert rates(7) == [0.8] * 7
    assert rates(7, worsened=3) == [0.8] * 7


def test_a_quarter_for_every_epoch_that_brought_nothing() -> None:
    for worsened in range(4):
        assert rates(3, worsened, schedule="quarter") == pytest.approx([0.8 / 4**worsened] * 3)


def test_the_cosine_falls_from_the_whole_rate_to_nearly_none() -> None:
    course = rates(100, schedule="cosine")
    assert course[0] == 0.8 and course[50] == pytest.approx(0.4)
    assert course[25] == pytest.approx(0.8 * (2 + math.sqrt(2)) / 4)
    assert np.all(np.diff(course) < 0) and 0 < course[-1] < 0.001


@pytest.mark.parametrize("schedule", ["constant", "quarter", "cosine"])
def test_warm_up_rises_to_the_schedule_and_is_never_zero(schedule: str) -> None:
    course, plain = rates(40, schedule=schedule, warmup=8), rates(40, schedule=schedule)
    assert course[8:] == plain[8:]
    shares = [rate / whole for rate, whole in zip(course[:8], plain[:8], strict=True)]
    assert shares == pytest.approx([k / 8 for k in range(1, 9)])


@pytest.mark.parametrize("settings", [{"schedule": "cosine"}, {"warmup": 13}, {}], ids=str)
def test_a_run_follows_its_schedule_and_reports_the_rate_of_each_update(
    settings: dict[str, Any],
) -> None:
    run = trainer(learning_rate=0.8, max_grad_norm=0, optimizer="sgd", **settings)
    expected = rates(run.total_updates, **settings)
    before = run.model.parameters.values.copy()
    for rate in expected:
        assert run.step().learning_rate == rate
        gradient, after = run.model.parameters.gradients, run.model.parameters.values
        np.testing.assert_allclose(after, before - rate * gradient, atol=1e-6)
        before = after.copy()


def test_the_quarter_schedule_watches_held_out_text() -> None:
    """A rate so high that some epochs make it worse."""
    run = trainer(schedule="quarter", learning_rate=4, optimizer="sgd", epochs=12)
    best, worsened, seen = math.inf, 0, set()
    for event in run.events():
        if isinstance(event, Step):
            assert event.learning_rate == 4 / 4**worsened
            seen.add(worsened)
        if isinstance(event, Evaluation) and event.split == "valid":
            worsened += event.perplexity >= best
            best = min(best, event.perplexity)
    assert len(seen) > 2 and run.reason == "completed"


def test_whether_events_are_watched_does_not_matter() -> None:
    settings: dict[str, Any] = {"schedule": "quarter", "learning_rate": 4, "optimizer": "sgd"}
    watched = [e.learning_rate for e in trainer(**settings).events() if isinstance(e, Step)]
    quiet = trainer(**settings)
    assert [quiet.step().learning_rate for _ in range(quiet.total_updates)] == watched


def test_without_held_out_text_the_quarter_schedule_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="valid_fraction"):
        trainer(some_corpus(valid=0), schedule="quarter")


def test_the_rate_set_in_mid_run_is_what_the_schedule_works_on() -> None:
    run = trainer(schedule="cosine", learning_rate=0.8)
    for _ in range(4):
        run.step()
    run.change("learning_rate", 0.2)
    expected = rates(run.total_updates, schedule="cosine")[4] / 4
    assert run.step().learning_rate == pytest.approx(expected)
