"""The store of runs, the only thing that pages and workers share: rows, records and commands."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import time
from typing import Any, Literal, NamedTuple, get_args

import orjson
from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from rnncore.config import Config
from rnncore.errors import StoreError
from rnncore.runs.database import chunks, commands, default_url, open_database, runs, speaking
from rnncore.runs.records import Kind, Record, decode, encode
from rnncore.runs.row import LOST_AFTER, RunRow, Status

CommandName = Literal["start", "pause", "resume", "step", "stop", "set", "checkpoint", "aim"]

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ID_LENGTH = 10


# Statements that run many times a second are built once: building costs more than running.
_NAMED = runs.c.id == bindparam("run")
_MINE = _NAMED & (runs.c.worker == bindparam("token"))
_REPORT = {"heartbeat": bindparam("now"), "last_seq": runs.c.last_seq + bindparam("added")}
COMMIT = update(runs).where(_MINE).values(_REPORT).returning(runs.c.last_seq)
APPEND = update(runs).where(_NAMED).values(_REPORT).returning(runs.c.last_seq)
BEAT = update(runs).where(_MINE).values(heartbeat=bindparam("now")).returning(runs.c.lease)
INSERT = insert(chunks)
RUN = select(runs).where(_NAMED)
RECORDS = (
    select(chunks.c.step, chunks.c.kind, chunks.c.payload, chunks.c.seq)
    .where(chunks.c.run_id == bindparam("run"), chunks.c.seq > bindparam("after"))
    .order_by(chunks.c.seq)
)
COMMANDS = (
    select(commands.c.seq, commands.c.name, commands.c.value)
    .where(commands.c.run_id == bindparam("run"), commands.c.seq > bindparam("after"))
    .order_by(commands.c.seq)
)


class Command(NamedTuple):
    """What a person asked of a run. `value` is {setting, value} for "set", else None."""

    seq: int
    name: CommandName
    value: Any


class Displaced(Exception):
    """Another worker has claimed the run: whoever meets this stops at once and writes nothing."""


class Store:
    """Runs, their records and their commands, in SQLite or whatever `url` names.

    Every method is one short transaction and may be called from any thread.
    Raises   StoreError, from every method, if the database cannot be opened, read or written.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url or default_url()
        self._engine = open_database(self.url)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    # What pages do.

    def create_run(self, config: Config, *, watched: bool = True) -> str:
        """Enter a new run and return its id. A `watched` one pauses when its lease runs out."""
        run_id = "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))
        now = time()
        row = {
            "id": run_id,
            "created": now,
            "config": encode(config.model_dump()),
            "status": "ready",
            "step": 0,
            "last_seq": 0,
            "last_command": 0,
            "heartbeat": now,
            "lease": now if watched else None,
        }
        with self._transaction() as connection:
            connection.execute(insert(runs), row)
        return run_id

    def run(self, run_id: str) -> RunRow | None:
        """The run as it stands, or None if there is none of this id."""
        return next(iter(self._rows(RUN, run=run_id)), None)

    def runs(self, limit: int = 100) -> list[RunRow]:
        """The newest runs, newest first."""
        return self._rows(select(runs).order_by(runs.c.created.desc()).limit(limit))

    def heads(self, run_ids: Iterable[str]) -> dict[str, RunRow]:
        """Those of the named runs that exist, by id."""
        rows = self._rows(select(runs).where(runs.c.id.in_(list(run_ids))))
        return {row.id: row for row in rows}

    def send(self, run_id: str, command: CommandName, value: Any = None) -> int:
        """Leave a command for the run's worker and return its number.

        Raises StoreError if there is no such run.
        """
        if command not in get_args(CommandName):
            raise ValueError(f"{command!r} is no command; the commands are {CommandName}")
        row = {"run_id": run_id, "name": command, "value": encode({"": value}), "sent": time()}
        with self._transaction() as connection:
            # The lock keeps two senders' numbers in the order in which they become visible.
            found = connection.execute(
                select(runs.c.id).where(runs.c.id == run_id).with_for_update()
            ).scalar()
            if found is None:
                raise unknown_run(run_id)
            return int(
                connection.execute(insert(commands).returning(commands.c.seq), row).scalar_one()
            )

    def renew_lease(self, run_id: str) -> None:
        """Say that someone watches. A run without a lease stays without one."""
        watched = (runs.c.id == run_id) & runs.c.lease.is_not(None)
        with self._transaction() as connection:
            connection.execute(update(runs).where(watched).values(lease=time()))

    def records_after(
        self, run_id: str, seq: int = 0, *, limit: int | None = None, kinds: Sequence[Kind] = ()
    ) -> list[Record]:
        """The records with a greater seq, in order; of some `kinds` only, if any are named."""
        query = RECORDS.where(chunks.c.kind.in_(kinds)) if kinds else RECORDS
        query = query.limit(limit) if limit else query
        rows = self._read(query, run=run_id, after=seq)
        return [Record(step, kind, decode(raw), at) for step, kind, raw, at in rows]

    # What launching and working take.

    def queue(self, run_id: str) -> bool:
        """Mark a run as about to be worked on; False if a living worker has it in hand."""
        return self._take(run_id, status="queued", reason=None, error=None, worker=None)

    def claim(self, run_id: str, token: str) -> RunRow | None:
        """Take the run for the worker `token`; None if a living worker has it or there is none."""
        return self.run(run_id) if self._take(run_id, worker=token) else None

    def commit(
        self, run_id: str, token: str, records: Sequence[Record] = (), **columns: Any
    ) -> None:
        """Append `records` and set `columns` of the run (status, reason, error, step, ...).

        All of it or nothing, and a sign of life.  Raises Displaced if `token` has lost its claim.
        """
        with self._transaction() as connection:
            self._append(connection, run_id, token, records, columns)

    def append(self, run_id: str, records: Sequence[Record]) -> None:
        """Append records to a run that no worker has: a script's or a test's own."""
        with self._transaction() as connection:
            self._append(connection, run_id, None, records, {})

    def beat(self, run_id: str, token: str) -> float | None:
        """Give a sign of life and return the lease.  Raises Displaced."""
        values = {"run": run_id, "token": token, "now": time()}
        with self._transaction() as connection:
            row = connection.execute(BEAT, values).one_or_none()
        if row is None:
            raise Displaced(run_id)
        return row.lease

    def abandon(self, run_id: str, token: str) -> None:
        """Say that the process of the worker `token` is gone: a run it left is lost from now on."""
        unclaimed = runs.c.worker.is_(None) & (runs.c.status == "queued")
        left = (runs.c.id == run_id) & ((runs.c.worker == token) | unclaimed)
        with self._transaction() as connection:
            connection.execute(update(runs).where(left).values(heartbeat=0.0))

    def commands_after(self, run_id: str, seq: int) -> list[Command]:
        """The commands with a greater number, in order."""
        rows = self._read(COMMANDS, run=run_id, after=seq)
        return [Command(at, name, decode(value)[""]) for at, name, value in rows]

    def rewind(self, run_id: str, token: str, step: int, **columns: Any) -> None:
        """Remove what was reported after `step`, and leave a record that says so."""
        later = (chunks.c.run_id == run_id) & (chunks.c.step > step)
        record = Record(step, "rewound", {"step": step})
        with self._transaction() as connection:
            self._append(connection, run_id, token, [record], {**columns, "step": step})
            connection.execute(delete(chunks).where(later))

    def places(self, run_id: str, kind: Kind) -> list[tuple[int, int]]:
        """(seq, step) of all records of a kind, without reading them."""
        query = (
            select(chunks.c.seq, chunks.c.step)
            .where(chunks.c.run_id == run_id, chunks.c.kind == kind)
            .order_by(chunks.c.seq)
        )
        return [(seq, step) for seq, step in self._read(query)]

    def replace(
        self, run_id: str, token: str, removed: Sequence[int], changed: Sequence[Record] = ()
    ) -> None:
        """Remove records by seq and put others in the place of those with their seq."""
        with self._transaction() as connection:
            self._append(connection, run_id, token, (), {})
            for start in range(0, len(removed), 500):
                some = removed[start : start + 500]
                connection.execute(
                    delete(chunks).where(chunks.c.run_id == run_id, chunks.c.seq.in_(some))
                )
            for record in changed:
                connection.execute(
                    update(chunks)
                    .where(chunks.c.run_id == run_id, chunks.c.seq == record.seq)
                    .values(payload=encode(record.payload))
                )

    # How it is done.

    def _append(
        self,
        connection: Connection,
        run_id: str,
        token: str | None,
        records: Sequence[Record],
        columns: Mapping[str, Any],
    ) -> None:
        """Add to the run of the worker `token`, or to any run if that is None."""
        values = {"run": run_id, "now": time(), "added": len(records), **columns}
        if "error" in values:
            values["error"] = values["error"] and encode(values["error"])
        if token is None:
            last = connection.execute(APPEND, values).scalar()
        else:
            last = connection.execute(COMMIT, {**values, "token": token}).scalar()
        if last is None:
            raise Displaced(run_id)
        rows = [
            {
                "run_id": run_id,
                "seq": seq,
                "step": record.step,
                "kind": record.kind,
                "payload": encode(record.payload),
            }
            for seq, record in enumerate(records, last - len(records) + 1)
        ]
        if rows:
            connection.execute(INSERT, rows)

    def _take(self, run_id: str, **columns: Any) -> bool:
        now = time()
        free = runs.c.worker.is_(None) | (runs.c.heartbeat < now - LOST_AFTER)
        with self._transaction() as connection:
            taken = update(runs).where((runs.c.id == run_id) & free)
            return bool(connection.execute(taken.values(heartbeat=now, **columns)).rowcount)

    def _rows(self, query: Select[Any], **values: Any) -> list[RunRow]:
        return [_run_row(row) for row in self._read(query, **values)]

    def _read(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        with speaking(self.url), self._engine.connect() as connection:
            return connection.execute(query, values).all()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with speaking(self.url), self._engine.begin() as connection:
            yield connection


def unknown_run(run_id: str) -> StoreError:
    """The error for a run id that the store does not know."""
    return StoreError(
        "unknown_run",
        f"There is no run {run_id!r} in this store; check the address, or start a new run.",
        run_id=run_id,
    )


def _run_row(row: Row[Any]) -> RunRow:
    values = dict(row._mapping)
    claimed: Status = values.pop("status")
    error = values.pop("error")
    return RunRow(
        settings=orjson.loads(values.pop("config")),
        claimed=claimed,
        error=None if error is None else decode(error),
        read_at=time(),
        **values,
    )
