"""Which of its states a run has kept: the latest, the best on held-out text, and marks.

A checkpoint is a file (`files.checkpoint_path`) with a row that says what it is. The worker that
has the run writes both at once, in `saving.py`. Runs from before there were rows have the latest
alone.

    latest        what the run goes on from
    best          the lowest held-out loss so far
    mark-<step>   the state just before a live change, or after 10, 30, 100, 300 ... updates
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from rnncore.runs.database import Database
from rnncore.runs.files import LATEST, checkpoint_path
from rnncore.runs.records import decode, encode
from rnncore.runs.row import is_run_id
from rnncore.runs.tables import checkpoints

BEST, MARK = "best", "mark-"
MOST = 20
"""Checkpoints of a run; beyond that the oldest marks go that are not pinned."""


class Kept(NamedTuple):
    """What is known of a checkpoint.

    step    updates made; None for the latest of a run from before there were rows
    bits    per token of the held-out text that decides, of the best one
    change  of a mark, what was changed just after it: {setting, old, new}; None of a stage
    """

    name: str
    step: int | None
    bits: float | None = None
    change: Mapping[str, Any] | None = None
    pinned: bool = False


class Checkpoints:
    """The rows of all runs.  Raises   StoreError, from every method, if they cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, run_id: str) -> list[Kept]:
        """Those of a run whose files are there: latest, best, then the marks, newest first."""
        if not is_run_id(run_id):
            return []
        rows = self._database.read(select(checkpoints).where(checkpoints.c.run_id == run_id))
        found = {kept.name: kept for row in rows if (kept := _kept(row)) is not None}
        found.setdefault(LATEST, Kept(LATEST, None))
        order = {LATEST: 0, BEST: 1}
        listed = sorted(
            found.values(), key=lambda kept: (order.get(kept.name, 2), -(kept.step or 0))
        )
        return [kept for kept in listed if checkpoint_path(run_id, kept.name).exists()]

    def pin(self, run_id: str, name: str, pinned: bool = True) -> bool:
        """Let a mark stay for good, or no longer; False if there is none of this name."""
        with self._database.transaction() as connection:
            query = update(checkpoints).where(*_place(run_id, name)).values(pinned=int(pinned))
            return bool(connection.execute(query).rowcount)


def keep(connection: Connection, run_id: str, kept: Kept) -> None:
    """Enter a checkpoint, in the place of the one of its name; a pin stays."""
    change = None if kept.change is None else encode(kept.change)
    values = {"step": kept.step, "bits": kept.bits, "change": change}
    place = _place(run_id, kept.name)
    if not connection.execute(update(checkpoints).where(*place).values(values)).rowcount:
        row = {"run_id": run_id, "name": kept.name, "pinned": int(kept.pinned), **values}
        connection.execute(insert(checkpoints), row)


def drop_surplus(connection: Connection, run_id: str) -> list[str]:
    """Take out the oldest marks that are too many and not pinned; their names."""
    here = checkpoints.c.run_id == run_id
    columns = (checkpoints.c.name, checkpoints.c.pinned)
    rows = connection.execute(select(*columns).where(here).order_by(checkpoints.c.step)).all()
    marks = [name for name, pinned in rows if name.startswith(MARK) and not pinned]
    dropped = marks[: max(len(rows) - MOST, 0)]
    if dropped:
        connection.execute(delete(checkpoints).where(here, checkpoints.c.name.in_(dropped)))
    return dropped


def _place(run_id: str, name: str) -> tuple[Any, ...]:
    return checkpoints.c.run_id == run_id, checkpoints.c.name == name


def _kept(row: Any) -> Kept | None:
    """A row as it was written; None for one that this program has not."""
    _, name, step, bits, change, pinned = row
    try:
        if name not in (LATEST, BEST) and name != f"{MARK}{int(step)}":
            return None
        return Kept(name, int(step), bits, change and decode(change), bool(pinned))
    except (ValueError, TypeError):
        return None
