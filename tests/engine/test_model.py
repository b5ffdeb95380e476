"""What a model carries from window to window, what it cuts, and what its twins share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.errors import ConfigError, ShapeError
from rnncore.model import Rnnlm, State, parameter_shapes
from rnncore.reference.bptt import unrolled_bptt
from rnncore.reference_model import ReferenceRnnlm
from tests.engine.models import (
    V,
    assert_close,
    cells,
    gradients,
    networks,
    random_ids,
    random_state,
    small_config,
    small_model,
)

T, N = 5, 3


def parts(state: State) -> list[np.ndarray]:
    return [part for layer in state for part in layer]


@networks
def test_the_state_crosses_the_window_boundary(cell: str, changes: dict[str, Any]) -> None:
    """Two windows of T ticks read like one of 2T."""
    rng = np.random.default_rng(0)
    model = small_model(cell, **changes)
    xs, ts = random_ids(rng, 2 * T, N)
    start = random_state(model, N, rng)
    model.state = start
    long_loss, long_hidden = model.forward(xs, ts), model.hidden.copy()
    long_state = parts(model.state)
    model.state = start
    first_loss, first_hidden = model.forward(xs[:T], ts[:T]), model.hidden.copy()
    second_loss, second_hidden = model.forward(xs[T:], ts[T:]), model.hidden.copy()
    assert (first_loss + second_loss) / 2 == pytest.approx(long_loss, rel=1e-12)
    assert_close(np.concatenate((first_hidden, second_hidden)), long_hidden, 1e-12)
    for part, expected in zip(parts(model.state), long_state, strict=True):
        assert_close(part, expected, 1e-12)


@cells
def test_the_gradient_does_not_cross_it(cell: str) -> None:
    """What two windows miss of the gradient of a long one is what the state would bring back.

    Along any direction of the weights:  2 dL/ds = dL1/ds + dL2/ds + dL2/dstate . dstate/ds
    """
    rng = np.random.default_rng(1)
    model = small_model(cell, layers=2)
    xs, ts = random_ids(rng, 2 * T, N)
    start = random_state(model, N, rng)

    def gradient(xs: np.ndarray, ts: np.ndarray) -> np.ndarray:
        model.forward(xs, ts)
        model.backward()
        return model.parameters.gradients.copy()

    model.state = start
    whole = gradient(xs, ts)
    model.state = start
    first = gradient(xs[:T], ts[:T])
    between = model.state
    second = gradient(xs[T:], ts[T:])
    reference = unrolled_bptt(CELLS[cell], model.parameters.as_dict(), xs[T:], ts[T:], between)

    direction = rng.standard_normal(whole.shape)
    weights, epsilon = model.parameters.values, 1e-6
    kept, reached = weights.copy(), []
    for sign in (1, -1):
        weights[...] = kept + sign * epsilon * direction
        model.state = start
        model.hidden_states(xs[:T])
        reached.append([part.copy() for part in parts(model.state)])
    weights[...] = kept
    cut = sum(
        float((gradient * (above - below)).sum()) / (2 * epsilon)
        for gradient, above, below in zip(parts(reference.state_gradients), *reached, strict=True)
    )
    windows = float(direction @ (first + second))
    assert float(2 * direction @ whole) == pytest.approx(windows + cut, rel=1e-7)
    assert abs(cut) > 1e-3 * abs(windows)


@networks
def test_gradients_are_overwritten_and_not_added_up(cell: str, changes: dict[str, Any]) -> None:
    model, rng = small_model(cell, **{**changes, "dropout": 0}), np.random.default_rng(2)
    xs, ts = random_ids(rng)
    model.forward(xs, ts)
    model.backward()
    once = gradients(model)
    model.forward(*random_ids(rng))
    model.backward()
    model.reset_state()
    model.forward(xs, ts)
    model.backward()
    for name, gradient in gradients(model).items():
        np.testing.assert_array_equal(gradient, once[name])


@cells
def test_another_number_of_streams_begins_from_zero(cell: str) -> None:
    model, rng = small_model(cell), np.random.default_rng(3)
    xs, ts = random_ids(rng, T, 2)
    fresh = model.forward(xs, ts)
    model.forward(*random_ids(rng, T, 3))
    assert model.forward(xs, ts) == fresh
    assert model.forward(xs, ts) != fresh  # the second time it has a past
    model.reset_state()
    assert model.forward(xs, ts) == fresh


@networks
def test_a_twin_shares_the_weights_and_nothing_else(cell: str, changes: dict[str, Any]) -> None:
    model, rng = small_model(cell, **changes), np.random.default_rng(4)
    xs, ts = random_ids(rng)
    model.forward(xs, ts, train=True)
    model.backward()
    twin = model.twin()
    kept = [array.copy() for array in (model.hidden, model.hidden_gradients, *parts(model.state))]
    before, rng_state = gradients(model), model.rng.bit_generator.state

    twin.forward(*random_ids(rng))
    twin.predict(xs)
    twin.forward(*random_ids(rng, 2 * T, N + 1))

    now = [model.hidden, model.hidden_gradients, *parts(model.state)]
    for array, copy in zip(now, kept, strict=True):
        np.testing.assert_array_equal(array, copy)
    for name, gradient in gradients(model).items():
        np.testing.assert_array_equal(gradient, before[name])
    assert model.rng.bit_generator.state == rng_state

    model.parameters["affine.b"][0] += 3  # seen by the twin at once
    model.reset_state()
    twin.reset_state()
    assert twin.forward(xs, ts) == model.forward(xs, ts)


@cells
def test_dropout_acts_in_training_only(cell: str) -> None:
    model, rng = small_model(cell, layers=2, dropout=0.25), np.random.default_rng(5)
    xs, ts = random_ids(rng, T, 101)
    losses = set()
    for _ in range(3):
        model.reset_state()
        losses.add(model.forward(xs, ts, train=True))
        assert [mask.shape for mask in model.masks if mask is not None] == [
            (101, 7),
            (101, 11),
            (101, 11),
        ]
        for mask in model.masks:
            assert mask is not None
            np.testing.assert_allclose(np.unique(mask), [0, 1 / 0.75])
            assert np.mean(mask) == pytest.approx(1, abs=0.05)
    assert len(losses) == 3
    model.reset_state()
    plain = model.forward(xs, ts)
    assert model.masks == (None, None, None)
    without = small_model(cell, layers=2)
    np.testing.assert_array_equal(without.parameters.values, model.parameters.values)
    assert without.forward(xs, ts, train=True) == plain


def test_tied_weights_are_one_matrix() -> None:
    model = small_model(tied=True, embedding_size=11)
    assert "embedding.W" not in model.parameters.names
    model.parameters["affine.W"][2, 5] = 42
    assert model.embedding_table.shape == (V, 11) and model.embedding_table[5, 2] == 42


def test_ids_that_do_not_fit_are_refused() -> None:
    model = small_model()
    xs, ts = random_ids(np.random.default_rng(6))
    for wrong in (-1, V, 10**12):
        bad = xs.copy()
        bad[1, 2] = wrong
        with pytest.raises(ShapeError, match=f"id {wrong}, but the vocabulary has 0 ... {V - 1}"):
            model.forward(bad, ts)
    with pytest.raises(ShapeError, match="ids came as float64"):
        model.forward(xs + 0.5, ts)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="targets"):
        model.forward(xs, ts[1:])
    with pytest.raises(ShapeError, match="ids"):
        model.logits(xs[0])
    model.forward(xs, ts)  # and it still works


def test_a_model_too_large_for_the_memory_is_not_begun() -> None:
    with pytest.raises(ConfigError, match="GiB"):
        Rnnlm(small_config(hidden_size=10**6), V)


@networks
def test_parameters_lie_one_after_the_other(cell: str, changes: dict[str, Any]) -> None:
    model = small_model(cell, **changes)
    parameters = model.parameters
    assert {name: parameters[name].shape for name in parameters.names} == parameter_shapes(
        model.config, V
    )
    joined = np.concatenate([parameters[name].ravel() for name in parameters.names])
    np.testing.assert_array_equal(joined, parameters.values)
    both, _ = parameters.block("affine.W", "affine.b")
    np.testing.assert_array_equal(both[-1], parameters["affine.b"])
    with pytest.raises(ValueError, match="neighbours"):
        parameters.block("cell.0.Wx", "affine.b")


@networks
@pytest.mark.parametrize("part_bytes", [1, 500, 2**20])
def test_measuring_in_parts_gives_the_loss_of_the_whole(
    cell: str, changes: dict[str, Any], part_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.layers.affine.PART_BYTES", part_bytes)
    model, other = small_model(cell, **changes), small_model(cell, **changes)
    rng = np.random.default_rng(7)
    for ticks, streams in ((5, 3), (4, 3), (1, 1), (5, 3)):
        xs, ts = random_ids(rng, ticks, streams)
        assert model.measure(xs, ts) == pytest.approx(other.forward(xs, ts), rel=1e-12)
        for part, expected in zip(parts(model.state), parts(other.state), strict=True):
            np.testing.assert_array_equal(part, expected)


def test_measuring_a_part_with_huge_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnncore.layers.affine.PART_BYTES", 4 * V * 8)
    model = small_model()
    model.parameters["affine.W"][...] *= 3e3
    xs, ts = random_ids(np.random.default_rng(8))
    loss = model.measure(xs, ts)
    model.reset_state()
    assert loss == pytest.approx(model.forward(xs, ts), rel=1e-12) and loss > 100


@pytest.mark.parametrize("kind", [Rnnlm, ReferenceRnnlm])
def test_a_target_outside_the_vocabulary_is_refused(kind: type[Rnnlm]) -> None:
    model = kind(small_config(), V)
    xs, ts = random_ids(np.random.default_rng(9))
    for wrong in (-1, V):
        ts[2, 1] = wrong
        for read in (model.forward, model.measure):
            with pytest.raises(ShapeError, match="targets"):
                read(xs, ts)
