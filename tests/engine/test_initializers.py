"""Initial values: as large as promised, from the seed alone, and the book's to the last digit."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.initializers import spectral_radius
from rnncore.model import Rnnlm
from rnncore.shapes import Array
from tests.engine.models import cells

V, D, H = 211, 53, 101


def weights(cell: str = "rnn", **changes: object) -> dict[str, Array]:
    sizes = {"embedding_size": D, "hidden_size": H, "dtype": "float64"}
    return Rnnlm(Config.parse({"cell": cell, **sizes, **changes}), V).parameters.as_dict()


def gates(Wh: Array) -> list[Array]:
    return np.split(Wh, Wh.shape[1] // H, axis=1)


@cells
def test_deviations_follow_the_fan_in(cell: str) -> None:
    drawn = weights(cell, layers=2)
    lengths = {"embedding.W": D, "cell.0.Wx": D, "affine.W": H}
    lengths |= {"cell.0.Wh": H, "cell.1.Wx": H, "cell.1.Wh": H}
    for name, weight in drawn.items():
        if weight.ndim == 1:
            assert not weight.any(), name
        else:
            assert weight.std() == pytest.approx(1 / np.sqrt(lengths[name]), rel=0.05), name
            assert abs(weight.mean()) < 4 * weight.std() / np.sqrt(weight.size), name


@pytest.mark.parametrize("initializer", ["xavier", "orthogonal", "spectral", "book"])
def test_the_seed_alone_decides(initializer: str) -> None:
    one = weights(initializer=initializer, seed=7)
    same = weights(initializer=initializer, seed=7, learning_rate=0.5, batch_size=3)
    other = weights(initializer=initializer, seed=8)
    for name, weight in one.items():
        np.testing.assert_array_equal(weight, same[name])
        assert weight.ndim == 1 or (weight != other[name]).all(), name


def test_no_two_matrices_repeat_the_same_draws() -> None:
    drawn = weights(embedding_size=H)
    assert (drawn["cell.0.Wx"] != drawn["cell.0.Wh"]).all()


@pytest.mark.parametrize("initializer", ["xavier", "orthogonal", "spectral", "book"])
def test_recurrent_scale_multiplies_the_recurrent_weights_only(initializer: str) -> None:
    plain = weights(initializer=initializer)
    for scale in (2.5, 0.0):
        scaled = weights(initializer=initializer, recurrent_scale=scale)
        for name, weight in plain.items():
            factor = scale if name.endswith(".Wh") else 1
            np.testing.assert_allclose(scaled[name], factor * weight, rtol=1e-12)


@cells
def test_orthogonal_gates_change_no_length(cell: str) -> None:
    for gate in gates(weights(cell, initializer="orthogonal")["cell.0.Wh"]):
        np.testing.assert_allclose(gate @ gate.T, np.eye(H), atol=1e-12)


@cells
def test_spectral_gates_have_the_radius_asked_for(cell: str) -> None:
    drawn = gates(weights(cell, initializer="spectral", recurrent_scale=0.7)["cell.0.Wh"])
    assert len(drawn) == len(CELLS[cell].gates)
    for gate in drawn:
        assert np.abs(np.linalg.eigvals(gate)).max() == pytest.approx(0.7, rel=1e-9)
        assert spectral_radius(gate) == pytest.approx(0.7, rel=1e-9)


@pytest.mark.parametrize("seed", [0, 123, 2**32 - 1])
def test_the_book_draws_from_the_legacy_generator_in_its_order(seed: int) -> None:
    legacy = np.random.RandomState(seed)
    expected = {
        "embedding.W": legacy.randn(V, D) / 100,
        "cell.0.Wx": legacy.randn(D, H) / np.sqrt(D),
        "cell.0.Wh": legacy.randn(H, H) / np.sqrt(H),
        "cell.0.b": np.zeros(H),
        "affine.W": legacy.randn(H, V) / np.sqrt(H),
        "affine.b": np.zeros(V),
    }
    drawn = weights(initializer="book", seed=seed, dtype="float32")
    assert list(drawn) == list(expected)
    for name, weight in expected.items():
        assert drawn[name].dtype == np.float32
        np.testing.assert_array_equal(drawn[name], weight.astype("float32"))


@cells
def test_the_forget_bias_opens_the_forget_gate_and_changes_nothing_else(cell: str) -> None:
    plain, opened = weights(cell, layers=2), weights(cell, layers=2, forget_bias=1.5)
    record = CELLS[cell]
    for name, weight in plain.items():
        expected = weight.copy()
        if name.endswith(".b") and name.startswith("cell.") and record.forget is not None:
            np.split(expected, len(record.gates))[record.gates.index(record.forget)][...] = 1.5
        np.testing.assert_array_equal(opened[name], expected)


def test_the_cells_that_forget() -> None:
    shipped = {name: CELLS[name].forget for name in ("rnn", "lstm", "gru")}
    assert shipped == {"rnn": None, "lstm": "f", "gru": None}
