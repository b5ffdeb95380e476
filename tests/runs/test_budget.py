"""A time budget keeps its share whatever the activity costs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rnncore.runs.budget import TimeBudget


def spent(budget: TimeBudget, costs: list[float], ticks: int) -> tuple[float, int, float]:
    """Seconds spent, times allowed, and seconds gone by when asked every 10 ms."""
    now, total, times = 0.0, 0.0, 0
    for _ in range(ticks):
        now += 0.01
        if budget.due(now):
            cost = costs[times % len(costs)]
            budget.spend(now, cost)
            now += cost
            total += cost
            times += 1
    return total, times, now


@given(st.lists(st.floats(1e-4, 0.2), min_size=1, max_size=5))
def test_the_share_holds_over_any_stretch(costs: list[float]) -> None:
    total, _, now = spent(TimeBudget(0.04, 0.1, 0.0), costs, 3000)
    assert total <= 0.04 * now + max(costs)


def test_a_cheap_activity_comes_at_its_interval() -> None:
    _, times, now = spent(TimeBudget(0.04, 0.1, 0.0), [1e-4], 3000)
    assert 0.85 * now / 0.1 <= times <= now / 0.1 + 1


def test_a_dear_activity_uses_its_share_up() -> None:
    total, _, now = spent(TimeBudget(0.04, 0.1, 0.0), [0.006], 10_000)
    assert total >= 0.036 * now


def test_a_pause_saves_nothing_up() -> None:
    budget = TimeBudget(0.04, 0.1, 0.0)
    budget.spend(0.0, 0.02)
    assert not budget.due(0.3)
    assert budget.due(1000.0)
    budget.spend(1000.0, 0.02)
    assert not budget.due(1000.3)


def test_after_the_longest_wait_it_happens_whatever_is_owed() -> None:
    budget = TimeBudget(0.05, 0.25, 0.0, longest=2.0)
    budget.spend(0.0, 10.0)
    assert not budget.due(1.9)
    assert budget.due(2.0)
    budget.spend(2.0, 0.001)
    assert not budget.due(3.9)
    assert budget.due(4.0)
