"""Spectra of recurrent weights: gate by gate, and of matrices whose spectrum is known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.probes.spectra import from_plain, plain, spectra
from tests.engine.models import H, small_model


@pytest.mark.parametrize("cell", CELLS)
def test_every_gate_has_its_own_block(cell: str) -> None:
    model = small_model(cell, layers=2)
    found = spectra(model)
    assert tuple(spectrum.gate for spectrum in found) == CELLS[cell].gates
    for i, spectrum in enumerate(found):
        block = model.parameters["cell.1.Wh"][:, i * H : (i + 1) * H]
        assert spectrum.largest == pytest.approx(np.linalg.norm(block, 2))
        assert spectrum.eigenvalues.sum().real == pytest.approx(np.trace(block))
        assert abs(spectrum.eigenvalues.prod()) == pytest.approx(spectrum.singular_values.prod())
        assert spectrum.radius == pytest.approx(np.abs(np.linalg.eigvals(block)).max())
        assert spectrum.radius <= spectrum.largest
    assert spectra(model, 0)[0].largest != found[0].largest


def test_a_rotation_lies_on_the_unit_circle() -> None:
    model = small_model("rnn", hidden_size=2)
    angle = 0.3
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    model.parameters["cell.0.Wh"][...] = turn
    (spectrum,) = spectra(model)
    np.testing.assert_allclose(spectrum.singular_values, 1)
    np.testing.assert_allclose(np.abs(spectrum.eigenvalues), 1)
    np.testing.assert_allclose(np.sort(np.angle(spectrum.eigenvalues)), [-angle, angle])


@pytest.mark.parametrize(
    ("initializer", "known"), [("orthogonal", "largest"), ("spectral", "radius")]
)
def test_the_initializers_keep_their_promise(initializer: str, known: str) -> None:
    model = small_model("gru", initializer=initializer, recurrent_scale=1.5)
    model.parameters.values[...] = type(model)(model.config, 23).parameters.values
    for spectrum in spectra(model):
        assert getattr(spectrum, known) == pytest.approx(1.5)


def test_spectra_survive_being_written_down() -> None:
    found = spectra(small_model("lstm"))
    for kept, spectrum in zip(from_plain(json.loads(json.dumps(plain(found)))), found, strict=True):
        assert kept.gate == spectrum.gate
        np.testing.assert_array_equal(kept.singular_values, spectrum.singular_values)
        np.testing.assert_array_equal(kept.eigenvalues, spectrum.eigenvalues)
