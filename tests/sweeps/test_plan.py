"""A plan says what a sweep searches, and what is wrong with it, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from rnncore.errors import ConfigError
from rnncore.sweeps.checking import check_trials
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.space import Range
from tests.sweeps.support import BASE, SPACE, plan

SOUND = {"space": SPACE, "updates": 100}


def problems(**changes: Any) -> list[str]:
    """The codes of what is wrong."""
    with pytest.raises(ConfigError) as caught:
        Plan.parse({**SOUND, **changes})
    assert caught.value.code == "settings"
    told = caught.value.values["problems"]
    assert isinstance(told, list)
    sentence = str(caught.value)
    assert all(each["message"] in sentence for each in told)
    assert sentence.endswith(".") and "{" not in sentence.replace("{'", "")
    return [each["code"] for each in told]


def test_a_plan_comes_back_from_what_is_stored_of_it() -> None:
    made = plan(space={**SPACE, "cell": ["rnn", "gru"], "layers": [1, 2]}, seeds=3, trials=12)
    assert Plan.model_validate_json(made.model_dump_json()) == made
    assert Plan.parse(made.model_dump()) == made


@pytest.mark.parametrize(
    ("space", "code"),
    [
        ({}, "sweep_empty"),
        (3, "sweep_space"),
        ({"learning_rate": 3}, "sweep_axis"),
        ({"learning_rate": {"low": 0.1}}, "sweep_no_end"),
        ({"learning_rate": {"low": "x", "high": 1}}, "setting_kind"),
        ({"learning_rate": {"low": 0.1, "high": 0.01}}, "sweep_turned"),
        ({"learning_rate": {"low": 0.1, "high": 0.1}}, "sweep_one_value"),
        ({"learning_rate": {"low": -0.1, "high": 0.1}}, "setting_above"),
        ({"max_grad_norm": {"low": 0, "high": 1}}, "sweep_log_zero"),
        ({"dropout": {"low": 0, "high": 1.5}}, "setting_high"),
        ({"hidden_size": {"low": 4.5, "high": 16}}, "setting_kind"),
        ({"learning_rates": [0.1, 0.2]}, "setting_unknown"),
        ({"grammar_tokens": [1000, 2000]}, "sweep_unvaried"),
        ({"seed": [1, 2]}, "sweep_unvaried"),
        ({"cell": {"low": 0, "high": 1}}, "sweep_no_range"),
        ({"cell": ["rnn", "rmn"]}, "setting_choice"),
        ({"cell": []}, "sweep_no_values"),
        ({"layers": [1, 2, 1]}, "sweep_twice"),
        ({"dropout": [True, 0.2]}, "setting_kind"),
        ({"forget_bias": [0, 1]}, "sweep_idle"),
        ({"tied": [True], "hidden_size": [8, 9], "embedding_size": [8, 9]}, "tied_sizes"),
    ],
)
def test_an_axis_that_cannot_be_is_told_with_a_cure(space: Any, code: str) -> None:
    assert set(problems(space=space)) == {code}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    space = {"learning_rate": {"low": 1, "high": 0.1}, "cell": ["x"], "seed": [1]}
    found = problems(base={"hidden_size": 0}, space=space, trials=0, sampler="best", foo=1)
    assert found == [
        *("setting_low", "sweep_turned", "setting_choice", "sweep_unvaried"),
        *("setting_choice", "setting_low", "setting_unknown"),
    ]


def test_a_plan_has_one_budget_and_something_to_compare() -> None:
    assert problems(updates=None) == ["sweep_budget"]
    assert problems(seconds=3.0) == ["sweep_budget"]
    assert problems(updates=0) == ["setting_low"]
    assert problems(base={"valid_fraction": 0}) == ["sweep_blind"]
    assert problems(seeds=7, trials=6) == ["sweep_seeds"]


def test_a_grid_larger_than_the_trials_is_refused_with_its_size() -> None:
    space = {"learning_rate": {"low": 1e-3, "high": 1.0}, "layers": [1, 2, 3]}
    assert problems(space=space, sampler="grid", trials=29, seeds=2) == ["sweep_large"]
    assert Plan.parse({**SOUND, "space": space, "sampler": "grid", "trials": 30, "seeds": 2})
    assert problems(space={"layers": [1, 2, 3]}, trials=2) == ["sweep_large"]  # any sampler


def test_the_values_of_a_grid_lie_evenly_on_the_axis_of_the_setting() -> None:
    assert Range(low=1e-4, high=1e-2, points=3).grid("learning_rate") == (1e-4, 1e-3, 1e-2)
    assert Range(low=0, high=0.5, points=3).grid("dropout") == (0, 0.25, 0.5)
    assert Range(low=8, high=32, points=3).grid("hidden_size") == (8, 16, 32)
    assert Range(low=1, high=3, points=5).grid("layers") == (1, 2, 3)


def test_a_tied_network_keeps_two_equal_sizes_while_one_varies() -> None:
    made = plan(base={**BASE, "tied": True, "embedding_size": 7}, space={"hidden_size": [8, 16]})
    config = made.config({"hidden_size": 16})
    assert (config.hidden_size, config.embedding_size) == (16, 16)


def test_epochs_are_enough_for_the_updates_and_no_more() -> None:
    assert plan(updates=100).config({}, updates_per_epoch=30).epochs == 4
    assert plan(updates=90).config({}, updates_per_epoch=30).epochs == 3
    timed = plan(updates=None, seconds=5)
    assert timed.config({}, 30).epochs > 1000  # the clock ends it
    cosine = timed.with_changes(base={**BASE, "schedule": "cosine", "epochs": 3})
    assert cosine.config({}, 30).epochs == 3


def test_a_trial_too_large_for_the_machine_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        check_trials(plan(space={"hidden_size": {"low": 8, "high": 50_000}}))
    assert caught.value.code == "sweep_memory"
    assert "hidden_size = 50000" in str(caught.value)


def test_a_trial_that_leaves_too_little_text_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        check_trials(plan(space={"time_size": [5, 5000]}))
    assert caught.value.code == "short_setting"


def test_a_text_without_a_held_out_part_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        check_trials(plan(base={**BASE, "grammar_tokens": 100, "valid_fraction": 0.001}))
    assert caught.value.code == "no_held_out"
