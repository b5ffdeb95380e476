"""How long a sweep will take: what a few updates took, and what other sizes cost besides."""

from __future__ import annotations

import pytest

from rnncore.sweeps import estimating
from rnncore.sweeps.estimating import cost, estimate
from rnncore.sweeps.plan import Plan
from tests.sweeps.support import BASE, SPACE, plan

SPEED = 1e-9


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that makes a thousand million multiply-adds a second, on two processors."""
    monkeypatch.setattr(estimating, "_seconds_per_unit", lambda *_: SPEED)
    monkeypatch.setattr(estimating, "cores", lambda: 2)


def without_updates(made: Plan) -> float:
    return estimate(made, 1) / made.trials - made_of_updates(made)


def made_of_updates(made: Plan) -> float:
    assert made.updates is not None
    return made.updates * SPEED * cost(made.config({}), 7)


@pytest.mark.usefixtures("measured")
def test_updates_cost_what_the_base_costs_and_the_rest_does_not_grow_with_them() -> None:
    few, many = (without_updates(plan(updates=updates)) for updates in (1_000, 50_000))
    assert few == pytest.approx(many) and few > 0


@pytest.mark.usefixtures("measured")
def test_trials_are_shared_among_the_processors_there_are() -> None:
    one, two, many = (estimate(plan(trials=9), workers) for workers in (1, 2, 32))
    assert one / 9 == pytest.approx(two / 5) and two == many == estimate(plan(trials=9))


@pytest.mark.usefixtures("measured")
def test_a_grid_ends_where_it_ends() -> None:
    space = {"layers": [1, 2, 3]}
    made = plan(space=space, sampler="grid", seeds=2, trials=50)
    assert estimate(made) == estimate(made.with_changes(trials=6))


@pytest.mark.usefixtures("measured")
def test_larger_networks_cost_more_and_seconds_are_seconds() -> None:
    sizes = {"hidden_size": {"low": 7, "high": 700, "points": 2}}
    wide, ends = (
        plan(space={**SPACE, **sizes} if sampler == "random" else sizes, sampler=sampler)
        for sampler in ("random", "grid")
    )
    narrow = estimate(plan(trials=2))  # as many trials as the grid has
    assert 1.2 * narrow < estimate(wide.with_changes(trials=2)) < 0.6 * estimate(ends)
    timed = plan(updates=None, seconds=100, trials=4)
    assert 200 < estimate(timed) < 202


def test_the_speed_is_measured_even_of_settings_that_diverge() -> None:
    for changes in ({}, {"learning_rate": 1e20, "optimizer": "sgd", "max_grad_norm": 0}):
        assert 0 < estimate(plan(base={**BASE, **changes})) < 3600
