"""A run keeps its latest state, the best on held-out text, and marks: which, when, and how many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from math import isclose

import numpy as np
import pytest

from pages.ui.live.panels import translate
from rnncore.metrics import bits, held_out_loss
from rnncore.runs import keeper
from rnncore.runs.checkpoints import BEST, MARK, MOST, Kept
from rnncore.runs.claim import Claim, ClaimLost
from rnncore.runs.files import LATEST, checkpoint_path
from rnncore.runs.housekeeping import forget, listing, orphans
from rnncore.runs.keeper import Keeper
from rnncore.runs.records import best_view
from rnncore.runs.report import Report
from rnncore.runs.saving import save_named
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.events import Changed, Evaluation
from rnncore.training.trainer import Trainer
from tests.clock import Clock
from tests.runs.support import (
    SMALL,
    claimed,
    driven,
    of_kind,
    started,
    wait_for,
    wait_for_status,
    wait_for_steps,
)

MEMORISING = SMALL.with_changes(
    corpus="story-en",
    tokenizer="words",
    cell="gru",
    hidden_size=32,
    embedding_size=16,
    learning_rate=1e-2,
    valid_fraction=0.1,
    epochs=12,
)
"""Held-out text gets worse again long before the end."""


def trained(updates: int) -> Trainer:
    trainer = Trainer(SMALL, load_corpus(SMALL))
    for _ in range(updates):
        trainer.step()
    return trainer


def evaluation(step: int, found: float) -> Evaluation:
    return Evaluation(step, "valid", 2.0**found, found, None)


def names(store: Store, run_id: str) -> list[str]:
    return [kept.name for kept in store.checkpoints.of(run_id)]


def changed(store: Store, run_id: str) -> list[Kept]:
    """The states that were kept for a live change."""
    return [kept for kept in store.checkpoints.of(run_id) if kept.change is not None]


def test_the_best_state_stays_when_the_run_goes_on_to_forget(store: Store) -> None:
    run_id = started(store, MEMORISING)
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    latest, best, *_ = store.checkpoints.of(run_id)
    assert (latest.name, best.name) == (LATEST, BEST)
    assert best.step and latest.step and best.bits and best.step < latest.step
    measured = of_kind(store, run_id, "evaluation")
    valid = [record for record in measured if record.payload["split"] == "valid"]
    lowest = min(valid, key=lambda record: record.payload["bits"])
    assert (best.step, best.bits) == (lowest.step, lowest.payload["bits"])
    assert best.bits < valid[-1].payload["bits"] - 0.2
    stored = checkpoint.read(checkpoint_path(run_id, BEST))
    assert stored.header["steps"] == best.step
    corpus = load_corpus(stored.config, stored.vocabulary)
    again = bits(held_out_loss(checkpoint.load_model(stored), corpus.valid))
    assert isclose(again, best.bits, rel_tol=1e-5)
    assert checkpoint.load(checkpoint_path(run_id)).steps == latest.step
    (told,) = of_kind(store, run_id, "best")
    view = best_view(told.payload)
    assert (view.step, view.best, view.perplexity) == (latest.step, best.step, 2**best.bits)
    assert len(view.samples[0].text.split()) > 20
    items = [op for op in translate(told) if op["op"] == "items"]
    assert [(op["step"], op["best"]) for op in items] == [(latest.step, best.step)]


def test_stages_on_the_way_are_kept_and_are_what_the_run_was(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 110)
        store.send(run_id, "stop")
        wait_for_status(store, run_id, "finished")
    stages = [kept for kept in store.checkpoints.of(run_id) if kept.name.startswith(MARK)]
    assert [kept.step for kept in reversed(stages)][:3] == [10, 30, 100]
    assert {kept.change for kept in stages} == {None}
    alone = trained(30).model.parameters.values
    kept = checkpoint.load_model(checkpoint.read(checkpoint_path(run_id, f"{MARK}30")))
    assert np.array_equal(kept.parameters.values, alone)


@pytest.mark.parametrize("kind", ["trial", "large"])
def test_trials_and_large_networks_keep_no_stages(
    store: Store, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "large":
        monkeypatch.setattr(keeper, "STAGE", 100)
    run_id = store.create_run(SMALL, series="a sweep" if kind == "trial" else None)
    store.send(run_id, "start")
    with driven(store, run_id):
        wait_for_steps(store, run_id, 40)
        store.send(run_id, "stop")
        wait_for_status(store, run_id, "finished")
    assert {LATEST} <= set(names(store, run_id)) <= {LATEST, BEST}


def test_a_state_before_a_live_change_is_marked(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 50)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        before = checkpoint.load(checkpoint_path(run_id))
        for setting, value in (("temperature", 0.5), ("learning_rate", -1), ("learning_rate", 0.5)):
            store.send(run_id, "set", {"setting": setting, "value": value})
        wait_for(lambda: changed(store, run_id))
    (mark,) = changed(store, run_id)
    assert mark.name == f"{MARK}{before.steps}"
    assert mark.change == {"setting": "learning_rate", "old": SMALL.learning_rate, "new": 0.5}
    found = checkpoint.load(checkpoint_path(run_id, mark.name))
    assert found.config.learning_rate == SMALL.learning_rate
    assert np.array_equal(found.model.parameters.values, before.model.parameters.values)
    assert [found.step().loss for _ in range(3)] == [before.step().loss for _ in range(3)]


def test_marks_beyond_the_most_go_but_pinned_ones_and_the_best_stay(store: Store) -> None:
    run_id = store.create_run(SMALL)
    trainer = trained(1)
    state = checkpoint.packed(trainer)
    with closing(claimed(store, run_id, "worker")) as claim:
        save_named(claim, Kept(LATEST, 99), state)
        save_named(claim, Kept(BEST, 1, 2.5), state)
        for step in range(1, 4):
            save_named(claim, Kept(f"{MARK}{step}", step, change={"setting": "x"}), state)
        assert store.checkpoints.pin(run_id, f"{MARK}1")
        assert not store.checkpoints.pin(run_id, "mark-77")
        for step in range(4, 31):
            save_named(claim, Kept(f"{MARK}{step}", step), state)
    marks = [f"{MARK}{step}" for step in range(30, 30 - (MOST - 3), -1)]
    assert names(store, run_id) == [LATEST, BEST, *marks, f"{MARK}1"]
    files = {path.name for path in checkpoint_path(run_id).parent.iterdir()}
    assert files == {checkpoint_path(run_id, name).name for name in names(store, run_id)}
    assert store.checkpoints.pin(run_id, f"{MARK}1", pinned=False)


def test_a_worker_without_its_claim_replaces_no_checkpoint(store: Store) -> None:
    run_id = store.create_run(SMALL)
    state = checkpoint.packed(trained(1))
    first = claimed(store, run_id, "first")
    save_named(first, Kept(BEST, 1, 2.0), state)
    before = checkpoint_path(run_id, BEST).read_bytes()
    store.abandon(run_id, "first")
    claimed(store, run_id, "second")
    for kept in (Kept(BEST, 5, 1.0), Kept(f"{MARK}5", 5)):
        with pytest.raises(ClaimLost):
            save_named(first, kept, checkpoint.packed(trained(5)))
    assert checkpoint_path(run_id, BEST).read_bytes() == before
    assert [(kept.name, kept.bits) for kept in store.checkpoints.of(run_id)] == [(BEST, 2.0)]
    assert len(list(checkpoint_path(run_id).parent.iterdir())) == 1


def test_a_run_that_is_forgotten_takes_all_its_checkpoints_along(store: Store) -> None:
    run_id, other = store.create_run(SMALL), store.create_run(SMALL)
    state = checkpoint.packed(trained(1))
    for one in (run_id, other):
        claim = claimed(store, one, "worker")
        for name in (LATEST, BEST, "mark-1"):
            save_named(claim, Kept(name, 1), state)
        store.abandon(one, "worker")
    listed = {found.run.id: found for found in listing(store)}
    assert listed[run_id].size == 3 * len(state)
    assert orphans(listed.values()) == []
    assert forget(store, [listed[run_id]]) == 1
    assert names(store, run_id) == []
    assert {path.name.split(".")[0] for path in checkpoint_path(other).parent.iterdir()} == {other}
    assert len(names(store, other)) == 3


class Judged:
    """A keeper on a clock that moves by `cost` when it writes, and by hand."""

    def __init__(self, store: Store, claim: Claim, patch: pytest.MonkeyPatch, cost: float) -> None:
        self.clock, self.written = Clock(), 0
        patch.setattr(keeper, "monotonic", self.clock)

        def write(claim: Claim, kept: Kept, state: bytes) -> None:
            save_named(claim, kept, state)
            self.clock.now += cost
            self.written += 1

        patch.setattr(keeper, "save_named", write)
        self.trainer = trained(0)
        report = Report(store, claim, 1, lambda: False)
        self.keeper = Keeper(store, claim, self.trainer, report, lambda: False)

    def judge(self, found: float) -> None:
        """An update, and a measurement of so many bits."""
        self.trainer.step()
        self.keeper.judge(evaluation(self.trainer.steps, found))


@pytest.fixture
def claim(store: Store) -> Iterator[Claim]:
    with closing(claimed(store, store.create_run(SMALL), "worker")) as held:
        yield held


def best(store: Store, claim: Claim) -> list[tuple[int | None, float | None]]:
    listed = store.checkpoints.of(claim.run.id)
    return [(kept.step, kept.bits) for kept in listed if kept.name == BEST]


def test_where_each_measurement_is_the_best_writing_takes_a_twentieth(
    store: Store, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = Judged(store, claim, monkeypatch, cost=0.1)
    for k in range(1, 1001):
        judged.clock.now += 0.1
        judged.judge(5 - k / 1000)
    assert 0.04 < judged.written * 0.1 / judged.clock.now <= 0.05
    judged.keeper.flush()
    assert best(store, claim) == [(1000, 4.0)]
    written = judged.written
    judged.keeper.flush()
    assert judged.written == written


def test_only_a_lower_loss_is_a_new_best(
    store: Store, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = Judged(store, claim, monkeypatch, cost=0.0)
    judged.keeper.judge(evaluation(0, 1.0))  # nothing is learned yet
    for found in (3.0, 2.5, 2.5, 2.7, float("nan")):
        judged.judge(found)
    assert best(store, claim) == []  # it waits for its turn
    judged.keeper.flush()
    assert best(store, claim) == [(2, 2.5)]
    again = Keeper(store, claim, judged.trainer, judged.keeper._report, lambda: False)
    again.judge(evaluation(judged.trainer.steps, 2.6))
    again.flush()
    assert best(store, claim) == [(2, 2.5)]


def test_a_large_best_is_not_held_in_memory(
    store: Store, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "HELD", 100)
    judged = Judged(store, claim, monkeypatch, cost=0.1)
    judged.judge(3.0)
    judged.keeper.flush()
    assert best(store, claim) == []
    judged.clock.now += 5
    judged.judge(3.5)
    assert best(store, claim) == [(2, 3.5)]


def test_changes_in_a_row_are_one_mark(
    store: Store, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = Judged(store, claim, monkeypatch, cost=0.0)
    assert judged.keeper.before("learning_rate") is None  # nothing is learned yet
    judged.trainer.step()
    assert judged.keeper.before("temperature") is None
    judged.clock.now += 1
    state = judged.keeper.before("learning_rate")
    assert state is not None
    judged.keeper.mark(state, Changed(1, "learning_rate", 1e-3, 2e-3))
    judged.trainer.step()
    assert judged.keeper.before("learning_rate") is None
    judged.clock.now += 1
    assert judged.keeper.before("learning_rate") is not None
    assert names(store, claim.run.id) == ["mark-1"]
