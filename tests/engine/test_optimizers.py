"""Update rules against formulas written per weight, and the clipping of the gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.optimizers import OPTIMIZERS, Sgd, clip, global_norm
from rnncore.parameters import Parameters
from rnncore.shapes import Array

SHAPES: dict[str, tuple[int, ...]] = {"embedding.W": (13, 3), "cell.0.Wh": (5, 7), "cell.0.b": (7,)}
RATE = 0.3

Rule = Callable[[Array, list[Array]], Array]


def sgd(w: Array, gradients: list[Array]) -> Array:
    return w - RATE * gradients[-1]


def momentum(w: Array, gradients: list[Array]) -> Array:
    ages = range(len(gradients))[::-1]
    return w - RATE * np.sum([0.9**age * g for age, g in zip(ages, gradients, strict=True)], axis=0)


def adagrad(w: Array, gradients: list[Array]) -> Array:
    return w - RATE * gradients[-1] / (np.sqrt(np.square(gradients).sum(axis=0)) + 1e-7)


def adam(w: Array, gradients: list[Array]) -> Array:
    k = len(gradients)
    m = 0.1 * np.sum([0.9 ** (k - 1 - i) * g for i, g in enumerate(gradients)], axis=0)
    v = 0.001 * np.sum([0.999 ** (k - 1 - i) * g**2 for i, g in enumerate(gradients)], axis=0)
    return w - RATE * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)


RULES: dict[str, Rule] = {"sgd": sgd, "momentum": momentum, "adagrad": adagrad, "adam": adam}


def random_parameters(dtype: str = "float64") -> Parameters:
    parameters = Parameters(SHAPES, dtype)
    parameters.values[...] = np.random.default_rng(0).standard_normal(parameters.values.shape)
    return parameters


def test_every_optimizer_has_a_formula_here() -> None:
    assert set(RULES) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_follow_the_formula(name: str) -> None:
    rng = np.random.default_rng(1)
    parameters = random_parameters()
    optimizer = OPTIMIZERS[name](parameters)
    weights = parameters.as_dict()
    seen: dict[str, list[Array]] = {key: [] for key in SHAPES}
    for _ in range(7):
        parameters.gradients[...] = rng.standard_normal(parameters.gradients.shape)
        for key, history in seen.items():
            history.append(parameters.gradient(key).copy())
            weights[key] = RULES[name](weights[key], history)
        optimizer.update(parameters, RATE, None)
        for key, expected in weights.items():
            np.testing.assert_allclose(parameters[key], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("touched", [None, np.array([3, 11])], ids=["all rows", "two rows"])
def test_an_update_in_blocks_is_one_of_the_whole(
    name: str, touched: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = random_parameters(), random_parameters()
    at_once = OPTIMIZERS[name](whole)
    monkeypatch.setattr("rnncore.optimizers.SPARSE", 1)
    monkeypatch.setattr("rnncore.optimizers.BLOCK", 7)
    in_blocks = OPTIMIZERS[name](cut)
    rng = np.random.default_rng(5)
    for _ in range(3):
        gradient = rng.standard_normal(whole.gradients.shape)
        whole.gradients[...] = cut.gradients[...] = gradient
        at_once.update(whole, RATE, touched)
        in_blocks.update(cut, RATE, touched)
        np.testing.assert_array_equal(cut.values, whole.values)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_weight_without_gradient_stays_in_its_place(name: str) -> None:
    """AdaGrad and Adam divide by the gradient's size: zero must not become NaN."""
    parameters = random_parameters()
    kept = parameters.values.copy()
    optimizer = OPTIMIZERS[name](parameters)
    for _ in range(3):
        optimizer.update(parameters, RATE, None)
    np.testing.assert_array_equal(parameters.values, kept)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_restored_optimizer_goes_on_as_if_never_stopped(name: str) -> None:
    rng = np.random.default_rng(2)
    one, other = random_parameters(), random_parameters()
    optimizer = OPTIMIZERS[name](one)
    for _ in range(3):
        one.gradients[...] = rng.standard_normal(one.gradients.shape)
        optimizer.update(one, RATE, None)
    other.values[...] = one.values
    again = OPTIMIZERS[name](other)
    again.restore({key: moment.copy() for key, moment in optimizer.moments.items()}, 3)
    for _ in range(3):
        one.gradients[...] = other.gradients[...] = rng.standard_normal(one.gradients.shape)
        optimizer.update(one, RATE, None)
        again.update(other, RATE, None)
    np.testing.assert_array_equal(other.values, one.values)


