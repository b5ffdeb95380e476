"""The training loop: what it reports, that it repeats itself, and that nobody disturbs it."""

from __future__ import annotations

import math
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.cells import CELLS
from rnncore.config import live_settings
from rnncore.errors import ConfigError, ShapeError, TextError
from rnncore.generation import generate
from rnncore.metrics import held_out_loss
from rnncore.optimizers import OPTIMIZERS
from rnncore.probes.snapshot import Prober
from rnncore.training.events import Epoch, Evaluation, Finished, Step
from rnncore.training.trainer import Trainer
from tests.training.runs import everything, some_corpus, timeless, trainer

UPDATES = 10  # an epoch: 160 // 3 // 5


def losses(run: Trainer, count: int) -> list[float]:
    return [run.step().loss for _ in range(count)]


def test_events_come_in_the_order_in_which_things_happen() -> None:
    run = trainer()
    events = list(run.events())
    kinds = [event.type for event in events]
    epoch = ["step"] * UPDATES + ["epoch", "evaluation"]
    assert kinds == epoch * 3 + ["evaluation", "finished"]
    steps = [event for event in events if isinstance(event, Step)]
    assert [step.step for step in steps] == list(range(1, 3 * UPDATES + 1))
    assert [step.epoch for step in steps] == [1] * UPDATES + [2] * UPDATES + [3] * UPDATES
    assert all(a.seconds < b.seconds for a, b in pairwise(steps))
    splits = [event.split for event in events if isinstance(event, Evaluation)]
    assert splits == ["valid"] * 3 + ["test"]
    assert events[-1] == Finished("completed", 3 * UPDATES)


def test_an_epoch_reports_the_mean_of_its_own_losses() -> None:
    events = list(trainer().events())
    steps = [event for event in events if isinstance(event, Step)]
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == [1, 2, 3]
    for i, event in enumerate(epochs):
        own = [step.loss for step in steps if step.epoch == i + 1]
        assert len(own) == UPDATES
        assert event.train_perplexity == pytest.approx(math.exp(np.mean(own)), rel=1e-12)


def test_held_out_text_is_measured_with_the_weights_of_that_moment() -> None:
    run = trainer(dropout=0.3)
    for event in run.events():
        if isinstance(event, Evaluation):
            text = run.corpus.valid if event.split == "valid" else run.corpus.test
            loss = held_out_loss(run.model.twin(), text)
            assert event.perplexity == pytest.approx(math.exp(loss), rel=1e-12)
            assert event.bits == pytest.approx(loss / math.log(2), rel=1e-12)
            assert event.step == run.steps


def test_only_what_there_is_gets_measured() -> None:
    run = trainer(some_corpus(valid=0, test=0), epochs=1)
    assert [event.type for event in run.events()] == ["step"] * UPDATES + ["epoch", "finished"]
    for split in ("valid", "test"):
        with pytest.raises(ConfigError, match=split):
            run.evaluate(split)
    quiet = trainer(epochs=1)
    kinds = [event.type for event in quiet.events(evaluate=False)]
    assert kinds == ["step"] * UPDATES + ["epoch", "finished"]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_learns(cell: str, optimizer: str) -> None:
    rate = {"sgd": 0.5, "momentum": 0.05, "adagrad": 0.05, "adam": 0.02}[optimizer]
    run = trainer(cell=cell, optimizer=optimizer, learning_rate=rate, epochs=10)
    epochs = [event for event in run.events() if isinstance(event, Epoch)]
    assert epochs[-1].train_perplexity < 0.9 * epochs[0].train_perplexity


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_two_drivers_see_the_same_run(cell: str, engine: str) -> None:
    """A loop over events, one over single steps, and one that is left after every event."""
    chosen: dict[str, Any] = {"cell": cell, "engine": engine, "layers": 2, "dropout": 0.3}
    whole = timeless(trainer(**chosen).events())
    stepping = trainer(**chosen)
    by_steps = timeless(stepping.step() for _ in range(stepping.total_updates))
    assert by_steps == [line for line in whole if line["type"] == "step"]


def test_the_generator_can_be_left_and_called_again() -> None:
    whole = timeless(trainer().events())
    run = trainer()
    pieces = [line for _ in whole for line in timeless(islice(run.events(), 1))]
    assert pieces == whole


def test_steps_made_by_hand_are_not_reported_as_an_epoch_of_their_own() -> None:
    whole = timeless(trainer().events())
    run = trainer()
    losses(run, UPDATES + 4)  # over the end of the first epoch
    events = timeless(run.events())
    own = [line for line in whole if line["type"] != "evaluation"]
    mixed = [line for line in events if line["type"] != "evaluation"]
    assert mixed == own[UPDATES : UPDATES + 1] + own[UPDATES + 5 :]


def test_the_seed_decides_the_run() -> None:
    assert losses(trainer(seed=1), 5) == losses(trainer(seed=1), 5)
    assert losses(trainer(seed=1), 5) != losses(trainer(seed=2), 5)


