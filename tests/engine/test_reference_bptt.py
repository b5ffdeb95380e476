"""The unrolled language model against finite differences: every weight, every state, the cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.reference.bptt import unrolled_bptt
from rnncore.reference.gradient_check import numerical_gradient, relative_error
from rnncore.reference.output import cross_entropy
from tests.engine.models import cells, networks, random_ids, random_state, small_model

T, N, V = 4, 2, 7


def tiny(changes: dict[str, Any]) -> dict[str, Any]:
    """Few enough weights to move each of them."""
    return changes | {"embedding_size": 3 if changes.get("tied") else 2, "hidden_size": 3}


@networks
def test_every_gradient_agrees_with_finite_differences(cell: str, changes: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    model = small_model(cell, V, **tiny(changes))
    params, state = model.parameters.as_dict(), random_state(model, N, rng)
    xs, ts = random_ids(rng, T, N, V)
    model.forward(xs, ts, train=True)
    masks = model.masks
    assert all((mask is None) != ("dropout" in changes) for mask in masks)

    def loss() -> float:
        return unrolled_bptt(CELLS[cell], params, xs, ts, state, masks).loss

    unrolled = unrolled_bptt(CELLS[cell], params, xs, ts, state, masks)
    assert set(unrolled.gradients) == set(params)
    for name, weight in params.items():
        numerical = numerical_gradient(loss, weight)
        assert relative_error(unrolled.gradients[name], numerical) < 1e-7, name
    for layer, cut in zip(state, unrolled.state_gradients, strict=True):
        for part, gradient in zip(layer, cut, strict=True):
            assert relative_error(gradient, numerical_gradient(loss, part)) < 1e-7


@pytest.mark.parametrize("layers", [1, 2])
@cells
def test_the_gradient_of_every_tick_agrees_with_finite_differences(cell: str, layers: int) -> None:
    """Cut the window after tick k, move h_k, and read on: that is dL/dh_k."""
    rng = np.random.default_rng(1)
    model = small_model(cell, V, embedding_size=3, hidden_size=5, layers=layers)
    params, start = model.parameters.as_dict(), random_state(model, N, rng)
    xs, ts = random_ids(rng, T, N, V)
    whole = unrolled_bptt(CELLS[cell], params, xs, ts, start)
    for k in range(T):
        state = unrolled_bptt(CELLS[cell], params, xs[: k + 1], ts[: k + 1], start).state
        h = state[-1][0]
        np.testing.assert_allclose(h, whole.hidden[k], rtol=1e-12)

        def loss(k: int = k, h: np.ndarray = h, state: tuple = state) -> float:
            here = cross_entropy(h @ params["affine.W"] + params["affine.b"], ts[k])
            if k == T - 1:
                return here / T
            rest = unrolled_bptt(CELLS[cell], params, xs[k + 1 :], ts[k + 1 :], state).loss
            return (here + rest * (T - 1 - k)) / T

        numerical = numerical_gradient(loss, h)
        assert relative_error(whole.hidden_gradients[k], numerical) < 1e-7, k


@cells
def test_the_state_is_read_carried_and_left_alone(cell: str) -> None:
    rng = np.random.default_rng(2)
    model = small_model(cell, V)
    params, start = model.parameters.as_dict(), random_state(model, N, rng)
    kept = [part.copy() for layer in start for part in layer]
    xs, ts = random_ids(rng, T, N, V)
    whole = unrolled_bptt(CELLS[cell], params, xs, ts, start)
    first = unrolled_bptt(CELLS[cell], params, xs[:1], ts[:1], start)
    rest = unrolled_bptt(CELLS[cell], params, xs[1:], ts[1:], first.state)
    assert whole.loss == pytest.approx((first.loss + rest.loss * (T - 1)) / T, rel=1e-12)
    for layer, expected in zip(rest.state, whole.state, strict=True):
        assert len(layer) == len(CELLS[cell].states)
        for part, other in zip(layer, expected, strict=True):
            np.testing.assert_allclose(part, other, rtol=1e-12)
    for part, copy in zip([p for layer in start for p in layer], kept, strict=True):
        np.testing.assert_array_equal(part, copy)
