"""The queue: which runs wait for a place to train, whose turn it is, and who is let in.

Trials of a sweep give way to people: other runs are let in before them, and where all places are
taken a trial is told to yield. One that has ended, and that somebody goes on with, is a run like
any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, exists, func, insert, select, true, update

from rnncore.runs.claim import encode_command
from rnncore.runs.database import Database
from rnncore.runs.heartbeat import lease_seconds
from rnncore.runs.schema import touch
from rnncore.runs.tables import commands, runs, sweeps, trials
from rnncore.runs.taking import alive, called, taking

EACH = 2
"""Runs that one visitor trains at a time; all of a series, such as a sweep, count as one."""

_TRIAL = exists().where(trials.c.run_id == runs.c.id, trials.c.told.is_(None))
"""A trial that its sweep is not done with."""
_IN_ORDER = (_TRIAL, runs.c.ticket, runs.c.created, runs.c.id)
_ROW = (runs.c.id, runs.c.owner, runs.c.series, runs.c.reason, _TRIAL.label("trial"))
_WAITING = select(*_ROW, runs.c.lease).where(runs.c.status == "waiting").order_by(*_IN_ORDER)
_PEOPLE = (
    select(runs.c.id)
    .where(runs.c.status == "waiting", ~_TRIAL)
    .where(func.coalesce(runs.c.reason, "") != "own")
)
"""Those who wait for any place; others wait for runs of their own."""
_WORKERS = select(sweeps.c.workers).where(
    sweeps.c.id == bindparam("series"), sweeps.c.status == "running"
)
_NEXT_OF_SERIES = (
    select(runs.c.id)
    .where(runs.c.series == bindparam("series"), runs.c.status.in_(("ready", "waiting")))
    .where(runs.c.worker.is_(None))
    .order_by(runs.c.created, runs.c.id)
    .limit(1)
)
_NEXT = runs.alias()
_TICKET = select(func.coalesce(func.max(_NEXT.c.ticket), 0) + 1).scalar_subquery()


class Blocked(NamedTuple):
    """A run that cannot begin yet: all places are taken, or its owner's own runs take theirs."""

    run: Any
    reason: Literal["full", "own"]