OTHERS = ("evaluate", "probe", "generate", "read", "twin", "nothing")


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(OTHERS), min_size=12, max_size=12), st.sampled_from([*CELLS]))
def test_nobody_who_looks_at_a_run_changes_it(looks: list[str], cell: str) -> None:
    chosen: dict[str, Any] = {"cell": cell, "dropout": 0.2, "layers": 2}
    alone, watched = trainer(**chosen), trainer(**chosen)
    prober = Prober(watched)
    prompt = np.array([1, 2, 3])
    for look in looks:
        assert alone.step().loss == watched.step().loss
        match look:
            case "evaluate":
                watched.evaluate("valid")
                watched.evaluate("test")
            case "probe":
                prober.aim()
                prober.snapshot()
                prober.train_perplexity()
            case "generate":
                texts = generate(watched.model.twin(), prompt, 1.0, np.random.default_rng(0), 2)
                list(islice(texts, 5))
            case "read":
                _ = watched.model.hidden.sum(), watched.model.hidden_gradients.sum()
            case "twin":
                watched.model.twin().forward(*np.ones((2, 7, 4), int))
    assert everything(watched) == everything(alone)


def test_a_live_setting_acts_from_the_next_update_on() -> None:
    run, other = trainer(), trainer()
    assert losses(run, 4) == losses(other, 4)
    changed = run.change("learning_rate", 0.5)
    assert changed.as_dict() == {
        "type": "changed",
        "step": 4,
        "setting": "learning_rate",
        "old": 0.02,
        "new": 0.5,
    }
    mine, theirs = run.step(), other.step()
    assert mine.loss == theirs.loss  # of the weights before the change
    assert (mine.learning_rate, theirs.learning_rate) == (0.5, 0.02)
    assert run.step().loss != other.step().loss
    with pytest.raises(ConfigError):
        run.change("learning_rate", -1)
    assert run.config.learning_rate == 0.5


def test_clipping_bounds_the_update_and_reports_the_norm_before_it() -> None:
    free = trainer(optimizer="sgd", max_grad_norm=0, learning_rate=1)
    tight = trainer(optimizer="sgd", max_grad_norm=1e-3, learning_rate=1)
    before = tight.model.parameters.values.copy()
    norm = tight.step().grad_norm
    assert norm == free.step().grad_norm > 1e-2
    moved = float(np.linalg.norm(tight.model.parameters.values - before))
    assert moved == pytest.approx(1e-3, rel=1e-3)
    tight.change("max_grad_norm", 0)
    before = tight.model.parameters.values.copy()
    norm = tight.step().grad_norm
    moved = float(np.linalg.norm(tight.model.parameters.values - before))
    assert moved == pytest.approx(norm, rel=1e-3)


@pytest.mark.parametrize("setting", ["hidden_size", "optimizer", "seed", "colour"])
def test_other_settings_wait_for_a_reset(setting: str) -> None:
    run = trainer()
    with pytest.raises(ConfigError, match=setting) as caught:
        run.change(setting, 3)
    assert all(name in str(caught.value) for name in live_settings())


def test_stop_finishes_after_the_present_update() -> None:
    run, events = trainer(), []
    for event in run.events():
        events.append(event)
        if len(events) == 3:
            run.stop()
    assert [event.type for event in events] == ["step"] * 3 + ["finished"]
    assert events[-1] == Finished("stopped", 3)
    assert run.steps == 3


def test_without_state_every_window_begins_from_zero() -> None:
    run = trainer(stateful=False, learning_rate=1e-9, optimizer="sgd")
    window = run.windows.window(4)
    list(islice(run.events(), 4))
    model = run.model.twin()
    assert run.step().loss == pytest.approx(model.forward(window.xs, window.ts), rel=1e-6)
    carrying = trainer(learning_rate=1e-9, optimizer="sgd")
    list(islice(carrying.events(), 4))
    assert carrying.step().loss != pytest.approx(model.forward(window.xs, window.ts), rel=1e-6)


def test_aligned_windows_reset_at_the_wrap_and_book_windows_never() -> None:
    """With next to no learning, an epoch repeats the first where the state is reset."""
    still: dict[str, Any] = {"learning_rate": 1e-30, "optimizer": "sgd", "dtype": "float64"}
    aligned = losses(trainer(**still), 2 * UPDATES)
    assert aligned[:UPDATES] == aligned[UPDATES:]
    run = trainer(window_scheme="book", **still)
    book = losses(run, 2 * UPDATES)
    assert book[0] != book[UPDATES] and run.windows.updates_per_epoch == UPDATES
    model = run.model.twin()
    for k, loss in enumerate(book):  # one state, carried through everything
        window = run.windows.window(k)
        assert model.forward(window.xs, window.ts) == pytest.approx(loss, rel=1e-12)


def test_a_text_too_short_is_refused_before_anything_is_built() -> None:
    with pytest.raises(TextError, match="16"):
        trainer(some_corpus(train=15))
    assert trainer(some_corpus(train=16)).windows.updates_per_epoch == 1


def test_training_drops_values_by_the_seed() -> None:
    masks = []
    for seed in (1, 1, 2):
        run = trainer(dropout=0.5, seed=seed)
        run.step()
        masks.append([mask for mask in run.model.masks if mask is not None])
    assert len(masks[0]) == 2
    for one, same, other in zip(*masks, strict=True):
        np.testing.assert_array_equal(one, same)
        assert (one != other).any()
    assert trainer(dropout=0.5).step().loss != trainer().step().loss


@pytest.mark.parametrize("part", ["train", "valid", "test"])
@pytest.mark.parametrize("wrong", [-1, 13])
def test_a_text_that_is_not_of_its_vocabulary_is_refused_before_training(
    part: str, wrong: int
) -> None:
    corpus = some_corpus()
    getattr(corpus, part)[-1] = wrong
    with pytest.raises(ShapeError, match=f"corpus.{part} hold the token id {wrong}, .* 0 ... 12"):
        trainer(corpus)
