"""Many streams read a text as one would, whatever the network remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.initializers import spectral_radius
from rnncore.metrics import ONE_STREAM, carried_loss, streams_of
from rnncore.model import Rnnlm
from rnncore.parallel_reading import WARM_UP, read_by_many, read_by_one
from rnncore.reference.evaluation import stream_loss
from rnncore.shapes import Ids
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.engine.models import V, small_model


def some_text(length: int) -> Ids:
    return np.random.default_rng(0).integers(V, size=length)


def reference(model: Rnnlm, ids: Ids) -> float:
    return stream_loss(CELLS[model.config.cell], model.parameters.as_dict(), ids)


def slow_to_forget(**changes: Any) -> Rnnlm:
    """Gates near 0.9: some of what was there is left when the warm-up is over."""
    model = small_model("lstm", **changes)
    H = model.config.hidden_size
    for name, factor in (("Wx", 0.1), ("Wh", 0.1), ("b", 0.0)):
        model.parameters[f"cell.0.{name}"][..., H : 2 * H] *= factor
    model.parameters["cell.0.b"][H : 2 * H] = 2.1
    return model


def of_two_minds(**changes: Any) -> Rnnlm:
    """The sign of one direction is settled by the first tokens and kept for ever."""
    model = small_model(**changes)
    Wh = model.parameters["cell.0.Wh"]
    direction = np.where(np.arange(len(Wh)) % 2, 1, -1) / np.sqrt(len(Wh))
    Wh[...] = 3 * np.outer(direction, direction)
    model.parameters["cell.0.b"][...] = 0
    model.parameters["embedding.W"][...] *= 0.3
    return model


def chaotic(**changes: Any) -> Rnnlm:
    model = small_model(hidden_size=43, **changes)
    Wh = model.parameters["cell.0.Wh"]
    Wh *= 5 / spectral_radius(Wh)
    return model


remembering = pytest.mark.parametrize("build", [slow_to_forget, of_two_minds])
every = pytest.mark.parametrize("build", [slow_to_forget, of_two_minds, chaotic])


def far_from_guessed(model: Rnnlm) -> bool:
    """Whether a state after WARM_UP tokens from zero is another than that of the whole text."""
    ids = some_text(1000)[:, None]
    model.hidden_states(ids)
    (whole, *_), *_ = model.state
    model.reset_state()
    model.hidden_states(ids[-WARM_UP:])
    (guessed, *_), *_ = model.state
    return bool(np.abs(whole - guessed).max() > 1e-3)


@remembering
@pytest.mark.parametrize(
    "length", [ONE_STREAM, 5_019, pytest.param(12_007, marks=pytest.mark.slow)]
)
def test_what_the_warm_up_does_not_show_is_read_again(
    build: Callable[..., Rnnlm], length: int
) -> None:
    model, ids = build(), some_text(length)
    assert far_from_guessed(build()) or build is of_two_minds
    total = read_by_many(model, ids, streams_of(length))
    assert total is not None, "it fell back on one stream"
    assert total / (length - 1) == pytest.approx(reference(model, ids), rel=1e-9)


@remembering
def test_single_precision_is_as_exact_as_a_figure_needs(build: Callable[..., Rnnlm]) -> None:
    model, ids = build(dtype="float32"), some_text(6000)
    assert carried_loss(model, ids) == pytest.approx(reference(model, ids), abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_attractors_are_told_apart_wherever_the_text_leads(seed: int) -> None:
    """A wrong guess about the sign would be seen: the two minds predict different tokens."""
    ids = np.random.default_rng(seed).integers(V, size=5_500)
    model = of_two_minds()
    losses = []
    for sign in (1, -1):
        model.reset_state()
        model.hidden_states(ids[:50, None])
        model.state = ((sign * model.state[0][0],),)
        losses.append(model.measure(ids[50:550, None], ids[51:551, None]))
    assert abs(losses[0] - losses[1]) > 1e-3
    total = read_by_many(model, ids, 20)
    assert total == pytest.approx(5_499 * reference(model, ids), rel=1e-9)


def test_a_network_that_never_forgets_is_left_to_one_stream() -> None:
    model, ids = chaotic(), some_text(6000)
    assert read_by_many(model, ids, 20) is None
    assert carried_loss(model, ids) == read_by_one(model, ids) / 5999


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_settings_of_training_change_no_bit(build: Callable[..., Rnnlm], dtype: str) -> None:
    ids = some_text(6000)
    losses = {
        carried_loss(build(dtype=dtype, batch_size=batch_size, time_size=time_size), ids)
        for batch_size, time_size in ((1, 1), (7, 35), (400, 2))
    }
    model = build(dtype=dtype)
    losses |= {carried_loss(model, ids), carried_loss(model, ids), carried_loss(model.twin(), ids)}
    assert len(losses) == 1


@pytest.mark.parametrize("vocabulary_size", [V, 4 * 11 * 18 + 100])
def test_a_large_output_layer_changes_the_order_of_the_work_only(vocabulary_size: int) -> None:
    model = small_model(vocabulary_size=vocabulary_size)
    ids = np.random.default_rng(0).integers(vocabulary_size, size=5_007)
    assert carried_loss(model, ids) == pytest.approx(reference(model, ids), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_trained_network_that_bridges_a_lag(cell: Any) -> None:
    config = Config(
        corpus="lag",
        lag=25,
        cell=cell,
        hidden_size=24,
        embedding_size=8,
        learning_rate=2e-2,
        batch_size=20,
        time_size=60,
        grammar_tokens=120_000,
    )
    run = Trainer(config, load_corpus(config))
    for _ in range(60):
        run.step()
    for ids in (run.corpus.valid, run.corpus.test):
        assert len(ids) >= ONE_STREAM
        assert abs(carried_loss(run.model.twin(), ids) - reference(run.model, ids)) < 1e-4