class Queue:
    """The runs of a store with status "waiting", in the order of their tickets.

    Every method is one transaction, so that two servers never let one run in twice.
    Raises   StoreError, from every method, if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def join(self, run_id: str) -> bool:
        """Put a run at the end; False if it waits, or has a worker or one on its way."""
        now = self._database.now()
        free = ~called(now) & (runs.c.status != "waiting")
        columns = {"status": "waiting", "reason": None, "error": None, "worker": None}
        with self._database.transaction() as connection:
            touch(connection)  # tickets are drawn one after the other
            taken = taking(run_id, now, free, {**columns, "ticket": _TICKET})
            return bool(connection.execute(taken).rowcount)

    def put_back(self, run_id: str) -> None:
        """Let a run that was admitted, and for which no worker came, wait again before all
        others."""
        admitted = (runs.c.id == run_id) & (runs.c.status == "queued") & runs.c.worker.is_(None)
        with self._database.transaction() as connection:
            touch(connection)
            columns = {"status": "waiting", "reason": None, "ticket": 0}
            connection.execute(update(runs).where(admitted).values(columns))

    def leave(self, run_id: str, status: Literal["paused", "finished"], reason: str) -> bool:
        """Take a run out, which has the status then; False if it does not wait."""
        waits = (runs.c.id == run_id) & (runs.c.status == "waiting")
        columns = {"status": status, "reason": reason, "ticket": None}
        with self._database.transaction() as connection:
            return bool(connection.execute(update(runs).where(waits).values(columns)).rowcount)

    def withdraw(self, run_id: str) -> bool:
        """Let a run that no worker has be finished as it is; False if it has one, or one is on its
        way."""
        now = self._database.now()
        columns = {"status": "finished", "reason": "stopped", "ticket": None, "worker": None}
        with self._database.transaction() as connection:
            taken = taking(run_id, now, ~called(now), columns)
            return bool(connection.execute(taken).rowcount)

    def places(self) -> dict[str, int]:
        """The place of each run that waits, by id: 1 is next."""
        rows = self._database.read(_WAITING)
        return {row.id: place for place, row in enumerate(rows, 1)}

    def succeed(self, series: str, token: str) -> str | None:
        """The next run of a series for the worker `token`, which has ended one of them, already in
        its hands; None if there is none, the series has workers enough, or somebody waits for the
        place.
        """
        now = self._database.now()
        with self._database.transaction() as connection:
            touch(connection)
            if connection.execute(_PEOPLE.limit(1)).first() is not None:
                return None
            allowed = connection.execute(_WORKERS, {"series": series}).scalar() or 0
            of_series = runs.c.series == series
            busy = select(func.count()).where(of_series, alive(now) | called(now))
            if connection.execute(busy).scalar_one() >= allowed:
                return None
            found = connection.execute(_NEXT_OF_SERIES, {"series": series}).scalar()
            if found is not None:
                columns = {"status": "queued", "reason": None, "worker": token, "ticket": None}
                connection.execute(taking(found, now, true(), columns))
        return None if found is None else str(found)

    def admit(self, places: int, each: int = EACH, series: str | None = None) -> list[str]:
        """Let in those whose turn it is, and return their ids: call a worker for each.

        places   workers that may live at a time
        each     runs, or series, of one owner that may be in their hands
        series   let in only runs of this one: another process serves the others
        A run that nobody has watched for the time of a lease loses its place and is paused. Where
        others wait, workers with nothing to do are told to leave.
        """
        if not self._database.read(_WAITING.limit(1)):
            return []
        now = self._database.now()
        with self._database.transaction() as connection:
            touch(connection)  # another server waits until this one has counted
            waiting = _present(connection, now)
            working = connection.execute(
                select(*_ROW, runs.c.status)
                .where(alive(now) | called(now))
                .order_by(runs.c.created)
            ).all()
            admitted, blocked = _choose(waiting, working, places, each)
            if series is not None:
                own = {run.id for run in waiting if run.series == series}
                admitted, blocked = [run_id for run_id in admitted if run_id in own], []
            if admitted:
                columns = {"status": "queued", "reason": None, "ticket": None, "heartbeat": now}
                connection.execute(update(runs).where(runs.c.id.in_(admitted)).values(columns))
            for run, reason in blocked:
                if run.reason != reason:
                    connection.execute(
                        update(runs).where(runs.c.id == run.id).values(reason=reason)
                    )
            for run_id, command in _to_leave(blocked, working):
                _tell_to_leave(connection, run_id, command, now)
        return admitted


def _present(connection: Connection, now: float) -> list[Any]:
    """Those who wait and are watched; the others are paused."""
    waiting = connection.execute(_WAITING).all()
    gone = [run.id for run in waiting if run.lease is not None and not _watched(run.lease, now)]
    if gone:
        columns = {"status": "paused", "reason": "unwatched", "ticket": None}
        connection.execute(update(runs).where(runs.c.id.in_(gone)).values(columns))
    return [run for run in waiting if run.id not in gone]


def _watched(lease: object, now: float) -> bool:
    """Whether the lease runs. One of a time to come does: the clock has been set back, and whoever
    watches renews it in a moment."""
    return isinstance(lease, int | float) and now - lease < lease_seconds()


def _choose(
    waiting: Iterable[Any], working: Iterable[Any], places: int, each: int
) -> tuple[list[str], list[Blocked]]:
    """Who is let in, in order, and who is not, and why."""
    taken = 0
    owned: dict[str, set[str]] = defaultdict(set)
    for run in working:
        taken += 1
        owned[run.owner].add(run.series or run.id)
    admitted, blocked = [], []
    for run in waiting:
        own, one = owned[run.owner], run.series or run.id
        if run.owner is not None and one not in own and len(own) >= each:
            blocked.append(Blocked(run, "own"))
        elif taken >= places:
            blocked.append(Blocked(run, "full"))
        else:
            taken += 1
            own.add(one)
            admitted.append(run.id)
    return admitted, blocked


def _to_leave(
    blocked: Iterable[Blocked], working: Iterable[Any]
) -> list[tuple[str, Literal["leave", "yield"]]]:
    """For each run that is blocked a worker whose leaving lets it in: one with nothing to do, or,
    for a person's run, the trial of a sweep that began last."""
    idle = [run for run in working if run.status not in ("running", "queued")]
    going = [run for run in working if run.status == "running" and run.trial]
    chosen: list[tuple[str, Literal["leave", "yield"]]] = []
    for run, reason in blocked:
        fitting = (other for other in idle if reason == "full" or other.owner == run.owner)
        found = next(fitting, None)
        if found is not None:
            idle.remove(found)
            chosen.append((found.id, "leave"))
        elif going and reason == "full" and not run.trial:
            chosen.append((going.pop().id, "yield"))
    return chosen


def _tell_to_leave(
    connection: Connection, run_id: str, command: Literal["leave", "yield"], now: float
) -> None:
    """Send the command, unless the worker has one to read still."""
    unread = exists().where(
        commands.c.run_id == run_id,
        commands.c.name == command,
        commands.c.seq > runs.c.last_command,
    )
    told = select(runs.c.id).where(runs.c.id == run_id, unread)
    if connection.execute(told).first() is None:
        connection.execute(insert(commands), encode_command(run_id, command, None, now))
