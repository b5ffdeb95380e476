"""Which trials end early follows from curves at the same share of the budget."""

from __future__ import annotations

import pytest

from rnncore.sweeps.pruning import bits_at, ends_early
from rnncore.sweeps.trial import Trial
from tests.sweeps.support import plan, trial

OTHERS = [trial(k, [5.0 - k, 4.0 - k / 2, 3.5 - k / 2]) for k in range(4)]


def going(*bits: float) -> Trial:
    return trial(9, bits, "running")


def test_without_a_pruner_nothing_ends_early() -> None:
    assert not ends_early(plan(), OTHERS, going(99.0, 99.0))


def test_the_median_ends_what_is_worse_than_half_of_the_others_at_its_place() -> None:
    made = plan(pruner="median")  # at two tenths the others have 4, 3.5, 3 and 2.5: median 3.25
    assert ends_early(made, OTHERS, going(9.0, 3.26))
    assert not ends_early(made, OTHERS, going(9.0, 3.25))
    assert not ends_early(made, OTHERS[1:], going(9.0, 9.0))  # of three others little is known
    assert not ends_early(made, OTHERS, going(9.0))  # curves cross in the first tenth


def test_what_a_trial_had_once_counts_though_it_has_become_worse() -> None:
    assert not ends_early(plan(pruner="median"), OTHERS, going(1.0, 9.0))


@pytest.mark.parametrize(("bits", "ends"), [(1.9, False), (2.1, True)])
def test_halving_keeps_the_best_third_at_its_rungs(bits: float, ends: bool) -> None:
    made = plan(pruner="halving")  # the first tenths of the others: 5, 4, 3, 2
    assert ends_early(made, OTHERS, going(bits)) == ends
    assert not ends_early(made, OTHERS, going(bits, bits))  # two tenths are no rung


def test_halving_says_nothing_of_two() -> None:
    assert not ends_early(plan(pruner="halving"), OTHERS[:1], going(99.0))


def test_trials_that_have_not_come_so_far_do_not_count() -> None:
    behind = [trial(k, [1.0], "running") for k in range(4)]
    assert not ends_early(plan(pruner="median"), behind, going(9.0, 9.0))


def test_the_end_of_the_budget_is_no_early_end() -> None:
    assert not ends_early(plan(pruner="median"), OTHERS, going(*[9.0] * 10))


def test_a_budget_of_seconds_is_shared_out_by_seconds() -> None:
    made = plan(updates=None, seconds=10, pruner="median")
    half = trial(1, [4.0, 3.0, 2.0, 1.0])._replace(seconds=5.0, step=40)
    assert bits_at(made, half, 5) == 1.0
    assert bits_at(made, half, 3) == 3.0  # 24 of its 40 updates
    assert bits_at(made, half, 6) is None
