"""The learning-rate range test: its course, its end, and what is read off its curve."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnncore.experiments.range_test import (
    HIGHEST,
    LOWEST,
    UPDATES,
    RangePoint,
    found,
    fresh_twin,
    range_test,
    rate_of,
)
from tests.engine.models import small_config

UNIGRAM = 4.0


def curve(*knots: tuple[float, float]) -> list[RangePoint]:
    """Losses on straight lines between (logarithm of the rate, bits)."""
    rates = [rate_of(update) for update in range(UPDATES)]
    bits = np.interp(np.log10(rates), [x for x, _ in knots], [y for _, y in knots])
    return [RangePoint(rate, float(loss)) for rate, loss in zip(rates, bits, strict=True)]


def test_the_rate_rises_by_the_same_factor_and_every_setting_else_stays() -> None:
    config = small_config(schedule="cosine", warmup=50, optimizer="adam", epochs=50)
    points = list(range_test(fresh_twin(config), 40))
    rates = [point.rate for point in points]
    assert rates[0] == LOWEST and rates[-1] <= HIGHEST * (1 + 1e-12)
    assert np.diff(np.log(rates)) == pytest.approx(math.log(HIGHEST / LOWEST) / 39)
    assert points == list(range_test(fresh_twin(config), 40))
    assert points != list(range_test(fresh_twin(config.with_changes(seed=1)), 40))


def test_it_ends_where_nothing_is_to_be_learned_any_more() -> None:
    config = small_config(optimizer="adam", max_grad_norm=0, epochs=50)
    points = list(range_test(fresh_twin(config)))
    assert len(points) < UPDATES
    assert all(math.isfinite(point.bits) for point in points)


def test_the_steepest_fall_below_the_unigram_is_found_and_the_lowest_point() -> None:
    # Down to the frequencies steeply, from there gently, then steeply at 0.01 once more.
    points = curve(
        (-6, 6), (-5, 6), (-4.8, 3.9), (-3, 3.5), (-2.2, 3.4), (-1.8, 2.4), (0, 2.3), (1, 6)
    )
    told = found(points, UNIGRAM)
    assert told is not None and told.steepest is not None
    assert told.recommended("adam") == told.steepest
    assert told.steepest == pytest.approx(0.01, rel=0.3)
    assert 0.1 < told.lowest <= 1.5


def test_where_only_frequencies_are_learned_no_fall_counts() -> None:
    told = found(curve((-6, 6), (-3, 4.2), (1, 9)), UNIGRAM)
    assert told is not None and told.steepest is None
    assert told.recommended("adam") is None
    assert told.recommended("sgd") == told.lowest


@pytest.mark.parametrize(
    "points",
    [
        [],
        curve((-6, 6), (1, 6)),  # nothing is learned
        curve((-6, 3), (1, 9)),  # it only gets worse
    ],
)
def test_a_curve_that_says_nothing_says_nothing(points: list[RangePoint]) -> None:
    assert found(points, UNIGRAM) is None
