"""A finished run goes on: the schedule begins again at the rate at which it ended."""

from __future__ import annotations

import math
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from rnncore.errors import ConfigError
from rnncore.training import checkpoint
from rnncore.training.events import Finished, Step
from rnncore.training.trainer import Trainer
from tests.training.runs import everything, some_corpus, timeless, trainer


def finished(**settings: Any) -> tuple[Trainer, list[Any]]:
    run = trainer(**settings)
    return run, list(run.events())


def steps_of(events: list[Any]) -> list[Step]:
    return [event for event in events if isinstance(event, Step)]


@pytest.mark.parametrize("schedule", ["constant", "quarter", "cosine"])
@pytest.mark.parametrize("warmup", [0, 7])
def test_it_begins_with_the_last_rate_and_ends_with_its_epochs(schedule: str, warmup: int) -> None:
    run, before = finished(schedule=schedule, warmup=warmup, learning_rate=0.5)
    last = steps_of(before)[-1].learning_rate
    changes = run.extend(5)
    assert changes[0].as_dict() == {
        "type": "changed",
        "step": 30,
        "setting": "epochs",
        "old": 3.0,
        "new": 5.0,
    }
    assert [change.new for change in changes[1:]] == ([last] if last != 0.5 else [])
    after = list(run.events())
    steps = steps_of(after)
    assert [step.step for step in steps] == list(range(31, 51))
    assert steps[0].learning_rate == last
    assert [event.type for event in after][-3:] == ["evaluation", "evaluation", "finished"]
    assert after[-1] == Finished("completed", 50)


def test_the_cosine_falls_again_over_the_updates_to_come() -> None:
    run, before = finished(schedule="cosine", learning_rate=0.5)
    last = steps_of(before)[-1].learning_rate
    assert last == pytest.approx(0.5 * (1 + math.cos(math.pi * 29 / 30)) / 2)
    run.extend(5)
    rates = [step.learning_rate for step in steps_of(list(run.events()))]
    assert rates == pytest.approx(
        [last * (1 + math.cos(math.pi * k / 20)) / 2 for k in range(20)], rel=1e-12
    )


def test_the_quarter_schedule_counts_worse_epochs_anew() -> None:
    run, before = finished(schedule="quarter", learning_rate=0.5, epochs=8)
    assert run.worsened > 0
    best, last = run.best_perplexity, steps_of(before)[-1].learning_rate
    run.extend(9)
    assert run.worsened == 0 and run.best_perplexity == best
    assert {step.learning_rate for step in steps_of(list(run.events()))} == {last}


def test_a_rate_set_since_then_is_the_last_rate() -> None:
    run, _ = finished(schedule="cosine")
    run.change("learning_rate", 0.125)
    assert [change.setting for change in run.extend(4)] == ["epochs"]
    assert next(iter(steps_of(list(run.events())))).learning_rate == 0.125


@pytest.mark.parametrize("schedule", ["constant", "quarter", "cosine"])
@pytest.mark.parametrize("pause", [0, 1, 7, 20])
def test_a_run_that_goes_on_can_be_paused_too(tmp_path: Path, schedule: str, pause: int) -> None:
    settings = {"schedule": schedule, "dropout": 0.2, "learning_rate": 0.1}
    whole, _ = finished(**settings)
    whole.extend(5)
    events = timeless(whole.events())

    run, _ = finished(**settings)
    path = tmp_path / "run.safetensors"
    checkpoint.save(path, run)
    run = checkpoint.load(path, some_corpus())
    run.extend(5)
    before = list(islice(run.events(), pause))
    checkpoint.save(path, run)
    again = checkpoint.load(path, some_corpus())
    assert timeless([*before, *again.events()]) == events
    assert everything(again) == everything(whole)


def test_the_same_number_of_epochs_changes_nothing() -> None:
    whole = timeless(trainer(schedule="cosine").events())
    run = trainer(schedule="cosine")
    before = list(islice(run.events(), 9))
    assert run.extend(3) == () and run.extend("3") == ()
    assert timeless([*before, *run.events()]) == whole
    assert run.extend(3) == () and run.reason == "completed"


def test_a_run_that_has_not_begun_only_gets_longer() -> None:
    run = trainer(schedule="cosine", warmup=4, epochs=2)
    run.extend(3)
    assert timeless(run.events()) == timeless(trainer(schedule="cosine", warmup=4).events())


def test_a_warm_up_under_way_goes_on() -> None:
    run = trainer(warmup=20, learning_rate=0.2)
    made = steps_of(list(islice(run.events(), 10)))
    run.extend(4)
    rates = [step.learning_rate for step in [*made, *steps_of(list(run.events()))]]
    assert rates == pytest.approx([0.2 * min(k / 20, 1) for k in range(1, 41)])


@pytest.mark.parametrize("epochs", [1, 2, 0, -1, 2.5, 10**9, "many"])
def test_what_is_not_more_than_what_was_made_is_refused(epochs: Any) -> None:
    run, _ = finished()
    kept = run.config
    with pytest.raises(ConfigError, match="epochs"):
        run.extend(epochs)
    assert run.config == kept and run.reason == "completed"
