"""The fused model against the reference: to 1e-10 in float64, to 1e-5 in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.cells import CELLS
from rnncore.layers.embedding import MATCHES, TimeEmbedding
from rnncore.model import Rnnlm
from rnncore.reference.bptt import unrolled_bptt
from rnncore.reference.gradient_check import directional_gradient
from rnncore.reference_model import ReferenceRnnlm
from tests.engine.models import (
    NAMES,
    D,
    add_noise,
    assert_close,
    cells,
    gradients,
    networks,
    random_ids,
    random_state,
    small_config,
    small_model,
)

WINDOWS = ((5, 3), (5, 3), (7, 3), (2, 3), (5, 3), (13, 2), (13, 2), (1, 5), (31, 5))
"""(T, N), one after the other; the state is carried as long as N stays. The embedding's gradient
matches equal tokens in all but the last, where it sorts them."""
VOCABULARIES = (7, 29, 1009)
"""The first is mostly multiplied before its tokens are looked up, the others never."""


def test_the_windows_take_every_way_through_the_embedding() -> None:
    deferring = {
        V: {
            TimeEmbedding(np.zeros((V, D)), np.zeros((V, D))).should_defer(T, N) for T, N in WINDOWS
        }
        for V in VOCABULARIES
    }
    assert [(T * N) ** 2 <= MATCHES for T, N in WINDOWS] == [True] * 8 + [False]
    assert deferring == {7: {True, False}, 29: {False}, 1009: {False}}


@networks
@pytest.mark.parametrize("vocabulary_size", VOCABULARIES)
def test_fused_and_reference_agree_window_after_window(
    cell: str, changes: dict[str, Any], vocabulary_size: int
) -> None:
    rng = np.random.default_rng(0)
    model = small_model(cell, vocabulary_size, **changes)
    params = model.parameters.as_dict()
    state = random_state(model, WINDOWS[0][1], rng)
    model.state = state
    for T, N in WINDOWS:
        if state[0][0].shape[0] != N:  # the model begins anew from zero
            state = tuple(tuple(np.zeros((N, p.shape[1])) for p in layer) for layer in state)
        xs, ts = random_ids(rng, T, N, vocabulary_size)
        loss = model.forward(xs, ts, train=True)
        model.backward()
        expected = unrolled_bptt(CELLS[cell], params, xs, ts, state, model.masks)
        assert loss == pytest.approx(expected.loss, rel=1e-10)
        assert set(gradients(model)) == set(expected.gradients)
        for name, gradient in gradients(model).items():
            assert_close(gradient, expected.gradients[name], 1e-10, name)
        assert_close(model.hidden, expected.hidden, 1e-10, "hidden")
        assert_close(model.hidden_gradients, expected.hidden_gradients, 1e-10, "dL/dh")
        for came, wanted in zip(model.state, expected.state, strict=True):
            for part, other in zip(came, wanted, strict=True):
                assert_close(part, other, 1e-10, "state")
        state = expected.state


@settings(max_examples=60, deadline=None)
@given(
    cell=st.sampled_from(NAMES),
    sizes=st.tuples(*[st.integers(1, 6)] * 4),
    vocabulary_size=st.integers(1, 9),
    layers=st.integers(1, 3),
    tied=st.booleans(),
    seed=st.integers(0, 99),
)
def test_no_size_is_too_small(
    cell: str,
    sizes: tuple[int, int, int, int],
    vocabulary_size: int,
    layers: int,
    tied: bool,
    seed: int,
) -> None:
    """One tick, one stream, one unit, one word: every edge of every axis."""
    T, N, D, H = sizes
    shape: dict[str, Any] = {"embedding_size": H if tied else D, "hidden_size": H, "tied": tied}
    model = small_model(cell, vocabulary_size, layers=layers, **shape)
    rng = np.random.default_rng(seed)
    xs, ts = random_ids(rng, T, N, vocabulary_size)
    model.state = state = random_state(model, N, rng)
    expected = unrolled_bptt(CELLS[cell], model.parameters.as_dict(), xs, ts, state)
    assert model.forward(xs, ts) == pytest.approx(expected.loss, rel=1e-10, abs=1e-12)
    model.backward()
    for name, gradient in gradients(model).items():
        np.testing.assert_allclose(gradient, expected.gradients[name], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model.hidden, expected.hidden, rtol=1e-10)


@cells
def test_single_precision_agrees_with_double(cell: str) -> None:
    rng = np.random.default_rng(1)
    exact = small_model(cell, embedding_size=17, hidden_size=29, layers=2)
    single = Rnnlm(exact.config.with_changes(dtype="float32"), exact.vocabulary_size)
    single.parameters.values[...] = exact.parameters.values
    assert single.parameters.values.dtype == np.float32
    for _ in range(5):
        xs, ts = random_ids(rng, 13, 5)
        loss, expected = single.forward(xs, ts), exact.forward(xs, ts)
        single.backward()
        exact.backward()
        assert loss == pytest.approx(expected, rel=1e-5)
        wanted = gradients(exact)
        for name, gradient in gradients(single).items():
            assert gradient.dtype == np.float32
            assert_close(gradient, wanted[name], 1e-5, name)
        assert_close(single.hidden, exact.hidden, 1e-5)
        assert_close(single.hidden_gradients, exact.hidden_gradients, 1e-5)


@networks
def test_the_whole_gradient_along_a_random_direction(cell: str, changes: dict[str, Any]) -> None:
    rng = np.random.default_rng(2)
    model = small_model(cell, **changes)
    xs, ts = random_ids(rng, 7, 5)
    state, rng_state = random_state(model, 5, rng), model.rng.bit_generator.state

    def loss() -> float:
        model.state = state
        model.rng.bit_generator.state = rng_state  # the same dropout masks every time
        return model.forward(xs, ts, train=True)

    loss()
    model.backward()
    analytic = model.parameters.gradients.copy()
    for _ in range(3):
        direction = rng.standard_normal(analytic.shape)
        numerical = directional_gradient(loss, model.parameters.values, direction)
        assert numerical == pytest.approx(float(analytic @ direction), rel=1e-6, abs=1e-9)


@cells
def test_predictions_are_those_that_the_loss_is_made_of(cell: str) -> None:
    rng = np.random.default_rng(3)
    model = small_model(cell)
    xs, ts = random_ids(rng)
    probabilities = model.predict(xs)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-12)
    picked = np.take_along_axis(probabilities, ts[..., None], axis=-1)
    model.reset_state()
    assert model.forward(xs, ts) == pytest.approx(-float(np.log(picked).mean()), rel=1e-12)


@networks
def test_the_reference_engine_is_a_model_like_the_fused_one(
    cell: str, changes: dict[str, Any]
) -> None:
    """engine = reference drives the same trainer, so it must offer what Rnnlm offers."""
    config, rng = small_config(cell, **changes), np.random.default_rng(4)
    fused, reference = Rnnlm(config, 23), ReferenceRnnlm(config, 23)
    add_noise(fused)
    add_noise(reference)
    for _ in range(2):
        xs, ts = random_ids(rng)
        loss = reference.forward(xs, ts, train=True)
        assert loss == pytest.approx(fused.forward(xs, ts, train=True), rel=1e-10)
        reference.backward()
        fused.backward()
        for name, gradient in gradients(fused).items():
            assert_close(reference.parameters.gradient(name), gradient, 1e-10, name)
        assert_close(reference.hidden, fused.hidden, 1e-10)
        assert_close(reference.hidden_gradients, fused.hidden_gradients, 1e-10)
        for came, wanted in zip(reference.state, fused.state, strict=True):
            for part, other in zip(came, wanted, strict=True):
                assert_close(part, other, 1e-10)
