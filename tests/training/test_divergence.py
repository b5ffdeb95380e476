"""A run that explodes stops by itself, and what it held before the bad update is still there."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.optimizers import OPTIMIZERS
from rnncore.text.corpus import load_corpus
from rnncore.training.divergence import diverged
from rnncore.training.events import Evaluation, Finished, Step
from rnncore.training.trainer import Diverged, Trainer
from tests.training.runs import everything, some_corpus, timeless, trainer


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """Overflow on the way to the end is foreseen: nobody should read NumPy's warnings of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("max_grad_norm", [0.0, 1.0])
def test_an_absurd_learning_rate_ends_the_run(
    cell: str, optimizer: str, max_grad_norm: float
) -> None:
    run = trainer(cell=cell, optimizer=optimizer, max_grad_norm=max_grad_norm, learning_rate=1e30)
    events = list(run.events())
    steps = [event for event in events if isinstance(event, Step)]
    assert events == [*steps, Finished("diverged", len(steps))]
    assert 1 <= len(steps) < 20 and run.reason == "diverged"
    assert all(math.isfinite(step.loss) and math.isfinite(step.grad_norm) for step in steps)
    assert np.isfinite(run.model.parameters.values).all()
    assert list(run.events()) == events[-1:]


@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_the_bad_update_is_not_made(engine: str) -> None:
    run = trainer(engine=engine, optimizer="momentum", learning_rate=3e4)
    with pytest.raises(Diverged) as caught:
        for _ in range(run.total_updates):
            before = everything(run)
            run.step()
    assert everything(run) == before
    sentence = str(caught.value)
    assert f"after {run.steps} updates" in sentence and "30000" in sentence
    assert "half the rate" in sentence and "clip" not in sentence  # it is on already


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_no_number_is_never_applied(
    entry: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the cause is gone the run goes on as if nothing had been."""
    settings: dict[str, Any] = {"optimizer": "adam", "max_grad_norm": 1.0, "dtype": "float64"}
    undisturbed = timeless(trainer(**settings).events())
    run = trainer(**settings)
    events = timeless(run.step() for _ in range(7))
    backward = run.model.backward

    def broken() -> None:
        backward()
        run.model.parameters.gradients[5] = entry

    monkeypatch.setattr(run.model, "backward", broken)
    before = everything(run)
    with pytest.raises(Diverged):
        run.step()
    assert everything(run) == before
    monkeypatch.undo()
    assert events + timeless(run.events()) == undisturbed


@pytest.mark.parametrize("name", ["embedding.W", "cell.0.Wh", "cell.0.b", "affine.W", "affine.b"])
def test_a_weight_that_is_no_number_is_found_by_the_next_update(name: str) -> None:
    run = trainer()
    run.step()
    run.model.parameters[name][...] = np.nan
    with pytest.raises(Diverged):
        run.step()
    assert run.steps == 1


def test_ruined_weights_have_a_perplexity_that_can_be_drawn() -> None:
    """The bad update is the last of its epoch: held-out text is measured before the next one."""
    run = trainer(some_corpus(train=16), learning_rate=1e30, optimizer="sgd")
    measured = [event for event in run.events() if isinstance(event, Evaluation)]
    assert measured and run.reason == "diverged"
    for event in measured:
        assert math.isfinite(event.perplexity) and math.isfinite(event.bits)


def test_one_bad_window_is_no_divergence_but_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trainer()
    run.step()
    forward = run.model.forward
    monkeypatch.setattr(run.model, "forward", lambda *a, **k: forward(*a, **k) + 20)
    run.step()  # a loss of 22 among losses of 2.5
    monkeypatch.undo()
    for _ in range(3):
        run.step()
    monkeypatch.setattr(run.model, "forward", lambda *a, **k: forward(*a, **k) + 20)
    with pytest.raises(Diverged):
        for _ in range(run.total_updates - run.steps):
            run.step()


def test_guessing_for_ever_is_no_divergence() -> None:
    run = trainer(learning_rate=1e-12, epochs=20)
    *_, last = run.events()
    assert last == Finished("completed", run.total_updates)


def test_a_large_finite_gradient_is_clipped_and_training_goes_on() -> None:
    """Squared in float32 its norm of some 2e19 was infinite, and the run said to have diverged."""
    config = Config(
        recurrent_scale=5, initializer="orthogonal", time_size=100, max_grad_norm=1,
        grammar_tokens=20_000, valid_fraction=0, test_fraction=0,
    )  # fmt: skip
    run = Trainer(config, load_corpus(config))
    norms = [run.step().grad_norm for _ in range(3)]
    assert 1e18 < max(norms) < float("inf")


def test_the_sentence_names_what_broke_and_advises_what_is_not_yet_done() -> None:
    for clipped in (False, True):
        lost = diverged(math.nan, math.nan, 0, 0.5, clipped=clipped)
        assert lost.code == "diverged" and str(lost).startswith("The loss reached nan after 0")
        assert ("clip the gradient" in str(lost)) != clipped
        steep = diverged(3.5, math.inf, 0, 0.5, clipped=clipped)
        assert steep.code == "diverged_gradient"
        assert str(steep).startswith("The gradient norm reached inf after 0 updates")
