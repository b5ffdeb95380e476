"""A finished run goes on in a worker as in a plain loop, and an old checkpoint is warned of."""

from __future__ import annotations

import shutil

import pytest

from rnncore.errors import StoreError
from rnncore.runs.executors import request
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.runs.support import (
    SMALL,
    Launcher,
    checkpoint_file,
    driven,
    losses,
    of_kind,
    run_of,
    started,
    wait_for,
    wait_for_status,
)
from tests.training.test_checkpoints_of_before import of_before

SHORT = SMALL.with_changes(epochs=2, schedule="cosine")


def finished(store: Store) -> str:
    run_id = started(store, SHORT)
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    return run_id


def by_a_loop(epochs: int) -> list[float]:
    trainer = Trainer(SHORT, load_corpus(SHORT))
    found = [trainer.step().loss for _ in range(trainer.total_updates)]
    trainer.extend(epochs)
    return found + [trainer.step().loss for _ in range(trainer.total_updates - len(found))]


def test_a_finished_run_goes_on_and_the_curve_says_where(store: Store) -> None:
    run_id = finished(store)
    at = run_of(store, run_id).step
    store.send(run_id, "extend", 5)
    store.send(run_id, "resume")
    with driven(store, run_id):
        wait_for(lambda: run_of(store, run_id).step == at * 5 // 2)
        wait_for_status(store, run_id, "finished")
    assert losses(store, run_id) == by_a_loop(5)
    marks = {mark.payload["setting"]: mark for mark in of_kind(store, run_id, "changed")}
    assert {mark.step for mark in marks.values()} == {at}
    assert marks["epochs"].payload == {"setting": "epochs", "old": 2, "new": 5}
    assert set(marks) == {"epochs", "learning_rate"}
    assert run_of(store, run_id).reason == "completed"
    assert checkpoint.load(checkpoint_file(run_id)).config.epochs == 5


def test_it_goes_on_after_its_worker_died_before_the_next_checkpoint(store: Store) -> None:
    run_id = finished(store)
    at = run_of(store, run_id).step
    kept = checkpoint_file(run_id).with_suffix(".kept")
    shutil.copy(checkpoint_file(run_id), kept)
    store.send(run_id, "extend", 5)
    store.send(run_id, "resume")
    with driven(store, run_id):
        wait_for(lambda: run_of(store, run_id).step == at * 5 // 2)
        wait_for_status(store, run_id, "finished")
    shutil.copy(kept, checkpoint_file(run_id))  # as if the death had come right after the mark
    store.send(run_id, "resume")
    with driven(store, run_id):
        wait_for(lambda: len(of_kind(store, run_id, "rewound")) == 2)
        wait_for(lambda: run_of(store, run_id).step == at * 5 // 2)
        wait_for_status(store, run_id, "finished")
    assert losses(store, run_id) == by_a_loop(5)
    epochs = [r for r in of_kind(store, run_id, "changed") if r.payload["setting"] == "epochs"]
    assert len(epochs) == 1


@pytest.mark.slow
@pytest.mark.parametrize("value", [1, "many", None, -2, 10**12])
def test_epochs_that_cannot_be_are_told_and_nothing_is_lost(store: Store, value: object) -> None:
    run_id = finished(store)
    before = losses(store, run_id)
    store.send(run_id, "extend", value)
    with driven(store, run_id):
        error = wait_for(lambda: run_of(store, run_id).error or {})
        assert "epochs" in error["message"]
        store.send(run_id, "resume")
        wait_for_status(store, run_id, "finished")
    assert losses(store, run_id) == before


def test_only_going_on_brings_a_worker_to_a_finished_run(store: Store) -> None:
    run_id, launcher = finished(store), Launcher()
    request(store, launcher, run_id, "resume")
    assert launcher.launched == []
    request(store, launcher, run_id, "extend", 5)
    request(store, launcher, run_id, "resume")
    assert launcher.launched == [run_id]
    with pytest.raises(StoreError):
        request(store, launcher, "nobody", "extend", 5)


def test_a_checkpoint_of_before_is_warned_of_behind_every_newer_trouble(store: Store) -> None:
    old = checkpoint.read(of_before("rnn-adam"))
    run_id = store.create_run(old.config.with_changes(pace=50), watched=False)
    with driven(store, run_id):
        wait_for(lambda: of_kind(store, run_id, "run"))
    checkpoint_file(run_id).parent.mkdir(exist_ok=True)
    shutil.copy(of_before("rnn-adam"), checkpoint_file(run_id))
    with driven(store, run_id):
        error = wait_for(lambda: run_of(store, run_id).error or {})
        assert error["code"] == "checkpoint_textless"
        store.send(run_id, "set", {"setting": "learning_rate", "value": -1})
        wait_for(lambda: (run_of(store, run_id).error or {})["code"] == "settings")
        store.send(run_id, "set", {"setting": "learning_rate", "value": 0.01})
        wait_for(lambda: (run_of(store, run_id).error or {})["code"] == "checkpoint_textless")
