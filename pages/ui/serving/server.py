"""What all visits of this server share: the run store, the workers and the hub."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from threading import Event, Lock, Thread

from threadpoolctl import threadpool_limits

from pages.ui.serving.identity import visitor_of
from pages.ui.streaming.hub import Hub
from pages.ui.streaming.operations import Translate
from rnncore.errors import ClusterError, RnnError, StoreError
from rnncore.runs import texts
from rnncore.runs.claim import CommandName
from rnncore.runs.database import default_url
from rnncore.runs.executors import Executor, admit, executor_of, named_scheduler, request
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.runs.troubles import replaced_store, unknown_run, watched_only
from rnncore.sweeps.tending import tend

log = logging.getLogger(__name__)
ADMIT_SECONDS = 0.5
"""From one look at the queue to the next."""

_lock = Lock()
_hub: Hub | None = None
_hindrance: ClusterError | None = None
_replaced: set[str] = set()
"""Stores whose file has been deleted or replaced since this server began."""


def store() -> Store:
    """The run store. Raises StoreError if it cannot be opened.

    Where its file has been deleted or replaced, it is the one that is there now.
    """
    with _lock:
        url = default_url()
        opened = _store(url)
        if opened.replaced:
            _replaced.add(url)
            _store.cache_clear()
            opened.close()
            opened = _store(url)
        return opened


def executor() -> Executor:
    """Who starts this server's workers.  Raises ClusterError if they cannot share a store."""
    with _lock:
        return _executor(default_url())


def hindrance() -> ClusterError | None:
    """Why no worker could be called when the queue was looked at last; None if nothing is wrong."""
    return _hindrance


def compose(translate: Translate) -> None:
    """Build the hub with what turns a record into drawing operations; app.py calls it, once."""
    global _hub
    _hub = Hub(store, translate, identify=lambda cookies: visitor_of(cookies, store()))


def hub() -> Hub:
    """Who reads the store for all open pages. Raises RuntimeError before `compose`."""
    if _hub is None:
        raise RuntimeError("the server has no hub yet: app.py composes it before the first visit")
    return _hub


def find(run_id: str) -> RunRow | None:
    """The run of this id as it stands, None if there is none.

    Raises StoreError, also for a run that may have been in a store that was replaced.
    """
    opened = store()
    run = opened.run(run_id)
    if run is None and opened.url in _replaced:
        raise replaced_store(opened.url)
    if run is not None:
        texts.fetch(str(run.settings.get("corpus", "")))  # begun on another server, perhaps
    return run


def find_or_none(run_id: str | None) -> RunRow | None:
    """The same where nobody needs to be told: None also for a store that cannot be read, which
    the page says where it looks for the run itself."""
    try:
        return find(run_id) if run_id else None
    except StoreError:
        return None


def epochs(run: RunRow) -> int:
    """How many epochs the run makes in all: those it began with, or more if it was to go on.

    Those it began with while the store cannot be read: whoever found the run says why.
    """
    try:
        changes = store().records_after(run.id, kinds=("changed",))
    except StoreError:
        return run.config.epochs
    told = [change.payload["new"] for change in changes if change.payload["setting"] == "epochs"]
    return int(told[-1]) if told else run.config.epochs


def controls(visitor: str, run: RunRow) -> bool:
    """Whether the visitor began the run, or it was handed over.  Raises StoreError."""
    return run.owner == visitor or visitor in store().access.visitors(run.id)


def command(visitor: str, run_id: str, name: CommandName, value: object = None) -> None:
    """Ask something of a run; it queues for a worker if it needs one.

    Raises   StoreError, also if the visitor may only watch the run.
    """
    run = find(run_id)
    if run is None:
        raise unknown_run(run_id)
    if not controls(visitor, run):
        raise watched_only(run_id)
    request(store(), executor(), run_id, name, value)


@asynccontextmanager
async def serving(address: str) -> AsyncIterator[None]:
    """The server's life: a worker is warm, the hub reads, runs in the queue get their turn, and
    sweeps are looked after; at the end all workers are told.

    `address` is where the server is reached, noted for links that the command line makes.
    What pages measure uses one thread a visit: more would fight with the training for the cores.
    """
    threadpool_limits(1, "blas")
    with suppress(StoreError, ClusterError):  # the page says it, in words
        store().note_address(address)
        executor().warm()
    over = Event()
    queue = Thread(target=_admit_until, args=(over,), name="queue", daemon=True)
    sweeps = Thread(target=tend, args=(over, store, executor), name="sweeps", daemon=True)
    queue.start()
    sweeps.start()
    try:
        async with hub().serving():
            yield
    finally:
        over.set()
        queue.join()
        sweeps.join()
        with suppress(ClusterError):
            executor().close()


def _admit_until(over: Event) -> None:
    """Let in who waits for a place, as places come free, whatever one attempt comes to: without
    this thread they would wait for ever."""
    global _hindrance
    while not over.wait(ADMIT_SECONDS):
        try:
            admit(store(), executor())
            _hindrance = None
        except ClusterError as error:
            _hindrance = error
        except RnnError:
            pass  # said to whoever waits, on the page
        except Exception:  # such as a machine that can start no process for a while
            log.exception("The queue could not be served; it is tried again.")


@cache
def _store(url: str) -> Store:
    return Store(url)


@cache
def _executor(url: str) -> Executor:
    return executor_of(named_scheduler(), url)
