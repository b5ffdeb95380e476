"""Workers and servers are killed at random moments: nothing but time is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store
from tests.faults.campaign import (
    OFTEN,
    PACED,
    asked,
    becomes,
    ends_exactly,
    generator_of,
    killed,
    paced_run,
    pause,
    rounds,
)
from tests.runs.support import run_of, wait_for

SERVER = """
import sys, time
from rnncore.runs.executors import LocalExecutor, request
from rnncore.runs.store import Store
store = Store()
executor = LocalExecutor(store.url)
request(store, executor, sys.argv[1], sys.argv[2])
time.sleep(600)
"""


@rounds
def test_a_worker_is_killed(store: Store, executor: LocalExecutor, seed: int) -> None:
    generator = generator_of(seed)
    run_id = paced_run(store, executor)
    for _ in range(OFTEN):
        pause(generator, 2.0)
        killed(executor, store, run_id)
        asked(store, executor, run_id, "resume")
        becomes(store, run_id, "running")
    ends_exactly(store, executor, run_id)


@rounds
def test_a_worker_is_killed_while_it_starts(
    store: Store, executor: LocalExecutor, seed: int
) -> None:
    generator = generator_of(seed)
    run_id = store.create_run(PACED, watched=False)
    for _ in range(OFTEN):
        asked(store, executor, run_id, "start")
        pause(generator, 1.5)
        killed(executor, store, run_id)
    asked(store, executor, run_id, "start")
    ends_exactly(store, executor, run_id)


@rounds
def test_the_server_is_killed_and_its_worker_too_or_not(
    store: Store, executor: LocalExecutor, seed: int
) -> None:
    generator = generator_of(seed)
    run_id = store.create_run(PACED, watched=False)
    for command in ("start", "resume")[:OFTEN]:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, run_id, command],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "RNN_EXPLORER_DB": store.url},
        )
        try:
            wait_for(lambda: run_of(store, run_id).stored_status == "running", 60)
            pause(generator, 1.5)
        finally:
            server.kill()
            server.wait()
        # Nobody is left to see the worker off: only its silence tells.
        for worker in workers_of(run_id):
            os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not run_of(store, run_id).alive, 60)
    asked(store, executor, run_id, "resume")
    ends_exactly(store, executor, run_id)


def workers_of(run_id: str) -> list[int]:
    """The processes that were started for the run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"rnncore.runs.worker" in command and run_id.encode() in command:
            found.append(int(process.name))
    return found
