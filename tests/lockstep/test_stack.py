"""Trainings that share their calls get the bits that each gets alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.config import Config
from rnncore.lockstep.shape import shape_of
from rnncore.lockstep.stack import Made, Stack
from rnncore.optimizers import OPTIMIZERS
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Diverged, Plan, Trainer

SMALL = {"embedding_size": 7, "hidden_size": 5, "batch_size": 3, "time_size": 11}
RATES = (2e-3, 5e-3, 2e-2)
UPDATES = 100
TABLE, ROWS = "reber", "tiny-english"
"""Texts of 7 and of 57 words: fewer and more than a window has tokens, so that the embedding is
multiplied as a whole, and looked up."""


@cache
def text(corpus: str) -> Corpus:
    return load_corpus(Config(corpus=corpus, grammar_tokens=6000))


def trainers(corpus: str = TABLE, **of: Any) -> list[Trainer]:
    """Three of one shape, which differ in seed, rate and clipping."""
    return [
        Trainer(
            Config.parse(
                {"corpus": corpus, "grammar_tokens": 6000, "seed": seed, "learning_rate": rate}
                | {"max_grad_norm": 0.1 * seed}
                | SMALL
                | of
            ),
            text(corpus),
        )
        for seed, rate in enumerate(RATES)
    ]


def alone(trainer: Trainer, updates: int = UPDATES) -> Made:
    made = Made()
    try:
        for _ in range(updates):
            made.steps.append(trainer.step())
    except Diverged as failure:
        made.diverged = failure
    return made


def bits(made: Made) -> list[tuple[float, float, float]]:
    return [(step.loss, step.grad_norm, step.learning_rate) for step in made.steps]


def packed(trainer: Trainer) -> bytes:
    """Its checkpoint, without the time that it took."""
    trainer.seconds = 0.0
    return checkpoint.packed(trainer)


def hold(expected: Sequence[Trainer], stacked: Sequence[Trainer]) -> None:
    """That both go on as one: all that a checkpoint keeps is equal, byte for byte."""
    assert [packed(one) for one in stacked] == [packed(one) for one in expected]


@pytest.mark.parametrize("corpus", [TABLE, ROWS])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_bits_are_those_of_each_alone(cell: str, optimizer: str, corpus: str) -> None:
    expected = trainers(corpus, cell=cell, optimizer=optimizer)
    stacked = trainers(corpus, cell=cell, optimizer=optimizer)
    made = Stack().advance(stacked, UPDATES)
    assert [bits(one) for one in made] == [bits(alone(one)) for one in expected]
    hold(expected, stacked)


@pytest.mark.parametrize(
    "of",
    [
        {"layers": 3},
        {"dropout": 0.3, "layers": 2},
        {"dtype": "float64", "cell": "lstm"},
        {"stateful": False, "cell": "gru"},
        {"window_scheme": "book"},
        {"schedule": "cosine", "warmup": 20, "epochs": 1},
        {"hidden_size": 1, "embedding_size": 1, "batch_size": 1},
        {"time_size": 1},
    ],
    ids=str,
)
def test_bits_hold_for_every_setting_that_is_stacked(of: dict[str, Any]) -> None:
    expected, stacked = trainers(**of), trainers(**of)
    assert shape_of(stacked[0].config, len(stacked[0].corpus.vocabulary)) is not None
    made = Stack().advance(stacked, UPDATES)
    assert [bits(one) for one in made] == [bits(alone(one)) for one in expected]
    hold(expected, stacked)


@pytest.mark.parametrize(
    "of",
    [{"tied": True, "embedding_size": 5}, {"engine": "reference"}, {"schedule": "quarter"}],
    ids=str,
)
def test_what_cannot_be_stacked_trains_all_the_same(of: dict[str, Any]) -> None:
    expected, stacked = trainers(**of), trainers(**of)
    assert shape_of(stacked[0].config, len(stacked[0].corpus.vocabulary)) is None
    made = Stack().advance(stacked, 20)
    assert [bits(one) for one in made] == [bits(alone(one, 20)) for one in expected]
    hold(expected, stacked)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 2), min_size=1, unique=True), st.integers(1, 9)),
        min_size=1,
        max_size=6,
    )
)
def test_runs_come_and_go_and_nobody_notices(slices: list[tuple[list[int], int]]) -> None:
    """Whoever is paused, goes on, or is taken out: every run's bits depend on itself alone."""
    expected, stacked = trainers(cell="gru"), trainers(cell="gru")
    stack = Stack()
    for members, updates in slices:
        stack.advance([stacked[k] for k in members], updates)
        for k in members:
            alone(expected[k], updates)
    hold(expected, stacked)


