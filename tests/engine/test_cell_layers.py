"""Every fused cell layer, alone, against its reference cell walked tick by tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.shapes import Array
from tests.engine.models import D, H, assert_close

cells = pytest.mark.parametrize("name", tuple(CELLS))
SIZES = ((5, 3), (7, 3), (7, 2), (1, 2), (5, 1), (5, 3), (5, 3))
"""Windows (T, N) one after the other: buffers grow, shrink, and are used again."""


class Walked(NamedTuple):
    hs: Array
    state: tuple[Array, ...]
    dxs: Array
    weights: list[Array]
    dhs: Array


def walk(
    name: str, weights: Sequence[Array], xs: Array, state: tuple[Array, ...], dys: Array
) -> Walked:
    """What the layer should give, from the reference cell's own step and its backward."""
    cell = CELLS[name]
    hs, tapes = [], []
    for x in xs:
        *advanced, tape = cell.step(x, *state, *weights)
        state = tuple(advanced)
        hs.append(state[0])
        tapes.append(tape)
    later = tuple(np.zeros_like(part) for part in state)
    totals = [np.zeros_like(weight) for weight in weights]
    dxs, dhs = np.zeros_like(xs), np.zeros_like(dys)
    for t in reversed(range(len(xs))):
        dhs[t] = dys[t] + later[0]
        back = cell.step_backward(dhs[t], *later[1:], tapes[t])
        dxs[t], later = back[0], tuple(back[1:-3])
        for total, gradient in zip(totals, back[-3:], strict=True):
            total += gradient
    return Walked(np.stack(hs), state, dxs, totals, dhs)


@cells
def test_a_layer_computes_what_its_reference_cell_does(name: str) -> None:
    cell, rng = CELLS[name], np.random.default_rng(0)
    G = len(cell.gates)
    shapes = ((D, G * H), (H, G * H), (G * H,))
    weights = [0.4 * rng.standard_normal(shape) for shape in shapes]
    gradients = [np.full(shape, 9.0) for shape in shapes]  # must be overwritten, not added to
    layer = cell.layer(tuple(weights), tuple(gradients))
    for ticks, streams in SIZES:
        xs, dys = rng.standard_normal((ticks, streams, D)), rng.standard_normal((ticks, streams, H))
        state = tuple(rng.uniform(-1, 1, (streams, H)) for _ in cell.states)
        expected = walk(name, weights, xs, state, dys)
        kept = [array.copy() for array in (xs, dys, *state, *weights)]

        layer.state = state
        hs = layer.forward(xs)
        assert_close(hs, expected.hs, 1e-12, "hs")
        assert_close(layer.hs, expected.hs, 1e-12, "layer.hs")
        dxs = layer.backward(dys)
        assert_close(dxs, expected.dxs, 1e-11, "dxs")
        assert_close(layer.dhs, expected.dhs, 1e-11, "dhs")
        for j, part in enumerate(expected.state):
            assert_close(layer.state[j], part, 1e-12, f"state {j}")
        for came, total in zip(gradients, expected.weights, strict=True):
            assert_close(came, total, 1e-11, "weights")
        for array, copy in zip((xs, dys, *state, *weights), kept, strict=True):
            np.testing.assert_array_equal(array, copy)


@cells
def test_the_carried_state_survives_the_next_window(name: str) -> None:
    """Whoever keeps `state` to go back to it must not see it change under the next window."""
    cell, rng = CELLS[name], np.random.default_rng(1)
    G = len(cell.gates)
    shapes = ((D, G * H), (H, G * H), (G * H,))
    layer = cell.layer(
        tuple(rng.standard_normal(shape) for shape in shapes),
        tuple(np.zeros(shape) for shape in shapes),
    )
    layer.state = tuple(np.zeros((3, H)) for _ in cell.states)
    layer.forward(rng.standard_normal((5, 3, D)))
    kept, copies = layer.state, [part.copy() for part in layer.state]
    layer.forward(rng.standard_normal((5, 3, D)))
    for part, copy in zip(kept, copies, strict=True):
        np.testing.assert_array_equal(part, copy)
