"""Jacobian products against finite differences, their bounds, and the book's figure."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.probes.jacobians import (
    book_example,
    book_figure,
    jacobian_decay,
    repeated_product,
    tick_jacobian,
)
from rnncore.probes.reading import read
from rnncore.shapes import Array, Ids
from tests.engine.models import H, N, T
from tests.probes.tools import copied, same, standing_model, window

cells = pytest.mark.parametrize("cell", CELLS)
EPSILON = 1e-6


def moved_jacobian(model: Rnnlm, xs: Ids, k: int, part: int, n: int) -> Array:
    """d(last h) / d(state `part` after tick k) of stream n, column by column.      (H, H)"""
    states = read(model, xs).states
    columns = []
    for j in range(H):
        ends = []
        for sign in (1, -1):
            state = copied(states[k])
            state[-1][part][n, j] += sign * EPSILON
            rest = read(model, xs[k + 1 :], state=state).states if k + 1 < len(xs) else [state]
            ends.append(rest[-1][-1][0][n])
        columns.append((ends[0] - ends[1]) / (2 * EPSILON))
    return np.stack(columns, axis=1)


@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_the_product_agrees_with_moved_states(cell: str, layers: int) -> None:
    model, (xs, _) = standing_model(cell, layers=layers), window()
    before = copied(model.state)
    decay = jacobian_decay(model, xs)
    assert same(model.state, before)
    for d in range(T):
        for n in range(N):
            exact = moved_jacobian(model, xs, T - 1 - d, 0, n)
            assert decay.spectral[d, n] == pytest.approx(np.linalg.norm(exact, 2), rel=1e-6)
            root_mean_square = np.linalg.norm(exact) / np.sqrt(H)
            assert decay.frobenius[d, n] == pytest.approx(root_mean_square, rel=1e-6)
            if cell == "lstm":
                assert decay.memory is not None
                memory = np.linalg.norm(moved_jacobian(model, xs, T - 1 - d, 1, n), 2)
                assert decay.memory[d, n] == pytest.approx(memory, rel=1e-6, abs=1e-12)


@cells
def test_one_tick_of_all_states(cell: str) -> None:
    model, (xs, _) = standing_model(cell), window(2)
    jacobian = tick_jacobian(cell, read(model, xs).tapes[-1][-1])
    exact = moved_jacobian(model, xs, T - 2, 0, 1)
    np.testing.assert_allclose(jacobian[1, :H, :H], exact, rtol=1e-5, atol=1e-8)


@cells
def test_the_bounds_hold_and_are_ordered(cell: str) -> None:
    model, (xs, _) = standing_model(cell), window(3, ticks=9)
    decay = jacobian_decay(model, xs)
    slack = 1 + 1e-12
    assert (decay.frobenius <= decay.spectral * slack).all()
    assert (decay.spectral <= decay.tick_bound * slack).all()
    if cell != "rnn":
        assert decay.slope_bound is decay.weight_bound is decay.radius is None
        return
    assert decay.slope_bound is not None and decay.weight_bound is not None
    assert (decay.tick_bound <= decay.slope_bound * slack).all()
    assert (decay.slope_bound <= decay.weight_bound[:, None] * slack).all()
    Wh = model.parameters["cell.0.Wh"]
    assert decay.weight_bound[2] == pytest.approx(np.linalg.norm(Wh, 2) ** 2)
    assert decay.radius is not None
    assert decay.radius[3] == pytest.approx(np.abs(np.linalg.eigvals(Wh)).max() ** 3)


def test_the_books_numbers_and_the_truth_beside_them() -> None:
    """Twenty points that grow 101-fold, where the gradient in truth shrinks to 4e-7."""
    figure = book_example()
    assert figure.without_slope is not None
    assert figure.without_slope[0] == pytest.approx(np.sqrt(6) / 2)
    assert figure.without_slope[20] / figure.without_slope[1] == pytest.approx(101.1, abs=0.05)
    assert figure.along_tokens[20] / figure.along_tokens[1] == pytest.approx(4.1e-7, rel=0.01)
    shrinking = book_example(scale=0.5).without_slope
    assert shrinking is not None and shrinking[20] < 1e-3 * shrinking[0]


@cells
def test_the_books_figure_with_a_models_own_weights(cell: str) -> None:
    model, (xs, _) = standing_model(cell), window()
    figure = book_figure(model, xs)
    ones = np.ones((N, H))
    start = model.state
    exact = np.zeros((N, H))
    for j in range(H):
        ends = []
        for sign in (1, -1):
            state = copied(start)
            state[-1][0][:, j] += sign * EPSILON
            ends.append((read(model, xs, state=state).hidden[-1] * ones).sum(axis=1))
        exact[:, j] = (ends[0] - ends[1]) / (2 * EPSILON)
    assert figure.along_tokens[T] == pytest.approx(np.linalg.norm(exact) / N, rel=1e-6)
    assert (figure.without_slope is None) == (cell != "rnn")
    if figure.without_slope is not None:
        Wh = model.parameters["cell.0.Wh"]
        by_hand = np.linalg.norm(ones @ np.linalg.matrix_power(Wh.T, T)) / N
        assert figure.without_slope[T] == pytest.approx(by_hand)


def test_without_slopes_only_a_resting_network_is_right() -> None:
    """All h = 0: every tanh' is 1, and both curves are one."""
    model, (xs, _) = standing_model("rnn"), window()
    model.parameters["embedding.W"][...] = 0
    model.parameters["cell.0.b"][...] = 0
    model.reset_state()
    figure = book_figure(model, xs)
    assert figure.without_slope is not None
    np.testing.assert_allclose(figure.along_tokens, figure.without_slope, rtol=1e-12)
    assert len(repeated_product(np.eye(3), 2, 4)) == 5
