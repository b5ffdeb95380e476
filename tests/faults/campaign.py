"""What the fault campaign shares: seeds, small runs, worker processes, and what must hold after.

    RNN_EXPLORER_FAULT_SEED=7 RNN_EXPLORER_FAULT_ROUNDS=8 pytest tests/faults

Each test is one round of a seed, which its name tells; a round is repeated by that seed and
RNN_EXPLORER_FAULT_ROUNDS=1. Without them: one round of seed 1, the short form in `make test`.
"""

from __future__ import annotations

import os
import signal
from time import sleep

import numpy as np
import pytest

from rnncore.errors import StoreError
from rnncore.runs.claim import CommandName
from rnncore.runs.executors import LocalExecutor, request
from rnncore.runs.files import checkpoint_path
from rnncore.runs.store import Store
from rnncore.training import checkpoint
from tests.runs.support import SMALL, losses, run_of, script_losses, wait_for

FIRST_SEED = int(os.environ.get("RNN_EXPLORER_FAULT_SEED", "1"))
ROUNDS = int(os.environ.get("RNN_EXPLORER_FAULT_ROUNDS", "1"))
OFTEN = 1 if ROUNDS == 1 else 3
"""How often a round does what it does to one run."""
PACED = SMALL.with_changes(pace=400)
"""Slow enough that a script makes the same updates in no time."""

rounds = pytest.mark.parametrize(
    "seed", range(FIRST_SEED, FIRST_SEED + ROUNDS), ids=lambda seed: f"seed={seed}"
)


def generator_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def pause(generator: np.random.Generator, longest: float) -> None:
    """Wait for a random time: often short, for that is when things are half done."""
    sleep(longest * float(generator.random()) ** 2)


def paced_run(store: Store, executor: LocalExecutor) -> str:
    """A run that has made its first updates in a process of its own."""
    run_id = store.create_run(PACED, watched=False)
    request(store, executor, run_id, "start")
    wait_for(lambda: run_of(store, run_id).step > 0, 60)
    return run_id


def asked(store: Store, executor: LocalExecutor, run_id: str, command: CommandName) -> None:
    """Ask until the store can be written: a frozen writer locks it."""

    def sent() -> bool:
        try:
            request(store, executor, run_id, command)
        except StoreError as error:
            assert error.code == "store_busy", error
            return False
        return True

    wait_for(sent, 60)


def moves_on(store: Store, run_id: str, updates: int = 20) -> None:
    """The run makes more updates, and nobody says that it is lost or has failed meanwhile."""
    at = run_of(store, run_id).step

    def farther() -> bool:
        run = run_of(store, run_id)
        assert run.status in ("queued", "running", "ready"), (run.status, run.error)
        return run.step >= at + updates

    wait_for(farther, 60)


def killed(executor: LocalExecutor, store: Store, run_id: str) -> None:
    """Kill the run's worker and the spare, and wait until that is known."""
    workers = executor.pids()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not workers & executor.pids(), 60)
    wait_for(lambda: not run_of(store, run_id).alive, 60)
    wait_for(lambda: run_of(store, run_id).status in ("lost", "paused", "ready"), 60)


def becomes(store: Store, run_id: str, status: str) -> None:
    """Wait for the status; a run that fails instead tells why."""
    found: list[object] = []

    def reached() -> bool:
        run = run_of(store, run_id)
        found[:] = [run.status, run.error, run.worker, run.alive]
        assert run.status not in {"failed", "lost"}, found
        return run.status == status

    try:
        wait_for(reached, 60)
    except AssertionError:
        raise AssertionError(f"it became {found} and not {status}") from None


def ends_exactly(store: Store, executor: LocalExecutor, run_id: str) -> None:
    """The run is stopped; all its updates are there, bit for bit those of an undisturbed one."""
    becomes(store, run_id, "running")
    asked(store, executor, run_id, "stop")
    becomes(store, run_id, "finished")
    reported = losses(store, run_id)
    assert len(reported) == run_of(store, run_id).step
    assert reported == script_losses(PACED, len(reported))
    assert checkpoint.load(checkpoint_path(run_id)).steps == len(reported)
