"""A worker's hold on a run: only who has it may report, and nobody has it twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from rnncore.runs.database import Database
from rnncore.runs.records import Record, decode, encode
from rnncore.runs.row import RunRow
from rnncore.runs.tables import chunks, commands, runs

CommandName = Literal[
    "start",
    "pause",
    "resume",
    "step",
    "stop",
    "set",
    "checkpoint",
    "aim",
    "extend",
    "leave",
    "yield",
]

# Statements that run many times a second are built once: building costs more than running.
_NAMED = runs.c.id == bindparam("run")
_MINE = _NAMED & (runs.c.worker == bindparam("token"))
_REPORT = {"heartbeat": bindparam("now"), "last_seq": runs.c.last_seq + bindparam("added")}
_COMMIT = update(runs).where(_MINE).values(_REPORT).returning(runs.c.last_seq)
_APPEND = update(runs).where(_NAMED).values(_REPORT).returning(runs.c.last_seq)
_BEAT = update(runs).where(_MINE).values(heartbeat=bindparam("now")).returning(runs.c.lease)
_UNREAD = exists().where(commands.c.run_id == runs.c.id, commands.c.seq > bindparam("after"))
_RELEASE = (
    update(runs)
    .where(_MINE, ~_UNREAD)
    .values(worker=None, heartbeat=bindparam("now"), last_command=bindparam("after"))
)
_INSERT = insert(chunks)
_COMMANDS = (
    select(commands.c.seq, commands.c.name, commands.c.value)
    .where(commands.c.run_id == bindparam("run"), commands.c.seq > bindparam("after"))
    .order_by(commands.c.seq)
)


class Command(NamedTuple):
    """What a person or the coordinator of a sweep asked of a run.

    value   of "set" {setting, value}; of "extend" the epochs; of "stop" None for now, or the
            budget at which to stop, {updates} or {seconds}; else None. "yield" pauses a run and
            gives its place to who waits for one.
    """

    seq: int
    name: CommandName
    value: Any


class ClaimLost(Exception):
    """Another worker has the run: whoever meets this stops at once and writes nothing."""


class Claim:
    """The run `run` in the hands of the worker that goes by run.worker.

    Every method that writes is one transaction and a sign of life.
    Raises   ClaimLost if the claim is lost; StoreError if the store cannot be used.
    """

    def __init__(self, database: Database, run: RunRow) -> None:
        self.run = run
        self._database = database
        self._now = database.now
        self._commands = database.poll(_COMMANDS)
        self._who = {"run": run.id, "token": run.worker}

    def commit(self, records: Sequence[Record] = (), **columns: Any) -> None:
        """Append records and set columns of the run: status, reason, error, step, ..."""
        with self._database.transaction() as connection:
            self._commit(connection, records, columns)

    def heartbeat(self) -> float | None:
        """Give a sign of life and return the run's lease."""
        with self._database.transaction() as connection:
            row = connection.execute(_BEAT, {**self._who, "now": self._now()}).one_or_none()
        if row is None:
            raise ClaimLost(self.run.id)
        return row.lease

    def rewind(self, step: int) -> None:
        """Remove what was reported after `step`, and leave a record that says so."""
        later = (chunks.c.run_id == self.run.id) & (chunks.c.step > step)
        with self._database.transaction() as connection:
            record = Record(step, "rewound", {"step": step})
            self._commit(connection, [record], {"step": step})
            connection.execute(delete(chunks).where(later))

    def replace(self, removed: Sequence[int], changed: Sequence[Record] = ()) -> None:
        """Remove records by seq, and put others in the place of those with their seq."""
        own = chunks.c.run_id == self.run.id
        with self._database.transaction() as connection:
            self._commit(connection, (), {})
            for start in range(0, len(removed), 500):
                some = chunks.c.seq.in_(removed[start : start + 500])
                connection.execute(delete(chunks).where(own & some))
            for record in changed:
                payload = encode(record.payload)
                place = own & (chunks.c.seq == record.seq)
                connection.execute(update(chunks).where(place).values(payload=payload))

    @contextmanager
    def holding(self) -> Iterator[Connection]:
        """Nobody else can take the run inside, and nobody has taken it before.

        Yields the transaction, for what belongs to what is done inside.

        The claim is verified and then locked until the end: a process that stops inside keeps the
        lock, so that what is done inside is done by the one that has the run. Keep it short: all
        other writers wait.
        """
        with self._database.transaction() as connection:
            self._commit(connection, (), {})
            yield connection

    def commands_after(self, seq: int) -> list[Command]:
        """The commands with a greater number, in order; call it from one thread only.

        One that nobody can have sent is left out.
        """
        rows = self._commands(run=self.run.id, after=seq)
        return [found for row in rows if (found := _command(*row)) is not None]

    def release(self, after: int) -> bool:
        """Give the run back; False if a command with a greater number waits to be read.

        Whoever sends one later finds that the run has no worker, and calls one.
        """
        values = {**self._who, "after": after, "now": self._now()}
        with self._database.transaction() as connection:
            released = bool(connection.execute(_RELEASE, values).rowcount)
        if not released:
            self.heartbeat()
        return released

    def close(self) -> None:
        """Let go of what the claim holds open; the run stays claimed."""
        self._commands.close()

    def _commit(
        self, connection: Connection, records: Sequence[Record], columns: Mapping[str, Any]
    ) -> None:
        values = {**self._who, "now": self._now(), "added": len(records), **columns}
        if "error" in values:
            values["error"] = values["error"] and encode(values["error"])
        last = connection.execute(_COMMIT, values).scalar()
        if last is None:
            raise ClaimLost(self.run.id)
        _insert(connection, self.run.id, last, records)


def append(connection: Connection, run_id: str, records: Sequence[Record], now: float) -> bool:
    """Append records to a run whoever has it; False if there is none of this id."""
    values = {"run": run_id, "now": now, "added": len(records)}
    last = connection.execute(_APPEND, values).scalar()
    if last is not None:
        _insert(connection, run_id, last, records)
    return last is not None


def encode_command(run_id: str, name: CommandName, value: Any, now: float) -> dict[str, Any]:
    """A command as a row of its table."""
    return {"run_id": run_id, "name": name, "value": encode({"value": value}), "sent": now}


def _command(seq: int, name: Any, raw: Any) -> Command | None:
    try:
        value = decode(raw)["value"]
        if name == "set":
            value = {"setting": str(value["setting"]), "value": value["value"]}
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return Command(seq, name, value) if name in get_args(CommandName) else None


def _insert(connection: Connection, run_id: str, last: int, records: Sequence[Record]) -> None:
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
        connection.execute(_INSERT, rows)
