"""The gradient flow against the ordinary backward pass and against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.probes.gradient_flow import gradient_flow, state_gradients
from rnncore.probes.reading import read
from rnncore.reference.gradient_check import numerical_gradient
from tests.engine.models import N, T, assert_close
from tests.probes.tools import copied, last_loss, same, standing_model, window

cells = pytest.mark.parametrize("cell", CELLS)


@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_summed_over_the_losses_it_is_the_ordinary_backward_pass(cell: str, layers: int) -> None:
    model, (xs, ts) = standing_model(cell, layers=layers), window()
    before = copied(model.state)
    sums = state_gradients(model, xs, ts)
    assert same(model.state, before)
    model.forward(xs, ts)
    model.backward()
    assert_close(sums / (T * N), model.hidden_gradients, 1e-10)


@cells
def test_every_norm_agrees_with_finite_differences(cell: str) -> None:
    """Stop after tick k, move the state, read on to tick t: that is dL_t/dh_k, and dL_t/dc_k."""
    model, (xs, ts) = standing_model(cell, layers=2), window(1)
    flow = gradient_flow(model, xs, ts)
    states = read(model, xs).states
    measured = [flow.norms, flow.memory_norms][: len(CELLS[cell].states)]
    for k in range(T):
        for t in range(k, T):
            for norms, part in zip(measured, states[k][-1], strict=True):
                assert norms is not None

                def loss(k: int = k, t: int = t) -> float:
                    return last_loss(model, xs[k + 1 : t + 1], ts[t], states[k])

                exact = np.linalg.norm(numerical_gradient(loss, part), axis=1)
                np.testing.assert_allclose(norms[t, k], exact, rtol=1e-6, atol=1e-9)
    assert not np.triu(flow.matrix(), 1).any()
    assert (flow.memory_norms is None) == (cell != "lstm")


def test_profile_and_quantiles_take_every_pair_of_a_distance() -> None:
    model, (xs, ts) = standing_model("rnn"), window()
    flow = gradient_flow(model, xs, ts)
    for d in range(T):
        pairs = [flow.norms[t, t - d, n] for t in range(d, T) for n in range(N)]
        assert flow.profile()[d] == pytest.approx(np.mean(pairs))
        np.testing.assert_allclose(
            flow.quantiles((0.0, 0.5, 1.0))[:, d], np.quantile(pairs, (0, 0.5, 1))
        )
    assert flow.quantiles().shape == (3, T)


def test_a_cell_of_the_matrix_names_its_two_tokens() -> None:
    model, (xs, ts) = standing_model("gru"), window()
    ts[:-1] = xs[1:]  # a real text: each target is read next
    flow = gradient_flow(model, xs, ts)
    words = [f"w{i}" for i in range(23)]
    matrix = flow.stream(1, xs, ts, words)
    np.testing.assert_array_equal(matrix.norms, flow.norms[:, :, 1])
    assert matrix.state_read == tuple(words[i] for i in xs[:, 1])
    assert matrix.loss_of[:-1] == matrix.state_read[1:]


@cells
def test_the_memory_has_a_profile_of_its_own_where_there_is_one(cell: str) -> None:
    flow = gradient_flow(standing_model(cell), *window())
    profile = flow.memory_profile()
    if flow.memory_norms is None:
        assert profile is None
        return
    assert profile is not None
    assert profile[0] == 0  # the loss reads h alone
    pairs = [flow.memory_norms[k + 1, k].mean() for k in range(T - 1)]
    assert profile[1] == pytest.approx(np.mean(pairs))
