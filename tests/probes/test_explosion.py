"""Scaled recurrent weights: real gradients of real windows, and a histogram that loses nothing."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.optimizers import clip, global_norm
from rnncore.probes.explosion import explosion, norm_histogram, scaled_copy
from rnncore.probes.gradient_flow import gradient_flow
from rnncore.probes.spectra import spectra
from rnncore.text.windows import Window, Windows
from tests.engine.models import V, small_model
from tests.probes.tools import copied, same, standing_model

N, T, K = 3, 5, 4
SCALES = (0.5, 1.0, 3.0)


def some_windows() -> list[Window]:
    windows = Windows(np.random.default_rng(0).integers(V, size=100), N, T)
    return [windows.window(k) for k in range(K)]


@pytest.mark.parametrize("cell", CELLS)
def test_norms_are_those_of_a_model_with_scaled_weights(cell: str) -> None:
    model = standing_model(cell, layers=2)
    before, weights = copied(model.state), model.parameters.values.copy()
    found = explosion(model, some_windows(), SCALES, limit=0.3)
    assert same(model.state, before)
    np.testing.assert_array_equal(model.parameters.values, weights)
    for s, scale in enumerate(SCALES):
        other = Rnnlm(model.config, V)
        other.parameters.values[...] = weights
        for layer in range(2):
            other.parameters[f"cell.{layer}.Wh"][...] *= scale
        for k, (xs, ts, _) in enumerate(some_windows()):
            if k == K - 1:
                profile = gradient_flow(other, xs, ts).profile()
            assert found.losses[s, k] == pytest.approx(other.forward(xs, ts), rel=1e-10)
            other.backward()
            norm = global_norm(other.parameters)
            assert found.norms[s, k] == pytest.approx(norm, rel=1e-10)
            clip(other.parameters, norm, 0.3)
            assert found.clipped[s, k] == pytest.approx(global_norm(other.parameters), rel=1e-10)
        np.testing.assert_allclose(found.profiles[s], profile, rtol=1e-8)
    assert (found.radii is None) == (cell != "rnn")


def test_radii_are_those_of_the_scaled_weights() -> None:
    model = standing_model("rnn")
    found = explosion(model, some_windows(), SCALES, limit=0.0)
    assert found.radii is not None
    for radius, scale in zip(found.radii, SCALES, strict=True):
        assert spectra(scaled_copy(model, scale))[0].radius == pytest.approx(radius)
    np.testing.assert_array_equal(found.clipped, found.norms)


def test_a_single_precision_model_explodes_without_overflow() -> None:
    model = small_model("rnn", dtype="float32", hidden_size=2)
    model.parameters.values[...] *= 1e-3  # nearly at rest: every tanh' is 1
    model.parameters["cell.0.Wh"][...] = np.eye(2)
    windows = Windows(np.random.default_rng(0).integers(V, size=200), 1, 40)
    found = explosion(model, [windows.window(0)], [1.0, 1e20], limit=1.0)
    assert np.isfinite(found.norms).all()
    assert scaled_copy(model, 1.0).parameters.values.dtype == np.float64


def test_the_histogram_counts_every_norm() -> None:
    norms = np.array([[0.01, 0.5, 0.5], [2.0, 30.0, 0.9]])
    histogram = norm_histogram(norms, limit=1.0, bins=7)
    assert histogram.counts.sum() == norms.size
    assert histogram.edges.shape == (8,)
    assert histogram.edges[0] < 0.01 and histogram.edges[-1] > 30
    assert histogram.share == pytest.approx(2 / 6)
    ratios = histogram.edges[1:] / histogram.edges[:-1]
    np.testing.assert_allclose(ratios, ratios[0])
    assert norm_histogram(norms, limit=0.0).share == 0
    assert norm_histogram(norms, limit=500.0).edges[-1] > 500
    with_nan = norm_histogram(np.array([1.0, np.inf, 0.0, 2.0]), limit=1.5)
    assert with_nan.counts.sum() == 2 and with_nan.share == 0.5
