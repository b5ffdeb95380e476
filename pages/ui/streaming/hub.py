"""The hub: one reader of the run store per server, fanned out to every open page."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from threading import Event, Lock, Thread, current_thread, main_thread
from time import monotonic
from typing import Any, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from pages.ui.streaming.mailbox import Subscriber, Update
from pages.ui.streaming.operations import Op
from rnncore.errors import StoreError
from rnncore.runs.downsample import downsample
from rnncore.runs.heartbeat import lease_seconds
from rnncore.runs.records import Record, error_values
from rnncore.runs.row import RunRow, is_run_id
from rnncore.runs.store import Store
from rnncore.runs.troubles import unknown_run

Translate: TypeAlias = Callable[[Record], list[Op]]
"""What turns a record of a run into the drawing operations that show it."""

POLL_SECONDS = 0.05
RETRY_SECONDS = 1.0
BEAT_SECONDS = 10.0
CURSOR = re.compile("[0-9]{1,18}")
PAGE = 500
"""Most records of a run that one poll reads; the next one goes on."""

log = logging.getLogger(__name__)


class Watch:
    """A run that at least one page shows, as far as the hub has read it."""

    def __init__(self, run: RunRow | None) -> None:
        self.seq = run.last_seq if run else 0
        self.state = _state(run) if run else None
        self.known = run is not None  # one that is still to begin is not missed
        self.subscribers: set[Subscriber] = set()


class Hub:
    """Reads what is new of the watched runs, translates each record once, and hands it to all.

    open_store   gives the server's store, the same one each time; may raise StoreError
    translate    the drawing operations of a record; called in the hub's thread
    downsample   shortens the history that a newcomer is sent
    Someone who watches, by a stream or by `records_since`, renews the run's lease.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        translate: Translate,
        downsample: Callable[[Sequence[Record]], list[Record]] = downsample,
    ) -> None:
        self._open_store, self._translate, self._downsample = open_store, translate, downsample
        self._watches: dict[str, Watch] = {}
        self._renewed: dict[str, float] = {}
        self._lock = Lock()
        self._over = Event()
        self._thread = Thread(target=self._run, name="hub", daemon=True)
        self._unreachable: Op | None = None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The hub's life: enter it in the server's lifespan, once."""
        self._thread.start()
        with _before_shutdown(self.close):
            try:
                yield
            finally:
                self.close()
                await asyncio.to_thread(self._thread.join)

    async def stream(self, request: Request) -> Response:
        """Route /live/{run_id}: server-sent events, each a JSON list of operations.

        The id of an event is the seq of its last record; a reader that comes back with it in
        Last-Event-ID or ?after= goes on from there; one that no event had counts as none. An
        unknown run is 404 with {code, message}; with ?await= it is one that will begin, if there
        can be one of this id, and its stream is open when it does.
        """
        run_id = request.path_params["run_id"]
        after = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        run = None
        try:
            run = await asyncio.to_thread(self._find, run_id)
        except StoreError as error:
            status = 404 if error.code == "unknown_run" else 503
            awaited = "await" in request.query_params and is_run_id(run_id)
            if status == 503 or not awaited:
                return JSONResponse(error_values(error), status, {"Cache-Control": "no-store"})
        return StreamingResponse(
            self._flow(run_id, run, _cursor(after, run)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def records_since(self, run_id: str, after: int = 0) -> tuple[int, list[Op]]:
        """What a stream would send next, for a page that cannot open one: (seq, operations).

        The operations end with the run's status.  Raises StoreError if there is no such run.
        """
        run = self._find(run_id)
        troubles: list[StoreError] = []
        found = self._open_store().records_after(run_id, after, damaged=troubles)
        try:
            self.watching(run_id)
        except StoreError as error:  # what cannot be written can still be shown
            troubles.insert(0, error)
        records = self._downsample(found)
        ops = [op for record in records for op in self._operations(record)]
        last = [_unreachable(error) for error in troubles[:1]]
        return (records[-1].seq if records else after), [*ops, _state(run), *last]

    def watching(self, run_id: str) -> None:
        """Renew the run's lease, if it is time to: someone is there."""
        now = monotonic()
        if now - self._renewed.get(run_id, float("-inf")) >= min(10.0, lease_seconds() / 6):
            self._renewed[run_id] = now
            self._open_store().renew_lease(run_id)

    def watched(self) -> set[str]:
        """The runs that a stream is open for."""
        with self._lock:
            return set(self._watches)

    def close(self) -> None:
        """Let every stream finish, so that the server can. (Takes no lock: signals call it.)"""
        self._over.set()
        for watch in list(self._watches.values()):
            for subscriber in list(watch.subscribers):
                subscriber.wake()

    # Streams, in the event loop.

    async def _flow(self, run_id: str, run: RunRow | None, seq: int) -> AsyncIterator[bytes]:
        subscriber = Subscriber(behind=run is not None)
        with self._lock:
            self._watches.setdefault(run_id, Watch(run)).subscribers.add(subscriber)
        try:
            yield b"retry: 1000\n\n"
            while not self._over.is_set():
                if subscriber.behind:
                    subscriber.behind = False
                    try:
                        seq, ops = await asyncio.to_thread(self.records_since, run_id, seq)
                    except StoreError as error:
                        yield _message(0, _json([_unreachable(error)]))
                        subscriber.behind = True
                        await asyncio.sleep(RETRY_SECONDS)
                        continue
                    yield _message(seq, _json(ops))
                updates = await subscriber.receive(BEAT_SECONDS)
                fresh = [update for update in updates if not update.seq or update.seq > seq]
                if fresh:
                    seq = max(seq, *(update.seq for update in fresh))
                    yield _message(seq, b",".join(update.ops for update in fresh))
                elif not updates:
                    yield b": beat\n\n"
        finally:
            self._leave(run_id, subscriber)

    def _leave(self, run_id: str, subscriber: Subscriber) -> None:
        with self._lock:
            watch = self._watches[run_id]
            watch.subscribers.discard(subscriber)
            if not watch.subscribers:
                del self._watches[run_id]

    # Reading, in the hub's thread.

    def _run(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            with self._lock:
                watches = dict(self._watches)
            if not watches:
                continue
            try:
                self._poll(watches)
                self._unreachable = None
            except StoreError as error:
                op = _unreachable(error)
                if op != self._unreachable:
                    self._unreachable = op
                    for watch in watches.values():
                        watch.state = op
                        self._publish(watch, [Update(0, _json([op]))])
                self._over.wait(RETRY_SECONDS)

    def _poll(self, watches: dict[str, Watch]) -> None:
        store = self._open_store()
        runs = store.heads(watches)
        for run_id, watch in watches.items():
            run = runs.get(run_id)
            if run is None and not watch.known:
                continue
            updates = []
            damaged: list[StoreError] = []  # left out; said to whoever comes
            if run is not None:
                watch.known = True
                self.watching(run_id)
                if run.last_seq > watch.seq:
                    records = store.records_after(run_id, watch.seq, limit=PAGE, damaged=damaged)
                    watch.seq = records[-1].seq if records else run.last_seq
                    updates = [Update(r.seq, _json(self._operations(r))) for r in records]
            state = _unreachable(unknown_run(run_id)) if run is None else _state(run)
            if state != watch.state:
                watch.state = state
                updates.append(Update(0, _json([state])))
            if updates:
                self._publish(watch, [update for update in updates if update.ops])

    def _operations(self, record: Record) -> list[Op]:
        if record.kind == "status":  # history: what a page shows is the status now
            return []
        try:
            return self._translate(record)
        except Exception:  # what cannot be drawn must not stop what can
            log.exception("a %s record could not be drawn", record.kind)
            return []

    def _publish(self, watch: Watch, updates: Sequence[Update]) -> None:
        with self._lock:
            subscribers = list(watch.subscribers)
        for subscriber in subscribers:
            subscriber.offer(updates)

    def _find(self, run_id: str) -> RunRow:
        run = self._open_store().run(run_id)
        if run is None:
            raise unknown_run(run_id)
        return run


def _cursor(text: str, run: RunRow | None) -> int:
    """The seq to go on from: one that a run has reached by now, else 0."""
    last = run.last_seq if run else 0
    seq = int(text) if CURSOR.fullmatch(text) else 0
    return seq if seq <= last else 0


def _state(run: RunRow) -> Op:
    return {"op": "status", "status": run.status, "reason": run.reason, "error": run.error}


def _unreachable(error: StoreError) -> Op:
    return {"op": "status", "status": "unreachable", "reason": None, "error": error_values(error)}


def _json(ops: Sequence[Op]) -> bytes:
    """The operations without the brackets of the list: what is not finite becomes null."""
    return orjson.dumps(ops, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]


def _message(seq: int, ops: bytes) -> bytes:
    return (b"id: %d\n" % seq if seq else b"") + b"data: [" + ops + b"]\n\n"


@contextmanager
def _before_shutdown(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` when the server is told to stop: it waits for open streams before its lifespan
    ends, and they would wait for the lifespan."""
    if current_thread() is not main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: Any) -> None:
        act()
        then = previous[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    for number in previous:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if signal.getsignal(number) is handle:
                signal.signal(number, handler)
