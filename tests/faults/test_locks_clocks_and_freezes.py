"""Locks, clocks that jump and frozen processes: no run is taken for lost, none is damaged."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from rnncore.runs.claim import CommandName
from rnncore.runs.executors import LocalExecutor
from rnncore.runs.row import LOST_AFTER
from rnncore.runs.store import Store
from tests.faults.campaign import (
    OFTEN,
    PACED,
    ROUNDS,
    asked,
    becomes,
    ends_exactly,
    generator_of,
    moves_on,
    paced_run,
    pause,
    rounds,
)
from tests.runs.support import driven, losses, run_of, script_losses, started, wait_for


@rounds
def test_another_program_locks_the_database(
    store: Store, executor: LocalExecutor, home: Path, seed: int
) -> None:
    generator = generator_of(seed)
    run_id = paced_run(store, executor)
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None, timeout=30)) as other:
        for _ in range(OFTEN):
            other.execute("BEGIN IMMEDIATE")
            pause(generator, 1.5)
            assert run_of(store, run_id).status == "running"
            other.execute("ROLLBACK")
            moves_on(store, run_id)
    ends_exactly(store, executor, run_id)


@pytest.mark.skipif(ROUNDS == 1, reason="takes as long as a worker may be silent: not in short")
def test_a_long_lock_is_no_lost_run(store: Store, executor: LocalExecutor, home: Path) -> None:
    run_id = paced_run(store, executor)
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        wait_for(lambda: run_of(store, run_id).silent, LOST_AFTER + 10)
        run = run_of(store, run_id)
        assert run.status == "running"
        assert run.error is not None
        assert run.error["code"] == "store_busy"
        other.execute("ROLLBACK")
    moves_on(store, run_id)
    wait_for(lambda: not run_of(store, run_id).silent)
    ends_exactly(store, executor, run_id)


def clock_ahead(seconds: float) -> float:
    return time.time() + seconds


@rounds
def test_the_clock_jumps(store: Store, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = generator_of(seed)
    run_id = started(store, PACED)
    with driven(store, run_id):
        for _ in range(4):
            ahead = float(generator.choice([-1.0, 1.0]) * 10 ** generator.uniform(0, 6))
            monkeypatch.setattr("rnncore.runs.clock.time", partial(clock_ahead, ahead))
            wait_for(lambda: run_of(store, run_id).status == "running")
            moves_on(store, run_id)
    dead = run_of(store, run_id)
    assert (dead.status, dead.alive) == ("paused", False)
    reported = losses(store, run_id)
    assert reported == script_losses(PACED, len(reported))


@rounds
def test_a_worker_is_frozen_and_another_takes_its_run(store: Store, seed: int) -> None:
    generator = generator_of(seed)
    run_id = store.create_run(PACED, watched=False)
    with ExitStack() as opened:
        worker, executor = launched(store, run_id, "start", opened)
        for _ in range(OFTEN):
            pause(generator, 1.5)
            token = run_of(store, run_id).worker
            os.kill(worker, signal.SIGSTOP)
            try:
                if not silenced(store, str(token)):
                    continue
                successor = launched(store, run_id, "resume", opened)
                becomes(store, run_id, "running")
                pause(generator, 1.0)
            finally:
                os.kill(worker, signal.SIGCONT)
            wait_for(partial(ended, worker, executor), 60)
            assert run_of(store, run_id).worker not in (None, token)
            worker, executor = successor
            moves_on(store, run_id)
        ends_exactly(store, executor, run_id)


def launched(
    store: Store, run_id: str, command: CommandName, opened: ExitStack
) -> tuple[int, LocalExecutor]:
    """A worker of an executor of its own, so that it is known which process it is."""
    executor = LocalExecutor(store.url)
    opened.callback(executor.close)
    asked(store, executor, run_id, command)
    (worker,) = executor.pids()
    wait_for(lambda: run_of(store, run_id).step > 0, 60)
    return worker, executor


def silenced(store: Store, token: str) -> bool:
    """As if the worker had been silent for long. False where it froze inside a transaction: then
    the store is locked until it goes on, and nobody takes its run."""
    path = store.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as other:
        try:
            other.execute("UPDATE runs SET heartbeat = 1 WHERE worker = ?", (token,))
        except sqlite3.OperationalError:
            return False
    return True


def ended(worker: int, executor: LocalExecutor) -> bool:
    """A frozen worker that goes on finds its run taken, and ends."""
    return worker not in executor.pids()