@pytest.mark.parametrize("sparse_above", [1, 100], ids=["by rows", "all at once"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_of_touched_rows_are_those_of_all_rows(
    name: str, sparse_above: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.optimizers.SPARSE", sparse_above)
    rng = np.random.default_rng(3)
    dense, sparse = random_parameters(), random_parameters()
    everywhere, touching = OPTIMIZERS[name](dense), OPTIMIZERS[name](sparse)
    for _ in range(4):
        rows = rng.choice(13, size=5, replace=False)
        gradient = rng.standard_normal(dense.gradients.shape)
        table = np.zeros(SHAPES["embedding.W"])
        table[rows] = rng.standard_normal((5, 3))
        gradient[: table.size] = table.ravel()
        dense.gradients[...] = sparse.gradients[...] = gradient
        everywhere.update(dense, RATE, None)
        touching.update(sparse, RATE, rows)
        np.testing.assert_array_equal(sparse.values, dense.values)


def test_single_precision_stays_single() -> None:
    for name, kind in OPTIMIZERS.items():
        parameters = random_parameters("float32")
        optimizer = kind(parameters)
        parameters.gradients[...] = 1
        optimizer.update(parameters, RATE, None)
        dtypes = {moment.dtype for moment in optimizer.moments.values()}
        assert dtypes | {parameters.values.dtype} == {np.dtype("float32")}, name


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.integers(0, 100))
def test_clipping_keeps_the_direction_and_bounds_the_norm(
    size: float, limit: float, seed: int
) -> None:
    parameters = Parameters(SHAPES, "float64")
    gradient = np.random.default_rng(seed).standard_normal(parameters.gradients.shape)
    gradient *= size / np.linalg.norm(gradient)
    parameters.gradients[...] = gradient
    norm = global_norm(parameters)
    assert norm == pytest.approx(size)
    clip(parameters, norm, limit)
    assert global_norm(parameters) == pytest.approx(min(size, limit))
    np.testing.assert_allclose(parameters.gradients * size, gradient * min(size, limit), rtol=1e-9)


def test_zero_clips_nothing() -> None:
    parameters = Parameters(SHAPES, "float64")
    parameters.gradients[...] = 1e9
    clip(parameters, global_norm(parameters), 0.0)
    assert (parameters.gradients == 1e9).all()


def test_the_norm_of_a_broken_gradient_is_no_number() -> None:
    parameters = Parameters(SHAPES, "float32")
    parameters.gradients[3] = np.nan
    assert not np.isfinite(global_norm(parameters))
    parameters.gradients[3] = np.inf
    assert not np.isfinite(global_norm(parameters))


def test_sgd_remembers_nothing() -> None:
    assert Sgd(random_parameters()).moments == {}


@pytest.mark.parametrize("size", [1e-30, 1e-22, 1.0, 1e19, 3e37])
def test_the_norm_of_a_finite_gradient_is_finite(size: float) -> None:
    """Its square is beyond float32 from 1.8e19 on, and below it under 1e-19."""
    parameters = Parameters({"w": (3, 5)}, "float32")
    parameters.gradients[...] = np.random.default_rng(0).normal(size=15)
    expected = np.linalg.norm(parameters.gradients.astype(float)) * size
    parameters.gradients *= np.float32(size)
    assert global_norm(parameters) == pytest.approx(expected, rel=1e-5)
    clip(parameters, global_norm(parameters), 1.0)
    assert global_norm(parameters) == pytest.approx(min(expected, 1.0), rel=1e-5)


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf])
def test_the_norm_is_finite_only_where_every_entry_is(entry: float) -> None:
    parameters = Parameters({"w": (3, 5)}, "float32")
    parameters.gradients[7] = entry
    with np.errstate(invalid="ignore"):
        assert not np.isfinite(global_norm(parameters))
