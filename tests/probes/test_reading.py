"""Reading with the reference: the fused model's states, from its state, without touching it."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.errors import ShapeError
from rnncore.model import Rnnlm
from rnncore.probes.reading import (
    WARM_UP,
    next_tokens,
    read,
    running_text,
    stretches,
    warmed_stretches,
)
from rnncore.text.corpus import load_corpus
from tests.probes.tools import copied, same, standing_model, window

cells = pytest.mark.parametrize("cell", CELLS)


@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_it_reads_what_the_model_reads_and_leaves_it_alone(cell: str, layers: int) -> None:
    model, (xs, _) = standing_model(cell, layers=layers), window()
    before = copied(model.state)
    reading = read(model, xs)
    assert same(model.state, before)
    twin = model.twin()
    twin.state = before
    probabilities = twin.predict(xs)
    np.testing.assert_allclose(reading.hidden, twin.hidden, rtol=1e-10)
    np.testing.assert_allclose(next_tokens(model, reading.hidden), probabilities, rtol=1e-10)
    for layer, expected in zip(reading.states[-1], twin.state, strict=True):
        np.testing.assert_allclose(layer, expected, rtol=1e-10)


def test_another_number_of_streams_is_read_from_zero() -> None:
    model, (xs, _) = standing_model("lstm"), window(streams=5)
    fresh = model.twin()
    np.testing.assert_array_equal(read(model, xs).hidden, read(fresh, xs).hidden)


def test_ids_of_another_shape_are_refused() -> None:
    with pytest.raises(ShapeError, match="ids"):
        read(standing_model("rnn"), np.zeros(3, np.int64))


def test_stretches_are_spread_over_the_text_and_fewer_where_it_is_short() -> None:
    text = np.arange(100)
    assert stretches(text, 10, 4).shape == (10, 4)
    assert stretches(text, 10, 4)[0].tolist() == [0, 30, 60, 90]
    assert stretches(text, 60, 4).shape == (60, 1)
    assert stretches(text, 500, 4)[:, 0].tolist() == text.tolist()


def test_running_text_goes_on_where_the_model_stands() -> None:
    config = Config(corpus="lag", grammar_tokens=2000, hidden_size=5, embedding_size=3)
    corpus = load_corpus(config)
    model = Rnnlm(config, len(corpus.vocabulary))
    text = running_text(model, corpus, ticks=7, streams=3)
    assert text.xs.shape == text.ts.shape == (7, 3)
    np.testing.assert_array_equal(text.xs[1:], text.ts[:-1])
    whole = warmed_stretches(corpus.valid, 7, 3)
    twin = model.twin()
    expected = twin.hidden_states(whole[:-1])[-7:]
    np.testing.assert_allclose(read(text.model, text.xs).hidden, expected, rtol=1e-4, atol=1e-6)
    assert model.state == ((),)


def test_running_text_of_a_tiny_text_is_what_there_is() -> None:
    config = Config(corpus="lag", grammar_tokens=100, valid_fraction=0, test_fraction=0)
    corpus = load_corpus(config)
    text = running_text(Rnnlm(config, len(corpus.vocabulary)), corpus, ticks=500, streams=4)
    assert text.xs.shape[1] == 1
    assert len(text.xs) + WARM_UP[0] + 1 == len(corpus.train)


@pytest.mark.parametrize(
    ("length", "ticks", "warm_up", "streams"),
    [
        (10_000, 30, 100, 3),  # the most
        (300, 30, 69, 3),  # what stands before each
        (200, 30, 35, 3),
        (180, 30, 30, 2),  # as long as what is measured
        (100, 5, 27, 3),
        (60, 5, 16, 2),  # the fewest
        (80, 50, 16, 1),
        (60, 50, 9, 1),  # what there is
    ],
)
def test_a_warm_up_is_as_long_as_the_text_allows(
    length: int, ticks: int, warm_up: int, streams: int
) -> None:
    window = warmed_stretches(np.arange(length), ticks, 3)
    assert window.shape == (warm_up + ticks + 1, streams)
    assert (np.diff(window, axis=0) == 1).all()


def test_a_memory_of_a_long_lag_is_there_when_measuring_begins() -> None:
    """A unit that loses one twentieth a tick: sixteen ticks would show half of what it holds."""
    config = Config(
        corpus="lag",
        lag=25,
        cell="lstm",
        grammar_tokens=20_000,
        hidden_size=5,
        embedding_size=3,
        dtype="float64",
    )
    corpus = load_corpus(config)
    model = Rnnlm(config, len(corpus.vocabulary))
    model.parameters["cell.0.Wh"][...] = 0
    model.parameters["cell.0.Wx"][:, 5:10] = 0
    model.parameters["cell.0.b"][5:10] = np.log(19)  # the gate that forgets is 0.95
    text = running_text(model, corpus, ticks=37, streams=3)
    whole = corpus.valid[: len(corpus.valid) - len(text.ts), None]  # up to the last stretch
    twin = model.twin()
    twin.hidden_states(whole[:-1])
    ((_, expected),) = twin.state
    ((_, warmed),) = text.model.state
    assert np.abs(warmed[-1] - expected[0]).max() < 0.02 * np.abs(expected).max()
