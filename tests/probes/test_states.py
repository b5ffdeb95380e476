"""The plane that hidden states are drawn in: orthonormal, repeatable, and honest of its share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.probes.states import parting_plane, principal_plane, principal_space
from rnncore.shapes import Array


def cloud(n: int, H: int, seed: int = 0, dtype: str = "float64") -> Array:
    """States that spread differently in every direction, away from the origin."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((n, H)) * (1 + np.arange(H)) + 3).astype(dtype)


any_cloud = given(
    n=st.integers(2, 60),
    H=st.integers(1, 13),
    seed=st.integers(0, 1000),
    dtype=st.sampled_from(["float32", "float64"]),
)


@settings(max_examples=100, deadline=None)
@any_cloud
def test_axes_are_orthonormal_and_the_share_is_a_share(
    n: int, H: int, seed: int, dtype: str
) -> None:
    states = cloud(n, H, seed, dtype)
    plane = principal_plane(states)
    assert plane.axes.shape == (2, H) and plane.axes.dtype == dtype
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    expected = np.diag([1.0, 1.0 if H > 1 else 0.0])
    np.testing.assert_allclose(plane.axes @ plane.axes.T, expected, atol=tolerance)
    assert 0 <= plane.variance_share(states) <= 1


def test_it_is_the_plane_of_most_variance() -> None:
    states = cloud(200, 7)
    plane = principal_plane(states)
    values = np.sort(np.linalg.eigvalsh(np.cov(states.T)))[::-1]
    assert plane.variance_share(states) == pytest.approx(values[:2].sum() / values.sum())
    first, second = plane.project(states - states.mean(axis=0)).T
    assert first.var() > second.var() and abs(float(first @ second)) < 1e-8
    for seed in range(20):
        axes, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((7, 2)))
        share = np.square((states - states.mean(axis=0)) @ axes).sum()
        assert share <= np.square(np.stack([first, second])).sum()


def test_the_space_holds_the_plane_and_the_most_of_what_is_left() -> None:
    states = cloud(200, 7)
    space = principal_space(states)
    np.testing.assert_allclose(space.axes[:2], principal_plane(states).axes, atol=1e-12)
    np.testing.assert_allclose(space.axes @ space.axes.T, np.eye(3), atol=1e-12)
    values = np.sort(np.linalg.eigvalsh(np.cov(states.T)))[::-1]
    assert space.variance_share(states) == pytest.approx(values[:3].sum() / values.sum())
    assert space.project(states).shape == (200, 3)


@pytest.mark.parametrize(("n", "H"), [(20, 1), (20, 2), (2, 5)])
def test_a_space_of_fewer_dimensions_has_axes_of_zero(n: int, H: int) -> None:
    axes = principal_space(cloud(n, H)).axes
    assert axes.shape == (3, H)
    there = np.abs(axes).sum(axis=1) > 0
    assert list(there) == [True, min(n, H) > 1, False]


def test_the_same_states_give_the_same_picture() -> None:
    states = cloud(50, 5)
    plane = principal_plane(states)
    np.testing.assert_array_equal(plane.axes, principal_plane(states.copy()).axes)
    turned = principal_plane(states[::-1])  # another order is another rounding, not another sign
    np.testing.assert_allclose(turned.axes, plane.axes, atol=1e-9)
    mirrored = principal_plane(-states)
    np.testing.assert_allclose(mirrored.axes, plane.axes, atol=1e-9)
    for axis in plane.axes:
        assert axis[np.abs(axis).argmax()] > 0


def test_projections_are_coordinates_from_the_origin() -> None:
    plane = principal_plane(cloud(50, 5))
    combination = 2.5 * plane.axes[0] - 0.5 * plane.axes[1]
    np.testing.assert_allclose(plane.project(combination), [2.5, -0.5])
    assert plane.project(cloud(12, 5).reshape(3, 4, 5)).shape == (3, 4, 2)
    np.testing.assert_array_equal(plane.project(np.zeros((3, 5))), 0)


def test_states_that_do_not_vary_hold_no_share() -> None:
    same = np.ones((4, 3))
    assert principal_plane(same).variance_share(same) == 0
    one = principal_plane(cloud(20, 1))
    assert one.variance_share(cloud(20, 1)) == pytest.approx(1)


def test_a_plane_keeps_its_axes_when_the_states_move_on() -> None:
    """The share of later states may fall: the plane was not made for them."""
    states = cloud(100, 6)
    plane = principal_plane(states)
    assert plane.variance_share(states[:, ::-1]) < plane.variance_share(states)


@settings(max_examples=100, deadline=None)
@any_cloud
def test_a_parting_plane_has_that_direction_and_one_across_it(
    n: int, H: int, seed: int, dtype: str
) -> None:
    states = cloud(n, H, seed, dtype)
    parting = np.random.default_rng(seed + 1).standard_normal(H)
    plane = parting_plane(states, parting)
    tolerance = 1e-5 if dtype == "float32" else 1e-10
    np.testing.assert_allclose(plane.axes[1], parting / np.linalg.norm(parting), atol=tolerance)
    expected = np.diag([1.0 if H > 1 else 0.0, 1.0])
    np.testing.assert_allclose(plane.axes @ plane.axes.T, expected, atol=tolerance)
    assert plane.axes.dtype == dtype


def test_across_it_is_what_else_varies_most() -> None:
    states = cloud(200, 7)
    parting = np.eye(7)[6]  # the direction of the most variance: across is the next one
    plane = parting_plane(states, parting)
    others = states[:, :6] - states[:, :6].mean(axis=0)
    largest = np.linalg.eigvalsh(others.T @ others)[-1]
    found = np.square((states - states.mean(axis=0)) @ plane.axes[0]).sum()
    assert found == pytest.approx(largest)


def test_what_has_no_direction_parts_nothing() -> None:
    states = cloud(50, 5)
    for nothing in (np.zeros(5), np.full(5, np.nan)):
        np.testing.assert_array_equal(
            parting_plane(states, nothing).axes, principal_plane(states).axes
        )


def test_axes_that_are_set_anew_point_as_those_before() -> None:
    states = cloud(50, 5)
    before = principal_plane(states)
    turned = before._replace(axes=-before.axes)
    np.testing.assert_array_equal(principal_plane(states, turned).axes, turned.axes)
    across = parting_plane(states, np.ones(5), turned).axes[0]
    assert across @ turned.axes[0] > 0
