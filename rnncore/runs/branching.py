"""Branching: a run that goes on from a kept state of another, with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, select, update

from rnncore.config import Config, branch_settings, is_number
from rnncore.errors import ConfigError
from rnncore.runs.checkpoints import Kept, keep
from rnncore.runs.claim import append
from rnncore.runs.database import Database
from rnncore.runs.files import LATEST, checkpoint_path
from rnncore.runs.records import Record, changed_record, decode
from rnncore.runs.row import RunRow, new_run_id
from rnncore.runs.tables import chunks, runs
from rnncore.runs.taking import fresh_row
from rnncore.training import checkpoint
from rnncore.training.events import Changed


class Branch(NamedTuple):
    """A run to be.

    config   the settings it goes on with, and
    before   those of the state that it goes on from, after `step` updates
    state    that state as the file of a checkpoint, with the new settings
    """

    parent: RunRow
    config: Config
    before: Config
    step: int
    state: bytes


class Branches:
    """Enters runs that share their first updates with another.

    Raises   StoreError, from every method, if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, branch: Branch, owner: str | None, *, watched: bool = True) -> str:
        """Enter the run, paused after the updates that it shares; its id.

        It has the parent's records up to there, so that its curves begin with the parent's, and is
        as good as one that was paused by hand: the parent may be removed.
        Raises   CheckpointError if its checkpoint cannot be written.
        """
        run_id, parent = new_run_id(), branch.parent
        path = checkpoint_path(run_id)
        row = fresh_row(run_id, branch.config, self._database.now(), watched) | {
            "status": "paused",
            "reason": "asked",
            "step": branch.step,
            "owner": owner,
            "parent": parent.id,
            "branched": branch.step,
        }
        checkpoint.write(path, branch.state)
        try:
            path.chmod(0o600)
            with self._database.transaction() as connection:
                connection.execute(insert(runs), row)
                _share(connection, branch, run_id, row["created"])
                keep(connection, run_id, Kept(LATEST, branch.step))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return run_id


def prepare(
    parent: RunRow,
    name: str,
    changes: Mapping[str, Any],
    present: Mapping[str, Any] | None = None,
) -> Branch:
    """What is to be entered: the parent's kept state `name`, with `changes` to its settings.

    `present` are settings that count instead of the state's: where it is the latest, all that are
    in force, for a change may have come since it was written.
    Raises   CheckpointError if there is no such state or it cannot be read; ConfigError if a value
             is out of range, or a setting changes the shapes of the weights or the text.
    """
    fixed = sorted(set(changes) - set(branch_settings()))
    if fixed:
        raise ConfigError(
            "not_branched",
            f"{', '.join(fixed)} cannot change under weights that are there; start a new run with "
            f"it. A branch can change {', '.join(branch_settings())}.",
            settings=", ".join(fixed),
        )
    found = checkpoint.read(checkpoint_path(parent.id, name))
    kept = {
        each: (present or {}).get(each, getattr(found.config, each)) for each in branch_settings()
    }
    before = found.config.with_changes(corpus=parent.settings["corpus"], **kept)
    config = before.with_changes(**changes)
    state = checkpoint.repacked(found, config.with_changes(corpus=found.config.corpus))
    return Branch(parent, config, before, found.header["steps"], state)


def _share(connection: Connection, branch: Branch, run_id: str, now: float) -> None:
    """Copy the parent's records up to the branch, and add what changes there."""
    shared = (chunks.c.run_id == branch.parent.id) & (chunks.c.step <= branch.step)
    # The state itself says what holds at its update; a mark's is that before the change.
    known = ~((chunks.c.kind == "changed") & (chunks.c.step == branch.step))
    columns = (chunks.c.seq, chunks.c.step, chunks.c.kind, chunks.c.payload)
    copied = select(literal(run_id), *columns).where(shared, known)
    connection.execute(insert(chunks).from_select(["run_id", *(c.name for c in columns)], copied))
    here = chunks.c.run_id == run_id
    _forget_test(connection, here)
    last = select(func.coalesce(func.max(chunks.c.seq), 0)).where(here).scalar_subquery()
    connection.execute(update(runs).where(runs.c.id == run_id).values(last_seq=last))
    earlier = select(chunks.c.payload).where(here, chunks.c.kind == "changed")
    reported = [decode(raw) for (raw,) in connection.execute(earlier.order_by(chunks.c.seq))]
    told = {c["setting"]: c["new"] for c in reported}
    append(connection, run_id, _changes(branch, told), now)


def _forget_test(connection: Connection, here: ColumnElement[bool]) -> None:
    """Take out what was read of the test text: that is done at a run's end, and this one begins."""
    read = select(chunks.c.seq, chunks.c.payload).where(here, chunks.c.kind == "evaluation")
    found = [seq for seq, raw in connection.execute(read) if decode(raw).get("split") == "test"]
    if found:
        connection.execute(delete(chunks).where(here, chunks.c.seq.in_(found)))


def _changes(branch: Branch, reported: Mapping[str, Any]) -> list[Record]:
    """A record of each number that is another from here on than was reported last."""
    records = []
    for name in filter(is_number, branch_settings()):
        old = reported.get(name, getattr(branch.before, name))
        new = getattr(branch.config, name)
        if old != new:
            records.append(changed_record(Changed(branch.step, name, float(old), float(new))))
    return records
