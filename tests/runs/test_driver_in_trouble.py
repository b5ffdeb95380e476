"""Whatever happens to a run, it says so and loses nothing that it has learned."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from rnncore.errors import StoreError
from rnncore.runs import report as report_module
from rnncore.runs.claim import Claim, ClaimLost
from rnncore.runs.driver import IDLE_LEASES
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.clock import Clock
from tests.runs.support import (
    SMALL,
    checkpoint_file,
    driven,
    losses,
    of_kind,
    run_of,
    script_losses,
    started,
    wait_for,
    wait_for_status,
    wait_for_steps,
)

LEASE = 0.4
"""Seconds on the test's own clock; watched is looked for four times in a lease, on any clock."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What tells the age of a lease, and stands still unless it is moved."""
    standing = Clock()
    monkeypatch.setenv("RNN_EXPLORER_LEASE_SECONDS", str(LEASE))
    monkeypatch.setattr("rnncore.runs.heartbeat.monotonic", standing)
    return standing


def test_nobody_watching_pauses_the_run_and_then_ends_the_worker(
    store: Store, clock: Clock
) -> None:
    run_id = started(store, watched=True)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 1)
        clock.now += 1.1 * LEASE
        wait_for_status(store, run_id, "paused")
        run = run_of(store, run_id)
        assert run.reason == "unwatched"
        assert run.step == checkpoint.load(checkpoint_file(run_id)).steps > 0
        clock.now += IDLE_LEASES * LEASE
        wait_for(lambda: run_of(store, run_id).worker is None)


@pytest.mark.slow
def test_a_watched_run_goes_on(store: Store, clock: Clock) -> None:
    run_id = started(store, watched=True)
    with driven(store, run_id) as driver:
        wait_for_steps(store, run_id, 1)
        for _ in range(4):
            clock.now += 0.9 * LEASE
            store.renew_lease(run_id)
            wait_for(lambda: driver._heartbeat.unwatched == 0)
            wait_for_steps(store, run_id, run_of(store, run_id).step + 1)
        assert run_of(store, run_id).status == "running"


def test_a_diverging_run_stops_and_goes_on_from_its_last_good_state(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 30)
        store.send(run_id, "checkpoint")
        wait_for(lambda: checkpoint_file(run_id).exists())
        for setting, value in (("max_grad_norm", 0.0), ("learning_rate", 1e30)):
            store.send(run_id, "set", {"setting": setting, "value": value})
        wait_for_status(store, run_id, "finished")
    run = run_of(store, run_id)
    assert run.reason == "diverged"
    assert run.error is not None
    assert run.error["code"] == "diverged"
    good = checkpoint.load(checkpoint_file(run_id))
    assert good.steps <= run.step
    assert all(math.isfinite(loss) for loss in losses(store, run_id))

    store.send(run_id, "set", {"setting": "learning_rate", "value": 1e-3})
    store.send(run_id, "resume")
    with driven(store, run_id, "second"):
        wait_for_steps(store, run_id, good.steps + 50)
        wait_for_status(store, run_id, "running")
    losses(store, run_id)
    resumed = run_of(store, run_id)
    assert resumed.error is None


def test_a_full_disk_is_told_once_and_stops_nothing(store: Store, home: Path) -> None:
    blocked = home / "checkpoints"
    blocked.write_text("a file where the folder should be")
    run_id = started(store)
    with driven(store, run_id):
        for _ in range(3):
            store.send(run_id, "checkpoint")
        error = wait_for(lambda: run_of(store, run_id).error or {})
        assert error["code"] == "checkpoint_unwritable"
        run = run_of(store, run_id)
        wait_for_steps(store, run_id, run.step + 20)
        told = [r for r in of_kind(store, run_id, "status") if r.payload["error"]]
        assert [r.payload["status"] for r in told] == ["running"]
        blocked.unlink()
        store.send(run_id, "checkpoint")
        wait_for(lambda: run_of(store, run_id).error is None)
        assert checkpoint_file(run_id).exists()


@pytest.mark.slow
def test_a_store_that_is_full_for_a_while_costs_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_module, "RETRY_SECONDS", 0.01)
    refusals = iter(range(5))
    commit = Claim.commit

    def refuse(self: Claim, *arguments: Any, **columns: Any) -> None:
        if next(refusals, None) is not None:
            raise StoreError("store_full", "The disk is full.")
        commit(self, *arguments, **columns)

    run_id = started(store)
    monkeypatch.setattr(Claim, "commit", refuse)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 50)
    reported = losses(store, run_id)
    assert reported == script_losses(SMALL, len(reported))


def test_a_displaced_driver_stops_and_writes_no_more(store: Store) -> None:
    run_id = started(store)

    def take() -> object:
        store.abandon(run_id, "driver")
        return store.claim(run_id, "second")

    with pytest.raises(ClaimLost), driven(store, run_id):
        wait_for_steps(store, run_id, 5)
        wait_for(take)
        before = store.records_after(run_id)
    assert store.records_after(run_id) == before


@pytest.mark.slow
def test_what_was_set_last_stays_in_force_when_the_worker_is_lost(
    store: Store, tmp_path: Path
) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        saved = tmp_path / "saved"
        shutil.copy(checkpoint_file(run_id), saved)
        at = run_of(store, run_id).step
        store.send(run_id, "resume")
        wait_for_steps(store, run_id, at + 20)
        store.send(run_id, "set", {"setting": "learning_rate", "value": 0.05})
        wait_for(lambda: of_kind(store, run_id, "changed"))
    shutil.copy(saved, checkpoint_file(run_id))  # as if all since then had been lost
    store.send(run_id, "resume")
    with driven(store, run_id, "second"):
        wait_for(lambda: of_kind(store, run_id, "rewound"))
        wait_for_steps(store, run_id, at + 50)
    (mark,) = of_kind(store, run_id, "changed")
    assert (mark.step, mark.payload["new"]) == (at, 0.05)
    trainer = Trainer(SMALL, load_corpus(SMALL))
    expected = [trainer.step().loss for _ in range(at)]
    trainer.change("learning_rate", 0.05)
    told = losses(store, run_id)
    assert told == expected + [trainer.step().loss for _ in range(len(told) - at)]
