"""Perplexity, bits, and held-out text of which every token counts once."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from rnncore.metrics import LARGEST, bits, held_out_loss, perplexity
from rnncore.model import Rnnlm
from rnncore.shapes import Array, Ids
from tests.engine.models import V, cells, small_model


def surprises(model: Rnnlm, ids: Ids) -> list[float]:
    """-ln p of ids[1:], read token by token from a zero state."""
    model.reset_state()
    losses = []
    for here, following in pairwise(ids):
        probabilities: Array = model.predict(np.array([[here]]))[0, 0]
        losses.append(-math.log(probabilities[following]))
    return losses


def some_text(length: int) -> Ids:
    return np.random.default_rng(0).integers(V, size=length)


def test_perplexity_and_bits_are_the_loss_in_other_words() -> None:
    assert perplexity(math.log(53)) == pytest.approx(53)
    assert bits(math.log(8)) == pytest.approx(3)
    assert perplexity(0) == 1 and bits(0) == 0
    assert perplexity(1e9) == perplexity(math.inf) == LARGEST


def test_a_model_that_knows_nothing_has_the_perplexity_of_the_vocabulary() -> None:
    model = small_model()
    model.parameters.values[...] = 0
    for batch_size, time_size in ((1, 5), (7, 3), (1000, 1000)):
        loss = held_out_loss(model, some_text(301), batch_size, time_size)
        assert perplexity(loss) == pytest.approx(V, rel=1e-12)


@cells
@pytest.mark.parametrize("time_size", [1, 5, 8, 59, 60, 61, 1000])
def test_one_stream_reads_the_text_token_by_token(cell: str, time_size: int) -> None:
    """Windows of any length, the last one shorter: the mean is that of all 59 predictions."""
    model, ids = small_model(cell), some_text(60)
    expected = np.mean(surprises(model, ids))
    loss = held_out_loss(model, ids, 1, time_size)
    assert loss == pytest.approx(expected, rel=1e-12)


@cells
@pytest.mark.parametrize(
    ("length", "batch_size", "time_size", "streams"),
    [
        (61, 3, 5, 3),  # 60 predictions, 20 a stream
        (60, 3, 5, 3),  # 59: the last stream reads on for two
        (78, 7, 11, 7),  # 77 = 7 * 11
        (60, 13, 11, 5),  # too short for 13 streams of a window each
        (10, 20, 35, 1),  # shorter than one window
        (2, 3, 5, 1),  # one prediction
        (1001, 400, 2, 400),
    ],
)
def test_streams_read_their_own_stretch_from_a_zero_state(
    cell: str, length: int, batch_size: int, time_size: int, streams: int
) -> None:
    model, ids = small_model(cell), some_text(length)
    stretch = (length - 1) // streams
    ends = [(i + 1) * stretch for i in range(streams - 1)] + [length - 1]
    starts = [i * stretch for i in range(streams)]
    losses = [
        surprise
        for start, end in zip(starts, ends, strict=True)
        for surprise in surprises(model, ids[start : end + 1])
    ]
    assert len(losses) == length - 1
    loss = held_out_loss(model, ids, batch_size, time_size)
    assert loss == pytest.approx(np.mean(losses), rel=1e-12)


def test_the_measure_forgets_what_the_model_read_before() -> None:
    model, ids = small_model(), some_text(100)
    once = held_out_loss(model, ids, 3, 7)
    model.forward(*np.ones((2, 5, 3), int))
    assert held_out_loss(model, ids, 3, 7) == once


def test_dropout_is_off_while_measuring() -> None:
    model, ids = small_model(dropout=0.5), some_text(100)
    loss = held_out_loss(model, ids, 3, 7)
    assert loss == held_out_loss(small_model(), ids, 3, 7)
