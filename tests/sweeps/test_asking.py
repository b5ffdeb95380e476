"""What a sweep tries next follows from its plan and what has been tried."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from rnncore.sweeps.asking import ask
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial
from tests.sweeps.support import plan, valley

LISTS = {"cell": ["rnn", "gru"], "layers": [1, 2, 3]}
RANGES = {"learning_rate": {"low": 1e-3, "high": 1.0}, "hidden_size": {"low": 4, "high": 64}}


def played(made: Plan, count: int) -> list[Trial]:
    """So many trials, each told before the next is asked."""
    trials: list[Trial] = []
    while len(trials) < count:
        settings = ask(made, trials, len(trials))
        if not settings:
            break
        for each in settings:
            asked = Trial(len(trials), "run", each, "complete", step=100, told=len(trials))
            trials.append(asked._replace(value=valley(asked)))
    return trials


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_numbers_lie_within_their_ranges_and_are_what_the_schema_holds(sampler: str) -> None:
    for trial in played(plan(space=RANGES, sampler=sampler, trials=30), 30):
        rate, size = trial.settings["learning_rate"], trial.settings["hidden_size"]
        assert 1e-3 <= rate <= 1.0 and isinstance(rate, float) and float(f"{rate:.4g}") == rate
        assert 4 <= size <= 64 and isinstance(size, int)


@pytest.mark.parametrize("sampler", ["random", "grid", "tpe"])
def test_the_same_trials_lead_to_the_same_next_one(sampler: str) -> None:
    made = plan(space={**RANGES, **LISTS}, sampler=sampler, trials=200)
    trials = played(made, 14)
    assert ask(made, trials, 14) == ask(made, list(trials), 14)
    assert ask(made, trials, 14) == ask(Plan.parse(made.model_dump()), trials, 14)


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_another_seed_of_the_sampler_asks_for_other_trials(sampler: str) -> None:
    first, second = (
        [trial.settings for trial in played(plan(sampler=sampler, seed=seed), 6)] for seed in (0, 1)
    )
    assert all(one != other for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_each_combination_of_listed_values_gets_as_many_trials(sampler: str) -> None:
    made = plan(space={**RANGES, **LISTS}, sampler=sampler, trials=24)
    count = Counter((t.settings["cell"], t.settings["layers"]) for t in played(made, 24))
    assert set(count.values()) == {4} and len(count) == 6


def test_a_grid_is_walked_once_with_each_seed_and_then_done() -> None:
    made = plan(space=LISTS, sampler="grid", seeds=2, trials=50, base={"seed": 4})
    trials = played_settings(made)
    assert len(trials) == 12
    assert [each["seed"] for each in trials] == [4, 5] * 6
    assert len({(each["cell"], each["layers"]) for each in trials}) == 6


def played_settings(made: Plan) -> list[dict[str, Any]]:
    trials: list[Trial] = []
    while settings := ask(made, trials, len(trials)):
        trials += [
            Trial(number, None, each, "waiting")
            for number, each in enumerate(settings, len(trials))
        ]
    return [dict(trial.settings) for trial in trials]


def test_what_somebody_has_tried_is_not_asked_again() -> None:
    made = plan(space=LISTS, sampler="grid")
    own = Trial(0, "run", {"cell": "rnn", "layers": 1, "seed": 0}, "complete", 1.0, told=0)
    assert ask(made, [own], 1) == [{"cell": "rnn", "layers": 2, "seed": 0}]


def test_whole_numbers_within_a_small_range_are_soon_all_tried() -> None:
    made = plan(space={"layers": {"low": 1, "high": 3}}, trials=50)
    assert sorted(each["layers"] for each in played_settings(made)) == [1, 2, 3]


def test_a_range_that_was_narrowed_is_drawn_from_though_older_trials_lie_outside() -> None:
    made = plan(sampler="tpe", trials=40)
    trials = played(made, 12)
    narrow = made.with_changes(space={"learning_rate": {"low": 0.02, "high": 0.05}})
    (settings,) = ask(narrow, trials, 12)
    assert 0.02 <= settings["learning_rate"] <= 0.05


def test_the_estimator_draws_nearer_to_the_best_than_chance_does() -> None:
    def middle(sampler: str) -> float:
        trials = played(plan(sampler=sampler, trials=40), 40)
        late = sorted(trial.value or 0.0 for trial in trials[20:])
        return late[len(late) // 2]

    assert middle("tpe") < 0.7 * middle("random")


def test_trials_of_every_outcome_may_be_told() -> None:
    made = plan(sampler="tpe", trials=40)
    trials = played(made, 8)
    trials[1] = trials[1]._replace(status="pruned")
    trials[2] = trials[2]._replace(status="diverged", value=30.0)
    trials[3] = trials[3]._replace(status="failed", value=None)
    trials[4] = trials[4]._replace(status="stopped")
    trials[5] = trials[5]._replace(status="running", told=None, value=None)
    (settings,) = ask(made, trials, 8)
    assert settings.keys() == {"learning_rate", "seed"}


def test_a_zero_that_somebody_asked_for_has_no_place_on_a_log_axis_and_disturbs_nothing() -> None:
    made = plan(space={"max_grad_norm": {"low": 0.1, "high": 5}}, sampler="tpe")
    own = Trial(0, "run", {"max_grad_norm": 0.0, "seed": 0}, "complete", 1.0, 100, told=0)
    assert ask(made, [own], 1) == ask(made, [own._replace(value=9.0)], 1)
