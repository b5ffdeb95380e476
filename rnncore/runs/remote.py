"""What runs on a worker of a Dask cluster: a look at what it reaches, and the training of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

import rnncore
from rnncore.errors import ClusterError, StoreError
from rnncore.runs import files, texts
from rnncore.runs.store import Store
from rnncore.runs.troubles import patiently, place
from rnncore.runs.worker import Ending, run_many

STORE_PATIENCE = 30.0
"""Seconds in which a worker must reach the store at first; from then on it waits for good."""
CLOSING_SECONDS = 0.1
"""From one look whether the cluster takes this worker away to the next."""


class Shared(NamedTuple):
    """What a server shares with the workers.

    store         address of the run store, and
    id            what tells it from others
    checkpoints   folder or address of the checkpoints
    """

    store: str
    id: str
    checkpoints: str


def look(shared: Shared, probe: str, version: str, dask_worker: Any = None) -> None:
    """Raise ClusterError if runs could not be trained here as they are on the server's machine.

    probe     name of a file that the server has put beside the checkpoints
    version   of RNN Explorer on the server
    `Client.run` gives the worker, by this name.
    """
    worker = str(dask_worker.address)
    if rnncore.__version__ != version:
        raise other_version(worker, rnncore.__version__, version)
    _reach_store(worker, shared)
    _reach_checkpoints(worker, shared, probe)


def run_one(shared: Shared, run_id: str, token: str) -> bool:
    """Train a run, and then what its series has next, in this thread; whether it was to be had.

    It is not if another worker has come for it: a cluster that sends it twice trains it once.
    Raises   RnnError if it cannot be trained for want of the store.
    """
    os.environ[files.VARIABLE] = shared.checkpoints
    until = monotonic() + STORE_PATIENCE
    with (
        closing(patiently(lambda: Store(shared.store), lambda: monotonic() > until)) as store,
        threadpool_limits(1),
        _ending() as ending,
    ):
        texts.fetch(patiently(lambda: corpus_of(store, run_id)))
        return run_many(store, [run_id], token, ending, called=True)


def unshared(where: str, failure: OSError) -> ClusterError:
    """The error for a place of checkpoints that cannot be written."""
    problem = failure.strerror or str(failure)
    return ClusterError(
        "cluster_unshared",
        f"The checkpoints in {where} cannot be written ({problem}); let "
        f"RNN_EXPLORER_CHECKPOINTS name a folder or an object store that every machine reaches.",
        where=where,
        problem=problem,
    )


def other_version(worker: str, there: str, here: str) -> ClusterError:
    """The error for a worker of another version; `there` is "none" where it has none at all."""
    return ClusterError(
        "cluster_version",
        f"The worker {worker} has RNN Explorer {there} and this machine {here}; install the same "
        f"version on both and start the worker again.",
        worker=worker,
        there=there,
        here=here,
    )


def _reach_store(worker: str, shared: Shared) -> None:
    try:
        with closing(Store(shared.store)) as store:
            problem = "" if store.id == shared.id else "another store is there"
    except StoreError as error:
        problem = str(error.values.get("problem", "")) or str(error)
    if problem:
        where = place(shared.store)
        raise ClusterError(
            "cluster_store",
            f"The worker {worker} does not reach the run store {where} ({problem}); give "
            f"RNN_EXPLORER_DB an address that every machine reaches.",
            worker=worker,
            where=where,
            problem=problem,
        )


def _reach_checkpoints(worker: str, shared: Shared, probe: str) -> None:
    folder = files.at(shared.checkpoints)
    try:
        found, problem = (folder / probe).exists(), "what was put there is not seen"
        if found:
            own = folder / f"{probe}.{os.getpid()}.part"
            files.write(own, b"")
            own.unlink()
    except OSError as failure:
        found, problem = False, failure.strerror or str(failure)
    if not found:
        raise ClusterError(
            "cluster_checkpoints",
            f"The worker {worker} cannot keep checkpoints in {shared.checkpoints} ({problem}); let "
            f"RNN_EXPLORER_CHECKPOINTS name a folder or an object store that every machine "
            f"reaches.",
            worker=worker,
            where=shared.checkpoints,
            problem=problem,
        )


def corpus_of(store: Store, run_id: str) -> str:
    """The text of a run; empty if there is no such run."""
    run = store.run(run_id)
    return str(run.settings.get("corpus", "")) if run is not None else ""


@contextmanager
def _ending() -> Iterator[Ending]:
    """Told when the cluster takes this worker away: its run pauses and goes on elsewhere."""
    from distributed import get_worker
    from distributed.core import Status

    worker, ending, over = get_worker(), Ending(), Event()

    def watch() -> None:
        while not over.wait(CLOSING_SECONDS):
            if worker.status not in (Status.running, Status.paused):
                ending.tell()
                return

    watching = Thread(target=watch, name="closing", daemon=True)
    watching.start()
    try:
        yield ending
    finally:
        over.set()
        watching.join()
