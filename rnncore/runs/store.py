"""The store of runs, the only thing that pages and workers share: rows, records and commands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, get_args

from sqlalchemy import Select, bindparam, delete, func, insert, select, true, update

from rnncore.config import Config
from rnncore.errors import StoreError
from rnncore.runs.access import Access, given_to
from rnncore.runs.branching import Branches
from rnncore.runs.checkpoints import Checkpoints
from rnncore.runs.claim import Claim, CommandName, append, encode_command
from rnncore.runs.database import Database, default_url
from rnncore.runs.importing import Imports
from rnncore.runs.labels import Labels
from rnncore.runs.queue import Queue
from rnncore.runs.reading import checked, damaged_row, record, run_row, set_command
from rnncore.runs.records import Kind, Record
from rnncore.runs.row import RunRow, is_run_id, new_run_id
from rnncore.runs.silence import GONE, Silence
from rnncore.runs.summary import Summaries
from rnncore.runs.tables import access, checkpoints, chunks, commands, meta, runs
from rnncore.runs.taking import alive, called, fresh_row, taking
from rnncore.runs.troubles import unknown_run

# Built once: they run many times a second.
_RUN = select(runs).where(runs.c.id == bindparam("run"))
_RECORDS = (
    select(chunks.c.step, chunks.c.kind, chunks.c.payload, chunks.c.seq)
    .where(chunks.c.run_id == bindparam("run"), chunks.c.seq > bindparam("after"))
    .order_by(chunks.c.seq)
)
_UNREAD_CHANGES = (
    select(commands.c.value)
    .where(commands.c.run_id == bindparam("run"), commands.c.seq > bindparam("after"))
    .where(commands.c.name == "set")
    .order_by(commands.c.seq)
)


class Store:
    """Runs, their records and their commands, in SQLite or whatever `url` names.

    queue: which runs wait for a place to train; access: who may control which run, and read which
    text; checkpoints: states that a run has kept; branches: runs that go on from such a state;
    labels: what people write on them; summaries: what a table says; imports: runs from files.
    Every method is one short transaction and may be called from any thread.
    Raises   StoreError, from every method, if the database cannot be opened, read or written.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url or default_url()
        self._database = Database(self.url)
        self._now = self._database.now
        self.queue, self.access = Queue(self._database), Access(self._database)
        self.checkpoints = Checkpoints(self._database)
        self.labels, self.branches = Labels(self._database), Branches(self._database)
        self.summaries, self.imports = Summaries(self._database), Imports(self._database)
        self._silence = Silence(self._database)

    @property
    def database(self) -> Database:
        """Where the rows are, for rooms above that have tables of their own."""
        return self._database

    def close(self) -> None:
        """Let go of all connections."""
        self._database.close()

    # What pages do.

    def create_run(
        self,
        config: Config,
        *,
        watched: bool = True,
        run_id: str | None = None,
        owner: str | None = None,
        series: str | None = None,
    ) -> str:
        """Enter a new run and return its id, `run_id` if one was made for it with `new_run_id`.

        A `watched` one pauses when its lease runs out. `owner` is the visitor who begins it; the
        runs of one `series` count as one where a visitor's are counted.
        """
        run_id, now = run_id or new_run_id(), self._now()
        row = fresh_row(run_id, config, now, watched) | {"owner": owner, "series": series}
        with self._database.transaction() as connection:
            connection.execute(insert(runs), row)
        return run_id

    def run(self, run_id: str) -> RunRow | None:
        """The run as it stands, or None if there is none of this id.

        Raises StoreError if its row is damaged.
        """
        rows = self._database.read(_RUN, run=run_id) if is_run_id(run_id) else []
        if not rows:
            return None
        return self._silence.doubted(
            checked(run_row(rows[0]._mapping, self.url, self._now()), self.url)
        )

    def runs(self, limit: int | None = 100) -> list[RunRow]:
        """The newest runs, newest first; one that is damaged is among them as failed."""
        return self._rows(select(runs).order_by(runs.c.created.desc()).limit(limit))

    def runs_of(self, visitor: str, limit: int | None = None) -> list[RunRow]:
        """The newest runs that a visitor began or was let in to control, newest first."""
        mine = (runs.c.owner == visitor) | runs.c.id.in_(given_to(visitor))
        return self._rows(select(runs).where(mine).order_by(runs.c.created.desc()).limit(limit))

    def heads(self, run_ids: Iterable[str]) -> dict[str, RunRow]:
        """Those of the named runs that exist, by id; one that is damaged is there as failed."""
        rows = self._rows(select(runs).where(runs.c.id.in_(list(filter(is_run_id, run_ids)))))
        return {row.id: row for row in rows}

    def send(self, run_id: str, command: CommandName, value: Any = None) -> int:
        """Leave a command for the run's worker and return its number.

        Raises StoreError if there is no such run.
        """
        if command not in get_args(CommandName):
            raise ValueError(f"{command!r} is none of {', '.join(get_args(CommandName))}")
        row = encode_command(run_id, command, value, self._now())
        with self._database.transaction() as connection:
            # The lock keeps two senders' numbers in the order in which they become visible.
            found = select(runs.c.id).where(runs.c.id == run_id).with_for_update()
            if not is_run_id(run_id) or connection.execute(found).scalar() is None:
                raise unknown_run(run_id)
            sent = connection.execute(insert(commands).returning(commands.c.seq), row)
            return int(sent.scalar_one())

    def renew_lease(self, run_id: str) -> None:
        """Say that someone watches. A run without a lease stays without one."""
        if not is_run_id(run_id):
            return
        watched = (runs.c.id == run_id) & runs.c.lease.is_not(None)
        with self._database.transaction() as connection:
            connection.execute(update(runs).where(watched).values(lease=self._now()))

    def records_after(
        self,
        run_id: str,
        seq: int = 0,
        *,
        limit: int | None = None,
        kinds: Sequence[Kind] = (),
        damaged: list[StoreError] | None = None,
    ) -> list[Record]:
        """The records with a greater seq, in order; of some `kinds` only, if any are named.

        Raises StoreError if one of them is damaged; it is left out and the error put into
        `damaged` where there is such a list.
        """
        query = _RECORDS.where(chunks.c.kind.in_(kinds)) if kinds else _RECORDS
        query = query.limit(limit) if limit else query
        found = []
        for row in self._database.read(query, run=run_id, after=seq):
            try:
                found.append(record(run_id, row, self.url))
            except StoreError as error:
                if damaged is None:
                    raise
                damaged.append(error)
        return found

    def present_settings(self, run: RunRow) -> dict[str, Any]:
        """The settings a run goes on with: those it began with, and every live change since.

        Changes that its worker has not read yet count: it reads them before its next update.
        """
        settings = dict(run.settings)
        for change in self.records_after(run.id, kinds=("changed",)):
            settings[change.payload["setting"]] = change.payload["new"]
        unread = self._database.read(_UNREAD_CHANGES, run=run.id, after=run.last_command)
        for (raw,) in unread:
            setting, value = set_command(run.id, raw, self.url)
            settings[setting] = value
        return settings

    def places(self, run_id: str, kind: Kind) -> list[tuple[int, int]]:
        """(seq, step) of all records of a kind, without reading them."""
        query = (
            select(chunks.c.seq, chunks.c.step)
            .where(chunks.c.run_id == run_id, chunks.c.kind == kind)
            .order_by(chunks.c.seq)
        )
        return [(seq, step) for seq, step in self._database.read(query)]

    def append(self, run_id: str, records: Sequence[Record]) -> None:
        """Append records to a run that no worker has: a script's or a test's own.

        Raises StoreError if there is no such run.
        """
        with self._database.transaction() as connection:
            if not append(connection, run_id, records, self._now()):
                raise unknown_run(run_id)

    # What tells visitors apart.

    def noted(self, name: str) -> str | None:
        """What is kept beside the runs: the store's "id" and "secret", its server's "address"."""
        rows = self._database.read(select(meta.c.value).where(meta.c.name == name))
        return str(rows[0][0]) if rows else None

    @cached_property
    def id(self) -> str:
        """What tells this store from others."""
        return str(self.noted("id"))

    @cached_property
    def secret(self) -> str:
        """What its cookies and links are signed with: RNN_EXPLORER_SECRET, or a key of its own."""
        return os.environ.get("RNN_EXPLORER_SECRET") or str(self.noted("secret"))

    def note_address(self, address: str) -> None:
        """Keep where the server can be reached, for links that are made without it."""
        with self._database.transaction() as connection:
            connection.execute(delete(meta).where(meta.c.name == "address"))
            connection.execute(insert(meta), {"name": "address", "value": address})

    # What housekeeping takes.

    def sizes(self) -> dict[str, int]:
        """Bytes of every run's records."""
        size = func.coalesce(func.sum(func.length(chunks.c.payload)), 0)
        query = select(chunks.c.run_id, size).group_by(chunks.c.run_id)
        return {run_id: int(found) for run_id, found in self._database.read(query)}

    def forget(self, run_id: str) -> bool:
        """Remove a run with its records and commands; False if it trains, is to, or there is none.

        The worker of a run that rests meets that its claim is lost, and ends.
        """
        now = self._now()
        training = alive(now) & (runs.c.status == "running")
        rests = ~training & ~called(now) & (runs.c.status != "waiting")
        with self._database.transaction() as connection:
            taken = update(runs).where(runs.c.id == run_id, rests).values(worker=None)
            if not connection.execute(taken).rowcount:
                return False
            for table in (chunks, commands, checkpoints):
                connection.execute(delete(table).where(table.c.run_id == run_id))
            connection.execute(delete(access).where(access.c.thing == run_id))
            connection.execute(delete(runs).where(runs.c.id == run_id))
        return True

    def compact(self) -> None:
        """Give the space of what was forgotten back to the disk; all others wait meanwhile."""
        self._database.compact()

    @property
    def replaced(self) -> bool:
        """Whether the database file has been deleted or replaced: open a new store then."""
        return self._database.replaced

    # What working takes.

    def claim(self, run_id: str, token: str, *, called: bool = False) -> Claim | None:
        """Take the run for the worker `token`; None if a living worker has it or there is none.

        called   only if a worker has been called for it and none has come, so that one call never
                 brings two
        """
        free = (runs.c.status == "queued") & runs.c.worker.is_(None) if called else true()
        columns, now = {"worker": token, "ticket": None}, self._now()
        with self._database.transaction() as connection:
            if not connection.execute(taking(run_id, now, free, columns, token)).rowcount:
                return None
            row: Any = connection.execute(_RUN, {"run": run_id}).one()
        return Claim(self._database, checked(run_row(row._mapping, self.url, now), self.url))

    def abandon(self, run_id: str, token: str) -> None:
        """Say that the process of the worker `token`, which was called for this run, is gone: a run
        it left is lost from now on."""
        unclaimed = runs.c.worker.is_(None) & (runs.c.status == "queued")
        left = (runs.c.worker == token) | ((runs.c.id == run_id) & unclaimed)
        with self._database.transaction() as connection:
            connection.execute(update(runs).where(left).values(heartbeat=GONE))

    def _rows(self, query: Select[Any], **values: Any) -> list[RunRow]:
        """The runs of a query; one that is damaged is there as failed."""
        found = []
        for row in self._database.read(query, **values):
            try:
                found.append(run_row(row._mapping, self.url, self._now()))
            except StoreError as error:
                found.append(damaged_row(row._mapping, error, self._now()))
        return [self._silence.doubted(run) for run in found]
