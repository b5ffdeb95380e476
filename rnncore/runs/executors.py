"""Who starts workers: processes on this machine, with a warm spare so that a start is instant."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock, Thread, Timer
from time import monotonic
from typing import Literal, Protocol

from rnncore.errors import ClusterError, StoreError
from rnncore.runs.capacity import capacity
from rnncore.runs.claim import CommandName
from rnncore.runs.store import Store
from rnncore.runs.troubles import patiently, unknown_run

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds rnncore."""
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
}
LEAVING: dict[CommandName | None, tuple[Literal["paused", "finished"], str]] = {
    "pause": ("paused", "asked"),
    "stop": ("finished", "stopped"),
}
"""What a run in the queue becomes by a command that takes it out."""
SCHEDULER, LOCAL = "RNN_EXPLORER_SCHEDULER", "local"
NEXT_SPARE_SECONDS = 1.5
"""A new spare warms up when the run just started has shown its first points."""


class Executor(Protocol):
    """Brings workers to runs.

    Raises   ClusterError, from every method but `close`, if no worker can be had now.
    """

    def places(self) -> int:
        """How many workers may live at a time.  Raises   ConfigError as `capacity` does."""

    def warm(self) -> None:
        """Get ready for the first run; returns at once."""

    def close(self) -> None:
        """Let go of all workers in good order."""

    def launch(self, run_id: str, *others: str) -> None:
        """See to it that a worker claims the run, and after it the others, one after another.

        Returns at once. One of a series goes on with what its series has next.
        """


def request(
    store: Store,
    executor: Executor,
    run_id: str,
    command: CommandName | None = None,
    value: object = None,
) -> None:
    """Send a command to a run, and let it queue for a worker if it has none and needs one.

    Without a command: only see to a worker, so that a fresh run shows what is true at step 0.
    A pause of a run without a worker, or a setting, waits in the store for the next one; a run that
    waits in the queue leaves it at once. A run that has made all its epochs needs a worker only to
    go on ("extend").
    Raises   StoreError if there is no such run; ConfigError as `capacity` does; ClusterError,
             and the run waits for a worker.
    """
    if command in LEAVING and store.queue.leave(run_id, *LEAVING[command]):
        return
    if command is not None:
        store.send(run_id, command, value)
        store.renew_lease(run_id)  # whoever asks for something is there
    run = store.run(run_id)
    if run is None:
        raise unknown_run(run_id)
    done = run.stored_status == "finished" and run.reason == "completed" and command != "extend"
    if not run.alive and not done and command not in ("pause", "set") and store.queue.join(run_id):
        admit(store, executor)


def admit(store: Store, executor: Executor, series: str | None = None) -> None:
    """Call workers for the runs whose turn it is, or of those for the runs of one series.

    Raises   StoreError, ConfigError, and ClusterError.

    Where no worker can be called, a run is the first of the queue again.
    """
    admitted = store.queue.admit(executor.places(), series=series)
    for place, run_id in enumerate(admitted):
        try:
            executor.launch(run_id)
        except OSError:
            log.exception("No worker could be started for run %s; it waits on.", run_id)
            store.queue.put_back(run_id)
        except ClusterError:
            for waiting in admitted[place:]:
                store.queue.put_back(waiting)
            raise


class LocalExecutor:
    """One process per run on this machine, and one spare that has everything imported.

    A worker lives on when a page reruns; when the server is killed it trains on until its lease
    runs out, then pauses. `close` ends everything in good order: the spare at once, each worker
    after it has written a checkpoint and paused its run.
    """

    def __init__(self, store_url: str) -> None:
        self._environment = {
            **os.environ,
            **ONE_THREAD,
            "RNN_EXPLORER_DB": store_url,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        }
        self._store_url = store_url
        self._lock = Lock()
        self._spare: subprocess.Popen[bytes] | None = None
        self._workers: set[subprocess.Popen[bytes]] = set()
        self._timer: Timer | None = None
        self._closed = False

    def places(self) -> int:
        return capacity()

    def warm(self) -> None:
        """Have a spare ready; returns at once, the spare takes a second or two."""
        with self._lock:
            self._warm()

    def launch(self, run_id: str, *others: str) -> None:
        """Hand the runs to the spare, or to a new process if there is none. Returns at once."""
        token = secrets.token_hex(8)
        with self._lock:
            if self._closed:
                return
            worker, self._spare = self._spare, None
            if worker is None or not _assign(worker, token, run_id, *others):
                worker = self._start("--run", run_id, *others, "--token", token)
                _close_stdin(worker)
            self._workers.add(worker)
            if self._timer is None or not self._timer.is_alive():
                self._timer = Timer(NEXT_SPARE_SECONDS, self.warm)
                self._timer.daemon = True
                self._timer.start()
        Thread(target=self._reap, args=(worker, run_id, token), daemon=True).start()

    def pids(self) -> set[int]:
        """Ids of the processes that live: the workers, and the spare if there is one."""
        with self._lock:
            processes = self._workers | ({self._spare} if self._spare else set())
            return {process.pid for process in processes if process.poll() is None}

    def close(self, patience: float = 5.0) -> None:
        """End the spare and all workers; kill those that take longer than `patience` seconds."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            workers = set(self._workers)
            if self._spare is not None:
                workers.add(self._spare)
                self._spare = None
        deadline = monotonic() + patience
        for worker in workers:
            worker.terminate()
        for worker in workers:
            try:
                worker.wait(max(0.0, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            _close_stdin(worker)

    def _warm(self) -> None:
        if not self._closed and (self._spare is None or self._spare.poll() is not None):
            self._spare = self._start("--spare")

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        # A group of its own: Ctrl-C in the server's terminal reaches the server, which then tells
        # the workers. In a session of its own a worker would be scheduled apart from the server,
        # and its niceness would mean nothing. -P: nothing in the current folder shadows a module.
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "rnncore.runs.worker", *arguments],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            process_group=0,
        )

    def _reap(self, worker: subprocess.Popen[bytes], run_id: str, token: str) -> None:
        """Wait for the worker's end, so that a killed one is known to be gone without delay."""
        worker.wait()
        with self._lock:
            self._workers.discard(worker)
        if worker.returncode == 0:
            return

        def tell() -> None:
            with closing(Store(self._store_url)) as store:
                store.abandon(run_id, token)

        with suppress(StoreError):  # the age of the heartbeat will tell
            patiently(tell, lambda: self._closed)


def executor_of(scheduler: str | None, store_url: str) -> Executor:
    """Who starts workers: on the cluster of this scheduler, or for None on this machine.

    Raises   ClusterError if the cluster could never train for this store.
    """
    if scheduler is None:
        return LocalExecutor(store_url)
    # Dask is loaded when a cluster is named, and by nobody else.
    from rnncore.runs.cluster import DaskExecutor

    return DaskExecutor(scheduler, store_url)


def named_scheduler(named: str | None = None) -> str | None:
    """The scheduler that is named here or in RNN_EXPLORER_SCHEDULER; None for this machine."""
    address = named or os.environ.get(SCHEDULER) or LOCAL
    return None if address == LOCAL else address


def _assign(spare: subprocess.Popen[bytes], *words: str) -> bool:
    assert spare.stdin is not None
    try:
        spare.stdin.write(f"{' '.join(words)}\n".encode())
        spare.stdin.close()
    except OSError:
        return False
    return spare.poll() is None


def _close_stdin(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None and not worker.stdin.closed:
        try:
            worker.stdin.close()
        except OSError:
            return
