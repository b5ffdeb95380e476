"""The loss layer that never writes the probabilities down: exact, and safe for any logits."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.layers.softmax_with_loss import BLOCK_BYTES, TimeSoftmaxWithLoss
from rnncore.model import Rnnlm
from rnncore.reference.bptt import unrolled_bptt
from rnncore.reference.output import cross_entropy, cross_entropy_backward
from rnncore.shapes import Array, Ids
from tests.engine.models import assert_close, gradients, random_ids, random_state, small_model


def loss_and_gradient(logits: Array, targets: Ids) -> tuple[float, Array]:
    """As the model calls the layer: again, with the maximum subtracted, if it asks for that."""
    layer = TimeSoftmaxWithLoss()
    loss = layer.forward(logits.copy(), targets)
    if loss is None:
        loss = layer.forward(logits.copy(), targets, shift=True)
    assert loss is not None
    residual, row_scale = layer.backward()
    return loss, residual * row_scale


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("scale", [1, 30, 80, 300, 1e4])
def test_loss_and_gradient_are_those_of_the_reference(scale: float, dtype: str) -> None:
    rng = np.random.default_rng(0)
    logits = (scale * rng.standard_normal((37, 23))).astype(dtype)
    targets = rng.integers(23, size=37)
    exact = logits.astype("float64")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, gradient = loss_and_gradient(logits, targets)
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    assert loss == pytest.approx(cross_entropy(exact, targets), rel=tolerance)
    assert_close(gradient, cross_entropy_backward(exact, targets), 10 * tolerance)


@pytest.mark.parametrize("shift", [-200.0, -60.0, 60.0, 200.0, 1e5])
def test_a_constant_on_all_logits_changes_nothing(shift: float) -> None:
    rng = np.random.default_rng(1)
    logits, targets = rng.standard_normal((11, 5)), rng.integers(5, size=11)
    expected = loss_and_gradient(logits, targets)
    loss, gradient = loss_and_gradient((logits + shift).astype("float32"), targets)
    assert loss == pytest.approx(expected[0], rel=3e-3)  # float32 near 1e5 has two digits left
    assert np.isfinite(gradient).all()
    assert_close(gradient, expected[1], 3e-2)


def test_more_rows_than_one_block_holds() -> None:
    V = BLOCK_BYTES // 8 // 3 + 1  # two rows a block
    rng = np.random.default_rng(2)
    logits, targets = rng.standard_normal((7, V)), rng.integers(V, size=7)
    loss, gradient = loss_and_gradient(logits, targets)
    assert loss == pytest.approx(cross_entropy(logits, targets), rel=1e-12)
    assert_close(gradient, cross_entropy_backward(logits, targets), 1e-12)


def huge(model: Rnnlm) -> None:
    """Weights of the affine layer that send exp far beyond every float."""
    model.parameters["affine.W"][...] *= 3e3


def test_a_model_with_huge_logits_agrees_with_the_reference_and_does_not_warn() -> None:
    model, rng = small_model(), np.random.default_rng(3)
    huge(model)
    xs, ts = random_ids(rng)
    state = random_state(model, xs.shape[1], rng)
    expected = unrolled_bptt(CELLS["rnn"], model.parameters.as_dict(), xs, ts, state)
    assert expected.loss > 100
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.state = state
        loss = model.forward(xs, ts)
        model.backward()
    assert loss == pytest.approx(expected.loss, rel=1e-10)
    for name, gradient in gradients(model).items():
        assert_close(gradient, expected.gradients[name], 1e-10, name)


def test_normal_windows_after_a_huge_one_are_computed_as_ever() -> None:
    model, rng = small_model(), np.random.default_rng(4)
    xs, ts = random_ids(rng)
    kept = model.parameters.values.copy()
    before = model.forward(xs, ts)
    huge(model)
    model.forward(xs, ts)
    model.parameters.values[...] = kept
    model.reset_state()
    assert model.forward(xs, ts) == before
