"""The hub: one reader of the run store per server, fanned out to every open page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from pages.ui.streaming.encoding import (
    cursor,
    encoded,
    message,
    pieces,
    state_of,
    unreachable,
)
from pages.ui.streaming.history import Histories
from pages.ui.streaming.mailbox import Subscriber, Update, offer
from pages.ui.streaming.operations import Op, Translate
from pages.ui.streaming.shutdown import before_shutdown
from pages.ui.streaming.watch import Watch
from rnncore.errors import StoreError
from rnncore.runs.downsample import downsample
from rnncore.runs.heartbeat import lease_seconds
from rnncore.runs.records import Record, error_values
from rnncore.runs.row import RunRow, is_run_id
from rnncore.runs.store import Store
from rnncore.runs.troubles import unknown_run

Identify: TypeAlias = Callable[[Mapping[str, str]], str | None]
"""Who sends these cookies."""

POLL_SECONDS = 0.05
RETRY_SECONDS = 1.0
BEAT_SECONDS = 10.0
PAGE = 500
"""Most records of a run that one poll reads; the next one goes on."""


class Hub:
    """Reads what is new of the watched runs, translates each record once, and hands it to all.

    open_store   gives the server's store, the same one each time; may raise StoreError
    translate    the drawing operations of a record; called in the hub's thread
    identify     the visitor whose cookies these are, None if they are nobody's
    downsample   shortens the history that a newcomer is sent
    Where the run's owner or a controller watches, the run's lease is renewed.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        translate: Translate,
        *,
        identify: Identify = lambda cookies: None,
        downsample: Callable[[Sequence[Record]], list[Record]] = downsample,
    ) -> None:
        self._open_store, self._identify = open_store, identify
        self._histories = Histories(open_store, translate, downsample)
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
        with before_shutdown(self.close):
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
        run = visitor = None
        try:
            visitor = await asyncio.to_thread(self._identify, request.cookies)
            run = await asyncio.to_thread(self._find, run_id)
        except StoreError as error:
            status = 404 if error.code == "unknown_run" else 503
            if status == 503 or "await" not in request.query_params or not is_run_id(run_id):
                return JSONResponse(error_values(error), status, {"Cache-Control": "no-store"})
        return StreamingResponse(
            self._flow(run_id, run, cursor(after, run.last_seq if run else 0), visitor),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def records_since(
        self, run_id: str, after: int = 0, *, keep: bool = False
    ) -> tuple[int, list[Op]]:
        """What a stream would send next, for a page that cannot open one: (seq, operations).

        The operations end with the run's status. `keep` renews the run's lease.
        Raises StoreError if there is no such run.
        """
        run = self._find(run_id)
        seq, ops, troubles = self._histories.condensed(run_id, after)
        try:
            if keep:
                self.watching(run_id)
        except StoreError as error:  # what cannot be written can still be shown
            troubles.insert(0, error)
        last = [unreachable(error) for error in troubles[:1]]
        return seq, [*ops, self._state(run), *last]

    def watching(self, run_id: str) -> None:
        """Renew the run's lease, if it is time to: someone is there."""
        now = monotonic()
        if now - self._renewed.get(run_id, float("-inf")) >= min(10.0, lease_seconds() / 6):
            known = self._renewed.items()
            self._renewed = {other: at for other, at in known if now - at < 60.0} | {run_id: now}
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

    async def _flow(
        self, run_id: str, run: RunRow | None, seq: int, visitor: str | None
    ) -> AsyncIterator[bytes]:
        subscriber = Subscriber(behind=run is not None, visitor=visitor)
        with self._lock:
            watch = self._watches.setdefault(run_id, Watch(run))
            watch.subscribers.add(subscriber)
        try:
            yield b"retry: 1000\n\n"
            while not self._over.is_set():
                if subscriber.behind:
                    subscriber.behind = False
                    try:
                        seq, parts = await self._missed(run_id, watch, subscriber, seq)
                    except StoreError as error:
                        yield message(0, encoded([unreachable(error)]))
                        subscriber.behind = True
                        await asyncio.sleep(RETRY_SECONDS)
                        continue
                    for piece in pieces(seq, parts):
                        yield piece
                    del parts  # a stream that goes on does not hold the history
                updates = await subscriber.receive(0 if subscriber.behind else BEAT_SECONDS)
                fresh = [update for update in updates if not update.seq or update.seq > seq]
                if fresh:
                    seq = max(seq, *(update.seq for update in fresh))
                    yield message(seq, b",".join(update.ops for update in fresh))
                elif not updates and not subscriber.behind:
                    yield b": beat\n\n"
        finally:
            self._leave(run_id, subscriber)

    async def _missed(
        self, run_id: str, watch: Watch, subscriber: Subscriber, seq: int
    ) -> tuple[int, list[bytes]]:
        """What came after the record `seq`, up to now: the last record, and lists of operations.

        The history that is shared ends somewhere; what came after it is in memory.
        """
        run = await asyncio.to_thread(self._look, run_id, watch)
        with self._lock:
            recent = watch.since(seq)
        parts, trouble = [], b""
        if recent is None:
            if seq:
                history = await asyncio.to_thread(self._histories.after, run_id, seq)
            else:
                history = await self._histories.of(run_id, watch.begins)
            seq, parts, trouble = max(seq, history.seq), [history.ops], history.trouble
            with self._lock:
                recent = watch.since(seq)
            subscriber.behind = recent is None
        fresh = recent or []
        last = [
            *(update.ops for update in fresh),
            encoded([watch.state or self._state(run)]),
            trouble,
        ]
        parts.append(b",".join(filter(None, last)))
        return max(seq, *(update.seq for update in fresh), 0), parts

    def _look(self, run_id: str, watch: Watch) -> RunRow:
        """The run, and who may control it by now; a lease that is kept is renewed at once."""
        run = self._find(run_id)
        watch.controllers = self._open_store().access.visitors(run_id)
        if watch.kept_by(run.owner):
            with suppress(StoreError):  # what cannot be written can still be shown
                self.watching(run_id)
        return run

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
                op = unreachable(error)
                if op != self._unreachable:
                    self._unreachable = op
                    for watch in watches.values():
                        watch.state = op
                        self._publish(watch, [Update(0, encoded([op]))])
                self._over.wait(RETRY_SECONDS)

    def _poll(self, watches: dict[str, Watch]) -> None:
        store = self._open_store()
        runs = store.heads(watches)
        waits = any(run.status == "waiting" for run in runs.values())
        places = store.queue.places() if waits else {}
        for run_id, watch in watches.items():
            run = runs.get(run_id)
            if run is None and not watch.known:
                continue
            updates = []
            damaged: list[StoreError] = []  # left out; said to whoever comes
            if run is not None:
                watch.known = True
                if watch.kept_by(run.owner):
                    self.watching(run_id)
                if run.last_seq > watch.seq:
                    records = store.records_after(run_id, watch.seq, limit=PAGE, damaged=damaged)
                    watch.seq = records[-1].seq if records else run.last_seq
                    updates = [
                        Update(r.seq, encoded(self._histories.operations(r))) for r in records
                    ]
            state = unreachable(unknown_run(run_id)) if run is None else state_of(run, places)
            if state != watch.state:
                watch.state = state
                updates.append(Update(0, encoded([state])))
            if updates:
                self._publish(watch, [update for update in updates if update.ops])

    def _publish(self, watch: Watch, updates: Sequence[Update]) -> None:
        with self._lock:
            watch.add(updates)
            subscribers = list(watch.subscribers)
        offer(subscribers, updates)

    # Reading, in any thread.

    def _state(self, run: RunRow) -> Op:
        return state_of(run, self._open_store().queue.places() if run.status == "waiting" else {})

    def _find(self, run_id: str) -> RunRow:
        run = self._open_store().run(run_id)
        if run is None:
            raise unknown_run(run_id)
        return run
