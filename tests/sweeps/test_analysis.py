"""What the trials of a sweep say, by value: the data behind every table and figure of /tune."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest

from rnncore.sweeps.advice import verdict
from rnncore.sweeps.analysis import (
    RESULT,
    Scale,
    best_so_far,
    contour,
    result_scale,
    scale_of,
    scales,
    selected,
    slices,
    top,
)
from rnncore.sweeps.importance import importances
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial

PLAN = Plan.parse(
    {
        "space": {
            "learning_rate": {"low": 0.001, "high": 0.1},
            "hidden_size": {"low": 8, "high": 64},
            "cell": ["rnn", "lstm"],
        },
        "updates": 100,
        "trials": 24,
        "seeds": 2,
    }
)


def trial(number: int, value: float | None, status: Any = "complete", **settings: Any) -> Trial:
    told = None if status in ("running", "waiting") else number
    chosen = {"learning_rate": 0.01, "hidden_size": 16, "cell": "rnn", "seed": 0, **settings}
    return Trial(number, f"run{number}", chosen, status, value, told=told)


def tried(bits: Any, settings: int = 12, seeds: int = 2, **fixed: Any) -> list[Trial]:
    """Trials whose result is bits(position of the rate from 0 to 1, seed)."""
    found: list[Trial] = []
    for place in range(settings):
        share = place / (settings - 1)
        rate = 0.001 * 100**share
        size = int(8 * 8 ** (((place * 5) % settings) / (settings - 1)))
        for seed in range(seeds):
            chosen = {"learning_rate": rate, "hidden_size": size, "seed": seed, **fixed}
            found.append(trial(len(found), bits(share, seed), **chosen))
    return found


def test_the_best_so_far_falls_as_trials_end() -> None:
    trials = [
        trial(0, 3.0),
        trial(1, 9.0, "diverged"),
        trial(2, 2.5, "running"),
        trial(3, 2.0, "pruned"),
        trial(4, 2.2),
    ]
    assert best_so_far(trials) == [(1, 0, 3.0), (2, 0, 3.0), (3, 3, 2.0), (4, 3, 2.0)]
    assert best_so_far([trial(0, None, "waiting"), trial(1, 9.0, "diverged")]) == []


def test_the_best_so_many_percent_are_at_least_one() -> None:
    trials = [trial(n, 3.0 - 0.1 * n) for n in range(10)] + [trial(10, 1.0, "diverged")]
    assert top(trials, 1) == {9}
    assert top(trials, 30) == {7, 8, 9}
    assert top(trials, 100) == set(range(10))
    assert top([], 50) == set()


def test_an_axis_is_as_wide_as_what_was_tried_and_logarithmic_by_the_schema() -> None:
    scale = scale_of("learning_rate", PLAN, [trial(0, 1.0, learning_rate=0.2)])
    assert scale == Scale("learning_rate", 0.001, 0.2, log=True)
    assert scale.coordinate(scale.share(0.03)) == pytest.approx(0.03)
    scale = scale_of("learning_rate", PLAN, [])
    assert [scale.share(at) for at in (0.001, 0.01, 0.1)] == pytest.approx([0, 0.5, 1])
    cells = scale_of("cell", PLAN, [trial(0, 1.0, cell="gru")])
    assert cells.values == ("rnn", "lstm", "gru") and (cells.low, cells.high) == (0, 2)
    off = Plan.parse({"space": {"max_grad_norm": [0, 0.5, 1]}, "updates": 9, "trials": 3})
    assert scale_of("max_grad_norm", off, []).values == (0.0, 0.5, 1.0)


def test_axes_are_those_that_vary_in_the_given_order_and_the_result_last() -> None:
    trials = [trial(0, 2.0), trial(1, 3.0, cell="lstm"), trial(2, 9.0, "diverged")]
    names = [scale.name for scale in scales(PLAN, trials, ["cell", "learning_rate", "hidden_size"])]
    assert names == ["cell", "learning_rate", "hidden_size", RESULT]
    assert result_scale(trials) == Scale(RESULT, 2.0, 3.0)
    assert result_scale([]) is None
    many = Plan.parse(
        {
            "space": {
                "learning_rate": [0.1, 0.2],
                "hidden_size": [1, 2],
                "embedding_size": [1, 2],
                "batch_size": [1, 2],
                "time_size": [1, 2],
                "dropout": [0, 0.1],
            },
            "updates": 9,
            "trials": 64,
            "sampler": "random",
        }
    )
    order = list(many.space)
    assert [scale.name for scale in scales(many, [], order)] == order[:5]


def test_brushes_select_what_lies_within_all_of_them() -> None:
    trials = [
        trial(0, 2.0, learning_rate=0.01),
        trial(1, 3.0, learning_rate=0.05),
        trial(2, 2.5, learning_rate=0.05, cell="lstm"),
        trial(3, 9.0, "diverged", learning_rate=0.1),
        trial(4, None, "waiting", learning_rate=0.05),
    ]
    axes = scales(PLAN, trials, list(PLAN.space))

    def chosen(percent: int = 100, **brushes: tuple[float, float]) -> list[int]:
        return [one.number for one in selected(trials, axes, brushes, percent)]

    assert chosen() == [0, 1, 2, 3, 4]
    assert chosen(learning_rate=(0.02, 0.2)) == [1, 2, 3, 4]
    assert chosen(learning_rate=(0.02, 0.2), cell=(0.5, 1.5)) == [2]
    assert chosen(bits=(2.2, inf)) == [1, 2, 3]
    assert chosen(bits=(2.2, 3.0)) == [1, 2]
    assert chosen(percent=60) == [0, 2]
    assert chosen(percent=60, learning_rate=(0.02, 0.2)) == [2]
    assert chosen(hidden_size=(1, 2)) == []


def test_a_slice_has_every_result_and_the_means_of_its_bins() -> None:
    trials = [trial(0, 2.0, cell="lstm"), trial(1, 4.0), trial(2, 3.0), trial(3, 9.0, "diverged")]
    found = slices(trials, scale_of("cell", PLAN, trials))
    assert list(found.points) == [(0, 3.0, 2), (0, 4.0, 1), (1, 2.0, 0)]
    assert list(found.means) == [(0, 3.5, 2), (1, 2.0, 1)]
    rates = tried(lambda share, seed: share)
    found = slices(rates, scale_of("learning_rate", PLAN, rates))
    assert sum(count for *_, count in found.means) == 24 and len(found.means) == 4
    assert [bits for _, bits, _ in found.means] == sorted(bits for _, bits, _ in found.means)


def test_a_contour_has_means_where_trials_stand_and_nothing_elsewhere() -> None:
    trials = [
        trial(0, 1.0, learning_rate=0.001, hidden_size=8),
        trial(1, 2.0, learning_rate=0.001, hidden_size=8, seed=1),
        trial(2, 5.0, learning_rate=0.1, hidden_size=64),
    ]
    found = contour(
        trials,
        scale_of("learning_rate", PLAN, trials),
        scale_of("hidden_size", PLAN, trials),
    )
    assert (found.columns, found.rows) == ((0.001, 0.1), (8.0, 64.0))
    assert found.means == ((1.5, None), (None, 5.0))
    assert found.points[2] == (0.1, 64.0, 5.0, 2)


def test_what_decides_is_important_and_what_does_nothing_is_not() -> None:
    noise = np.random.default_rng(1).normal(size=24) * 0.05
    turn = iter(noise)
    found = importances(PLAN, tried(lambda share, seed: 2 + 4 * (share - 0.4) ** 2 + next(turn)))
    assert found.order[0] == "learning_rate" and found.tried == 12 and found.enough
    rate, *others = found.settings
    assert rate.share > 0.8 > rate.chance and rate.sureness == "sure"
    assert all(one.sureness == "unsure" for one in others)
    cell = next(one for one in others if one.setting == "cell")
    assert (cell.share, cell.luck) == (0, 1)
    assert found.seeds is not None and found.seeds < 0.1
    assert found.spread == pytest.approx(0.05, rel=0.6)


def test_where_seeds_decide_they_explain_everything() -> None:
    noise = iter(np.random.default_rng(2).normal(size=24))
    found = importances(PLAN, tried(lambda share, seed: next(noise)))
    assert found.seeds is not None and found.seeds > 0.6
    assert {one.sureness for one in found.settings} == {"unsure"}


def test_without_two_seeds_their_noise_is_not_known() -> None:
    found = importances(PLAN, tried(lambda share, seed: share, seeds=1))
    assert (found.seeds, found.spread) == (None, None)
    assert importances(PLAN, []).tried == 0
    assert not importances(PLAN, tried(lambda share, seed: share, settings=7)).enough


def test_ranks_bear_trials_that_diverged_or_were_pruned() -> None:
    trials = tried(lambda share, seed: 2 + share)
    worst = [
        one._replace(status="diverged", value=1e6) if one.number > 20 else one for one in trials
    ]
    assert importances(PLAN, worst).settings[0].share > 0.8


def said(trials: list[Trial]) -> tuple[Any, ...]:
    found = verdict(PLAN, trials, importances(PLAN, trials))
    return (found.advice.kind, found.advice.setting, found.advice.low, found.advice.high)


def test_a_best_at_the_end_of_the_range_says_widen() -> None:
    assert said(tried(lambda share, seed: 2 + share)) == ("widen", "learning_rate", 0.0001, 0.1)
    assert said(tried(lambda share, seed: 3 - share)) == ("widen", "learning_rate", 0.001, 1.0)


def test_a_best_well_inside_says_narrow() -> None:
    kind, setting, low, high = said(tried(lambda share, seed: 2 + 9 * (share - 0.5) ** 2))
    assert (kind, setting) == ("narrow", "learning_rate")
    assert 0.001 < low < 0.01 < high < 0.1


def test_little_or_nothing_says_wait_or_more() -> None:
    assert said([trial(0, 2.0)])[0] == "wait"
    assert said([])[0] == "wait"
    noise = iter(np.random.default_rng(3).normal(size=24))
    assert said(tried(lambda share, seed: next(noise)))[0] == "more"
    found = verdict(PLAN, [trial(0, 2.0)], importances(PLAN, [trial(0, 2.0)]))
    assert found.best == trial(0, 2.0) and found.most is None


def test_a_choice_whose_best_differ_less_than_their_seeds_asks_for_seeds() -> None:
    plan = Plan.parse(
        {"space": {"cell": ["rnn", "lstm", "gru"], "hidden_size": [8, 16, 32]}, "updates": 9,
         "trials": 27, "seeds": 3}
    )  # fmt: skip
    noise = np.random.default_rng(4)
    trials = [
        trial(9 * a + 3 * b + seed, base + noise.normal() * 0.2, cell=cell, hidden_size=size,
              seed=seed)
        for a, (cell, base) in enumerate({"rnn": 5.0, "lstm": 2.0, "gru": 2.0}.items())
        for b, size in enumerate((8, 16, 32))
        for seed in range(3)
    ]  # fmt: skip
    found = verdict(plan, trials, importances(plan, trials))
    assert found.most is not None and found.most.setting == "cell"
    assert found.advice.kind == "seeds"
    apart = [one._replace(value=1.0) if one.number == 9 else one for one in trials]
    apart = [one._replace(value=1.0) if one.varied == apart[9].varied else one for one in apart]
    assert verdict(plan, apart, importances(plan, apart)).advice == ("enough", "cell", None, None)
