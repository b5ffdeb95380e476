"""Who brings workers of a Dask cluster to runs.

A task trains a run. What became of the run stands in the store alone; the end of a task tells only
that its worker is gone.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

import rnncore
from rnncore.errors import ClusterError, RnnError, StoreError
from rnncore.runs import files, remote, texts
from rnncore.runs.capacity import named_capacity
from rnncore.runs.executors import SCHEDULER
from rnncore.runs.remote import Shared, run_one
from rnncore.runs.store import Store
from rnncore.runs.troubles import patiently
from rnncore.runs.worker import fail

log = logging.getLogger(__name__)

CONNECT_SECONDS, LOOK_SECONDS = 5.0, 10.0
"""Seconds in which a scheduler must answer, and a worker that is looked at."""


class DaskExecutor:
    """Sends runs to the workers of the cluster at `address`, such as tcp://127.0.0.1:8786.

    A worker is sent runs once it has shown that it has this version and reaches the store and the
    checkpoints. Runs go on when this process ends: those that nobody watches pause by themselves.
    Raises   ClusterError, here if the cluster could never train for this store, and from every
             method but `close` if it cannot now.
    """

    def __init__(self, address: str, store_url: str) -> None:
        _check(address, store_url)
        self._address, self._store_url = address, store_url
        self._lock = Lock()
        self._client: Any = None
        self._seen: dict[str, RnnError | None] = {}  # what a look at each worker has shown
        self._tasks: set[Any] = set()
        self._closed = False

    def warm(self) -> None:
        """Look at the cluster's workers; returns at once."""

        def look() -> None:
            with suppress(RnnError):  # said to whoever starts a run
                self.places()

        Thread(target=look, name="cluster", daemon=True).start()

    def places(self) -> int:
        """How many runs the workers train at a time: one in each of their threads, or fewer where
        RNN_EXPLORER_RUNS says so."""
        threads = sum(self._fit().values())
        return min(named_capacity() or threads, threads)

    def launch(self, run_id: str, *others: str) -> None:
        fit = self._fit()
        with closing(Store(self._store_url)) as store:
            for each in (run_id, *others):
                try:
                    texts.share(remote.corpus_of(store, each))
                except OSError as failure:
                    raise remote.unshared(str(files.checkpoints_folder()), failure) from None
            shared = self._shared(store)
        with self._asking():
            for each in (run_id, *others):
                token = secrets.token_hex(8)
                # pure=False: each call is a task of its own, as those of `Client.get_executor` are,
                # which however tells nothing of a task whose scheduler has gone.
                task = self._client.submit(
                    *(run_one, shared, each, token), pure=False, workers=sorted(fit)
                )
                self._tasks.add(task)  # Dask forgets a task that nobody holds
                task.add_done_callback(partial(self._tell, run_id=each, token=token))

    def close(self) -> None:
        """Take back what has not begun, and let go of the cluster."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # it has gone away, or goes away just now
                client.close(timeout=CONNECT_SECONDS)
        self._tasks.clear()

    # The workers.

    def _fit(self) -> dict[str, int]:
        """Threads of the workers that can train for this store, by address."""
        with self._lock:
            if self._closed:
                raise self._away("it has been closed here")
            with self._asking():
                self._connect()
                client = self._client
                about = client.sync(
                    client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT_SECONDS
                )
                found = about["workers"].items()
            threads = {
                str(name): int(one["nthreads"])
                for name, one in found
                if one["status"] == "running"  # one that is about to end takes no more
            }
            self._seen = {name: seen for name, seen in self._seen.items() if name in threads}
            new = sorted(threads.keys() - self._seen.keys())
            if new:
                self._look(new)
            fit = {name: threads[name] for name, error in self._seen.items() if error is None}
            problems = [error for error in self._seen.values() if error is not None]
        if not fit and problems:
            raise problems[0]
        if not fit:
            raise ClusterError(
                "cluster_empty",
                f"The cluster at {self._address} has no workers; start one with: dask worker "
                f"{self._address} --nthreads 1",
                address=self._address,
            )
        return fit

    def _connect(self) -> None:
        from distributed import Client

        client: Any = Client
        if self._client is not None and self._client.status == "closed":
            self._client = None
        if self._client is None:
            self._client = client(
                self._address, timeout=CONNECT_SECONDS, set_as_default=False, name="rnn-explorer"
            )
            self._seen = {}
        if self._client.status != "running":
            raise TimeoutError("the connection was lost")

    def _look(self, workers: list[str]) -> None:
        """Note what new workers reach; what keeps one from being used is logged."""
        probe = f".probe.{secrets.token_hex(8)}.part"
        folder = files.checkpoints_folder()
        try:
            files.write(folder / probe, b"")
        except OSError as failure:
            raise remote.unshared(str(folder), failure) from None
        try:
            with closing(Store(self._store_url)) as store:
                shared = self._shared(store)
            with self._asking():
                found = self._ask(workers, shared, probe)
        finally:
            with suppress(OSError):
                (folder / probe).unlink()
        for worker in workers:
            told = found.get(worker, TimeoutError())
            if isinstance(told, OSError):
                continue  # it has gone away meanwhile, or does not answer: it is asked again
            if isinstance(told, Exception) and not isinstance(told, RnnError):
                log.warning("The worker %s cannot be used: %s", worker, told)
                told = remote.other_version(worker, "none", rnncore.__version__)
            if isinstance(told, RnnError):
                log.warning("%s", told)
            self._seen[worker] = told

    def _ask(self, workers: list[str], shared: Shared, probe: str) -> dict[str, Any]:
        """What each of the workers says; one that does not answer in time is left out."""
        try:
            found: dict[str, Any] = self._client.run(
                *(remote.look, shared, probe, rnncore.__version__),
                workers=workers,
                on_error="return",
                callback_timeout=LOOK_SECONDS,
            )
        except TimeoutError:
            if len(workers) == 1:
                return {}
            alone = [self._ask([worker], shared, probe) for worker in workers]
            return {name: told for each in alone for name, told in each.items()}
        return found

    def _shared(self, store: Store) -> Shared:
        return Shared(self._store_url, store.id, str(files.checkpoints_folder()))

    # What becomes of a task.

    def _tell(self, task: Any, run_id: str, token: str) -> None:
        """Let the store know of a worker that has gone, so that its run is lost without delay."""
        self._tasks.discard(task)
        if task.status == "finished":
            return
        error = task.exception() if task.status == "error" else None
        if error is not None:
            log.warning("The task of run %s has ended: %s", run_id, error)

        def say() -> None:
            with closing(Store(self._store_url)) as store:
                if error is None:  # the scheduler has gone: what has not begun waits again
                    store.queue.put_back(run_id)
                elif isinstance(error, RnnError):
                    claim = store.claim(run_id, token, called=True)
                    if claim is not None:
                        fail(claim, error)
                else:
                    store.abandon(run_id, token)

        with suppress(StoreError):  # the age of the heartbeat will tell
            patiently(say, lambda: self._closed)

    # What can be wrong.

    def _asking(self) -> _Asking:
        return _Asking(self._away)

    def _away(self, problem: str) -> ClusterError:
        return ClusterError(
            "cluster_away",
            f"The scheduler {self._address} does not answer ({problem}); start it, or correct the "
            f"address in --scheduler or {SCHEDULER}. Runs wait for it and go on.",
            address=self._address,
            problem=problem,
        )


class _Asking:
    """Turns whatever Dask raises inside into a ClusterError."""

    def __init__(self, away: Callable[[str], ClusterError]) -> None:
        self._away = away

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, failure: BaseException | None, __: object) -> None:
        if isinstance(failure, Exception) and not isinstance(failure, RnnError):
            said = (str(failure).strip() or type(failure).__name__).splitlines()[0]
            raise self._away(said.rstrip(".")) from None


def _check(address: str, store_url: str) -> None:
    """Raise ClusterError where a cluster at this address could never train for this store."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise ClusterError(
            "cluster_packages",
            f"A scheduler is named ({address}), but the packages for it are missing; install them "
            f"with: pip install -r requirements-cluster.txt",
            address=address,
        ) from None
    if urlsplit(address).scheme not in ("tcp", "tls") or not urlsplit(address).netloc:
        raise ClusterError(
            "cluster_address",
            f"{address} is no address of a scheduler; give one such as tcp://127.0.0.1:8786, or "
            f"local for this machine.",
            address=address,
        )
    with suppress(ArgumentError):  # said where the store is opened
        if make_url(store_url).get_backend_name() == "sqlite":
            raise ClusterError(
                "cluster_sqlite",
                f"The run store is an SQLite file, which workers of the scheduler {address} on "
                f"other machines cannot share; let RNN_EXPLORER_DB name a PostgreSQL database.",
                address=address,
            )
