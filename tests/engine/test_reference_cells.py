"""Every reference cell: its backward against finite differences, its carry against its backward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.cells.spec import Cell
from rnncore.errors import ShapeError
from rnncore.reference.gradient_check import (
    directional_gradient,
    numerical_gradient,
    relative_error,
)
from rnncore.shapes import Array
from tests.engine.models import NAMES, D, H, N

cells = pytest.mark.parametrize("name", NAMES)


def arguments(cell: Cell, rng: np.random.Generator) -> dict[str, Array]:
    """Everything that enters a tick, by name, none of it zero."""
    shapes: dict[str, tuple[int, ...]] = {"x": (N, D)}
    shapes |= {f"{state}_prev": (N, H) for state in cell.states}
    shapes |= {
        "Wx": (D, len(cell.gates) * H),
        "Wh": (H, len(cell.gates) * H),
        "b": (len(cell.gates) * H,),
    }
    return {name: 0.6 * rng.standard_normal(shape) for name, shape in shapes.items()}


def outputs(cell: Cell, given: dict[str, Array]) -> tuple[tuple[Array, ...], Any]:
    *states, tape = cell.step(*given.values())
    return tuple(states), tape


@cells
def test_backward_agrees_with_finite_differences(name: str) -> None:
    cell, rng = CELLS[name], np.random.default_rng(0)
    given = arguments(cell, rng)
    dstates = [rng.standard_normal((N, H)) for _ in cell.states]

    def loss() -> float:
        states, _ = outputs(cell, given)
        return float(sum((d * s).sum() for d, s in zip(dstates, states, strict=True)))

    _, tape = outputs(cell, given)
    analytic = cell.step_backward(*dstates, tape)
    assert len(analytic) == len(given)
    for (argument, array), gradient in zip(given.items(), analytic, strict=True):
        assert gradient.shape == array.shape
        assert relative_error(gradient, numerical_gradient(loss, array)) < 1e-8, argument


@cells
def test_each_state_alone_brings_its_gradient_back(name: str) -> None:
    """A term forgotten for one state can hide behind another's larger one."""
    cell, rng = CELLS[name], np.random.default_rng(1)
    given = arguments(cell, rng)
    _, tape = outputs(cell, given)
    for j in range(len(cell.states)):
        dstates = [np.zeros((N, H)) for _ in cell.states]
        dstates[j] = rng.standard_normal((N, H))

        def loss(j: int = j, dstate: Array = dstates[j]) -> float:
            return float((outputs(cell, given)[0][j] * dstate).sum())

        analytic = cell.step_backward(*dstates, tape)
        for (argument, array), gradient in zip(given.items(), analytic, strict=True):
            numerical = numerical_gradient(loss, array)
            assert relative_error(gradient, numerical) < 1e-7, (cell.states[j], argument)


@cells
def test_carry_is_the_state_part_of_backward(name: str) -> None:
    cell, rng = CELLS[name], np.random.default_rng(2)
    _, tape = outputs(cell, arguments(cell, rng))
    dstates = [rng.standard_normal((N, H)) for _ in cell.states]
    expected = cell.step_backward(*dstates, tape)[1 : 1 + len(cell.states)]
    for carried, backward in zip(cell.carry(*dstates, tape), expected, strict=True):
        np.testing.assert_allclose(carried, backward, rtol=1e-12, atol=1e-14)


@cells
@pytest.mark.parametrize("front", [(5,), (2, 5), (0,)])
def test_carry_takes_many_gradients_at_once(name: str, front: tuple[int, ...]) -> None:
    cell, rng = CELLS[name], np.random.default_rng(3)
    _, tape = outputs(cell, arguments(cell, rng))
    dstates = [rng.standard_normal((*front, N, H)) for _ in cell.states]
    carried = cell.carry(*dstates, tape)
    assert len(carried) == len(cell.states)
    assert all(part.shape == (*front, N, H) for part in carried)
    for index in np.ndindex(front):
        alone = cell.carry(*(d[index] for d in dstates), tape)
        for part, expected in zip(carried, alone, strict=True):
            np.testing.assert_allclose(part[index], expected, rtol=1e-12, atol=1e-14)


@cells
def test_a_tick_writes_to_nothing_it_was_given(name: str) -> None:
    cell, rng = CELLS[name], np.random.default_rng(4)
    given = arguments(cell, rng)
    kept = {argument: array.copy() for argument, array in given.items()}
    states, tape = outputs(cell, given)
    before = [state.copy() for state in states]
    dstates = [rng.standard_normal((N, H)) for _ in cell.states]
    copies = [d.copy() for d in dstates]
    cell.step_backward(*dstates, tape)
    cell.carry(*dstates, tape)
    for argument, array in given.items():
        np.testing.assert_array_equal(array, kept[argument])
    for array, copy in zip([*states, *dstates], [*before, *copies], strict=True):
        np.testing.assert_array_equal(array, copy)


@cells
def test_hidden_states_stay_between_minus_one_and_one(name: str) -> None:
    cell, rng = CELLS[name], np.random.default_rng(5)
    given = {argument: 40 * array for argument, array in arguments(cell, rng).items()}
    given["h_prev"] = np.clip(given["h_prev"], -1, 1)
    with np.errstate(all="raise", under="ignore"):
        states, _ = outputs(cell, given)
    assert np.abs(states[0]).max() <= 1


@cells
def test_arguments_that_disagree_are_named(name: str) -> None:
    cell = CELLS[name]
    given = arguments(cell, np.random.default_rng(6))
    for argument in list(given)[1:]:
        wrong = given | {argument: np.concatenate([given[argument], given[argument][:1]])}
        with pytest.raises(ShapeError, match="came with shape") as caught:
            cell.step(*wrong.values())
        if argument != "Wh":  # H is read off Wh, so that another one is found not to fit it
            assert argument in str(caught.value)
    _, tape = outputs(cell, given)
    dstates = [np.zeros((N, H)) for _ in cell.states]
    dstates[0] = np.zeros((N + 1, H))
    with pytest.raises(ShapeError, match="dh"):
        cell.step_backward(*dstates, tape)


def test_finite_differences_put_the_weights_back() -> None:
    weights = np.random.default_rng(7).standard_normal((3, 5))
    kept = weights.copy()
    gradient = numerical_gradient(lambda: float((weights**3).sum()), weights)
    np.testing.assert_allclose(gradient, 3 * kept**2, rtol=1e-8, atol=1e-9)
    direction = np.random.default_rng(8).standard_normal((3, 5))
    slope = directional_gradient(lambda: float((weights**3).sum()), weights, direction)
    assert slope == pytest.approx(float((3 * kept**2 * direction).sum()), rel=1e-8)
    np.testing.assert_array_equal(weights, kept)
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(1.0, -1.0) == 1
