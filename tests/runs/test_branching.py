"""Branches: runs that go on from a kept state of another, with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnncore.config import branch_settings
from rnncore.errors import CheckpointError, ConfigError
from rnncore.runs.branching import prepare
from rnncore.runs.files import LATEST, checkpoint_path
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.runs.support import (
    SMALL,
    driven,
    losses,
    of_kind,
    run_of,
    script_losses,
    started,
    wait_for_status,
    wait_for_steps,
)


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store()
    yield opened
    opened.close()


@pytest.fixture
def parent(store: Store) -> str:
    """A paused run whose rate was changed on its way: it has a mark of the state before."""
    run_id = started(store, SMALL.with_changes(pace=400))
    with driven(store, run_id):
        wait_for_steps(store, run_id, 30)
        store.send(run_id, "set", {"setting": "learning_rate", "value": 2e-3})
        wait_for_steps(store, run_id, 60)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
    return run_id


def branched(store: Store, parent: str, name: str, **changes: object) -> str:
    run = run_of(store, parent)
    present = store.present_settings(run) if name == LATEST else None
    return store.branches.enter(prepare(run, name, changes, present), "somebody", watched=False)


def go_on(store: Store, run_id: str, steps: int) -> list[float]:
    store.send(run_id, "resume")
    with driven(store, run_id):
        wait_for_steps(store, run_id, steps)
    return losses(store, run_id)


def mark(store: Store, run_id: str) -> tuple[str, int]:
    (kept,) = [kept for kept in store.checkpoints.of(run_id) if kept.change]
    assert kept.step is not None
    return kept.name, kept.step


def test_unchanged_it_goes_on_as_its_parent_would_bit_for_bit(store: Store, parent: str) -> None:
    shared = run_of(store, parent).step
    child = branched(store, parent, LATEST)
    run = run_of(store, child)
    assert (run.parent, run.branched, run.step, run.status) == (parent, shared, shared, "paused")
    assert run.owner == "somebody"
    assert (
        go_on(store, child, shared + 40)[: shared + 40]
        == go_on(store, parent, shared + 40)[: shared + 40]
    )


def test_from_a_mark_it_does_without_the_change_or_makes_another(store: Store, parent: str) -> None:
    name, step = mark(store, parent)
    without, other = (
        branched(store, parent, name),
        branched(store, parent, name, learning_rate=0.01),
    )
    assert go_on(store, without, step + 20)[: step + 20] == script_losses(SMALL, step + 20)

    trainer = Trainer(SMALL, load_corpus(SMALL))
    expected = [trainer.step().loss for _ in range(step)]
    trainer.change("learning_rate", 0.01)
    expected += [trainer.step().loss for _ in range(20)]
    assert go_on(store, other, step + 20)[: step + 20] == expected
    (change,) = of_kind(store, other, "changed")
    assert (change.step, change.payload["old"], change.payload["new"]) == (step, 3e-4, 0.01)


def test_what_a_person_set_after_the_checkpoint_is_in_force(store: Store, parent: str) -> None:
    store.send(parent, "set", {"setting": "max_grad_norm", "value": 0.25})
    child = branched(store, parent, LATEST, dropout=0.5)
    settings = store.present_settings(run_of(store, child))
    assert (settings["max_grad_norm"], settings["dropout"]) == (0.25, 0.5)
    assert settings["learning_rate"] == 2e-3
    go_on(store, child, run_of(store, child).step + 5)
    assert store.present_settings(run_of(store, child)) == settings


def test_it_needs_nothing_of_its_parent(store: Store, parent: str) -> None:
    child = branched(store, parent, LATEST, learning_rate=1e-3)
    step = run_of(store, child).step
    assert store.forget(parent)
    checkpoint_path(parent).unlink()
    assert len(go_on(store, child, step + 5)) >= step + 5
    assert of_kind(store, child, "run")


def test_what_its_parent_read_of_the_test_text_is_not_its_own(store: Store, parent: str) -> None:
    store.send(parent, "stop")
    with driven(store, parent):
        wait_for_status(store, parent, "finished")
    splits = {one.payload["split"] for one in of_kind(store, parent, "evaluation")}
    child = branched(store, parent, LATEST, learning_rate=1e-3)
    assert splits == {"valid", "test"}
    assert {one.payload["split"] for one in of_kind(store, child, "evaluation")} == {"valid"}


def test_what_would_need_other_weights_is_refused_and_leaves_nothing(
    store: Store, parent: str
) -> None:
    run, there = run_of(store, parent), len(store.runs())
    assert "hidden_size" not in branch_settings()
    with pytest.raises(ConfigError, match="hidden_size"):
        prepare(run, LATEST, {"hidden_size": 9})
    with pytest.raises(ConfigError, match="learning_rate"):
        prepare(run, LATEST, {"learning_rate": -1})
    with pytest.raises(CheckpointError):
        prepare(run, "mark-7", {})
    assert len(store.runs()) == there


def test_people_write_on_their_runs(store: Store) -> None:
    run_id = store.create_run(SMALL)
    store.labels.name(run_id, "  a small rate ")
    store.labels.note(run_id, "too slow\nat first")
    store.labels.pin(run_id)
    run = run_of(store, run_id)
    assert (run.name, run.note, run.pinned) == ("a small rate", "too slow\nat first", 1)
    store.labels.name(run_id, "")
    assert run_of(store, run_id).name is None
    with pytest.raises(ConfigError, match="101"):
        store.labels.name(run_id, "x" * 101)