def test_a_diverged_run_leaves_with_its_last_good_state() -> None:
    wild: dict[str, Any] = {"optimizer": "sgd", "initializer": "spectral", "recurrent_scale": 3.0}
    expected, stacked = trainers(**wild), trainers(**wild)
    for those in (expected, stacked):
        those[0].change("learning_rate", 50.0)  # without clipping
    made, other = Stack().advance(stacked, UPDATES), [alone(one) for one in expected]
    assert 0 < len(made[0].steps) < UPDATES
    assert str(made[0].diverged) == str(other[0].diverged) != "None"
    assert [one.diverged for one in made[1:]] == [None, None]
    assert [bits(one) for one in made] == [bits(one) for one in other]
    hold(expected, stacked)


@pytest.mark.parametrize("scheme", ["aligned", "book"])
def test_a_run_that_diverges_at_once_has_no_state(scheme: str) -> None:
    expected, stacked = trainers(window_scheme=scheme), trainers(window_scheme=scheme)
    for those in (expected, stacked):
        those[2].model.parameters["affine.W"][...] *= 1e30
    made, other = Stack().advance(stacked, 5), [alone(one, 5) for one in expected]
    assert [bits(one) for one in made] == [bits(one) for one in other]
    assert made[2].diverged and not made[2].steps
    hold(expected, stacked)


@pytest.mark.parametrize("shift", [100.0, -300.0])
def test_logits_out_of_range_are_shifted_in_their_run_alone(shift: float) -> None:
    expected, stacked = trainers(), trainers()
    for those in (expected, stacked):
        those[1].model.parameters["affine.b"][...] += shift
    made = Stack().advance(stacked, 20)
    assert [bits(one) for one in made] == [bits(alone(one, 20)) for one in expected]
    assert np.isfinite(made[1].steps[-1].loss)
    hold(expected, stacked)


def test_settings_change_between_two_calls_for_one_run() -> None:
    expected, stacked = trainers(optimizer="adam"), trainers(optimizer="adam")
    stack = Stack()
    for _ in range(2):
        stack.advance(stacked, 10)
        for one in expected:
            alone(one, 10)
        for those in (expected, stacked):
            those[2].change("learning_rate", 0.1)
            those[1].change("max_grad_norm", 0.01)
    hold(expected, stacked)


def test_a_killed_stack_resumes_from_its_checkpoints() -> None:
    expected, stacked = trainers(cell="lstm"), trainers(cell="lstm")
    Stack().advance(stacked, 13)
    files = [checkpoint.packed(one) for one in stacked]
    back = [checkpoint.restore(parsed(file), "run.safetensors", text(TABLE)) for file in files]
    Stack().advance(back, 10)
    for one in expected:
        alone(one, 23)
    hold(expected, back)


def parsed(file: bytes) -> checkpoint.Checkpoint:
    return checkpoint.parse(BytesIO(file), len(file), "run.safetensors")


def test_whoever_interrupts_it_leaves_whole_trainers(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, stacked = trainers(cell="gru"), trainers(cell="gru")
    plan = stacked[1].plan

    def interrupted() -> Plan:
        if stacked[1].steps == 5:
            raise KeyboardInterrupt
        return plan()

    monkeypatch.setattr(stacked[1], "plan", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Stack().advance(stacked, 10)
    for one in expected:
        alone(one, 5)
    hold(expected, stacked)


def test_seconds_are_shared_out() -> None:
    stacked = trainers()
    Stack().advance(stacked, 5)
    assert len({one.seconds for one in stacked}) == 1
    assert stacked[0].seconds > 0


def test_shapes_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="not of one shape"):
        Stack().advance([*trainers(), *trainers(cell="gru")], 1)
