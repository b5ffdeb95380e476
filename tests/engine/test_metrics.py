"""Perplexity, bits, and held-out text of which every token counts once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.initializers import spectral_radius
from rnncore.metrics import (
    FEWEST,
    LARGEST,
    MOST,
    ONE_STREAM,
    bits,
    carried_loss,
    fresh_loss,
    held_out_loss,
    perplexity,
    streams_of,
)
from rnncore.model import Rnnlm
from rnncore.reference.evaluation import stream_loss
from rnncore.shapes import Ids
from tests.engine.models import V, cells, networks, small_model

LENGTHS = (2, 3, 60, 101, ONE_STREAM - 1, ONE_STREAM, 5_003)


def some_text(length: int) -> Ids:
    return np.random.default_rng(0).integers(V, size=length)


def reference(model: Rnnlm, ids: Ids, time_size: int | None = None) -> float:
    return stream_loss(CELLS[model.config.cell], model.parameters.as_dict(), ids, time_size)


def chaotic_model(**changes: Any) -> Rnnlm:
    """Its states never forget where they began."""
    model = small_model(hidden_size=43, embedding_size=5, dtype="float32", **changes)
    Wh = model.parameters["cell.0.Wh"]
    Wh *= 5 / spectral_radius(Wh)
    return model


def test_perplexity_and_bits_are_the_loss_in_other_words() -> None:
    assert perplexity(math.log(53)) == pytest.approx(53)
    assert bits(math.log(8)) == pytest.approx(3)
    assert perplexity(0) == 1 and bits(0) == 0
    assert perplexity(1e9) == perplexity(math.inf) == LARGEST


def test_a_model_that_knows_nothing_has_the_perplexity_of_the_vocabulary() -> None:
    model = small_model()
    model.parameters.values[...] = 0
    for length in LENGTHS:
        assert perplexity(carried_loss(model, some_text(length))) == pytest.approx(V, rel=1e-12)
        assert perplexity(fresh_loss(model, some_text(length), 7)) == pytest.approx(V, rel=1e-12)


@pytest.mark.slow
@cells
@pytest.mark.parametrize("length", LENGTHS)
def test_the_figure_is_that_of_one_uninterrupted_stream(cell: str, length: int) -> None:
    model, ids = small_model(cell), some_text(length)
    tolerance = 1e-12 if length < ONE_STREAM else 1e-9  # the warm-up forgets that much
    assert carried_loss(model, ids) == pytest.approx(reference(model, ids), rel=tolerance)


@networks
@pytest.mark.parametrize("length", [101, pytest.param(5_003, marks=pytest.mark.slow)])
def test_so_it_is_for_every_way_to_build_a_network(
    cell: str, changes: dict[str, Any], length: int
) -> None:
    model, ids = small_model(cell, **changes), some_text(length)
    assert held_out_loss(model, ids) == pytest.approx(reference(model, ids), rel=1e-9)


@cells
@pytest.mark.parametrize("time_size", [1, 5, 59, 60, 1000, 3000])
@pytest.mark.parametrize("length", [2, 60, 61, pytest.param(2047, marks=pytest.mark.slow)])
def test_a_run_that_is_not_stateful_is_measured_in_windows_from_zero(
    cell: str, length: int, time_size: int
) -> None:
    model, ids = small_model(cell, stateful=False, time_size=time_size), some_text(length)
    expected = reference(model, ids, time_size)
    assert held_out_loss(model, ids) == pytest.approx(expected, rel=1e-12)
    assert fresh_loss(model, ids, time_size) == held_out_loss(model, ids)


@pytest.mark.parametrize("length", [60, 4000, 7000])
@pytest.mark.parametrize("stateful", [True, False])
def test_streams_and_windows_of_training_change_no_bit(length: int, stateful: bool) -> None:
    """Not even where a last digit that rounds another way grows to another text of states."""
    ids = some_text(length)
    losses = {
        held_out_loss(
            chaotic_model(batch_size=batch_size, time_size=time_size, stateful=stateful), ids
        )
        for batch_size in (1, 7, 20, 400)
        for time_size in ((2, 35) if stateful else (5,))
    }
    assert len(losses) == 1


def test_a_network_that_does_not_forget_its_beginning_is_read_by_one_stream() -> None:
    model, ids = chaotic_model(), some_text(6000)
    model.reset_state()
    whole = model.measure(ids[:-1, None], ids[1:, None])
    assert carried_loss(model, ids) == pytest.approx(whole, rel=1e-5)


def test_a_counter_is_read_by_one_stream_too() -> None:
    """Units that hold what they once were told: no warm-up of any length is enough."""
    model = small_model("lstm", dtype="float64")
    H = model.config.hidden_size
    Wx, Wh, b = (model.parameters[f"cell.0.{name}"] for name in ("Wx", "Wh", "b"))
    Wx *= 0.3
    Wh[...] = 0
    b[H : 2 * H] = 30  # the gate that forgets
    ids = some_text(6000)
    assert carried_loss(model, ids) == pytest.approx(reference(model, ids), rel=1e-9)


def test_the_length_alone_says_how_many_streams_read_a_text() -> None:
    assert {streams_of(length) for length in range(2, ONE_STREAM)} == {1}
    assert streams_of(ONE_STREAM) == streams_of(10_005) == FEWEST
    assert streams_of(20_000) == 40
    assert streams_of(10**7) == MOST


def test_the_measure_forgets_what_the_model_read_before() -> None:
    for length in (100, 6000):
        model, ids = small_model(), some_text(length)
        once = held_out_loss(model, ids)
        model.forward(*np.ones((2, 5, 3), int))
        assert held_out_loss(model, ids) == once
        model.forward(*np.ones((2, 5, 1), int))
        assert held_out_loss(model, ids) == once


def test_dropout_is_off_while_measuring() -> None:
    ids = some_text(100)
    assert held_out_loss(small_model(dropout=0.5), ids) == held_out_loss(small_model(), ids)
