"""What people write on their runs: a name, a note, and a pin."""

from __future__ import annotations

from sqlalchemy import select, update

from rnncore.errors import ConfigError
from rnncore.runs.database import Database
from rnncore.runs.tables import runs
from rnncore.runs.troubles import unknown_run

LONGEST_NAME, LONGEST_NOTE = 100, 2_000
"""Characters."""


class Labels:
    """Columns name, note and pinned of the runs.

    Raises   StoreError, from every method, if there is no such run or the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def name(self, run_id: str, name: str) -> None:
        """Call the run so; spaces around it do not count, and an empty name takes it away.

        Raises ConfigError if the name is too long.
        """
        self._write(run_id, name=_text(name, "name", LONGEST_NAME))

    def note(self, run_id: str, note: str) -> None:
        """Keep a remark on the run, in the place of the last one.

        Raises ConfigError if it is too long.
        """
        self._write(run_id, note=_text(note, "note", LONGEST_NOTE))

    def pin(self, run_id: str, pinned: bool = True) -> None:
        """Keep the run in sight, or no longer."""
        self._write(run_id, pinned=int(pinned))

    def free_name(self, owner: str | None, name: str) -> str:
        """The name; with a number behind it where another run of the owner has the name already."""
        return free_name(self._database, owner, name)

    def _write(self, run_id: str, **columns: str | int | None) -> None:
        with self._database.transaction() as connection:
            changed = connection.execute(update(runs).where(runs.c.id == run_id).values(columns))
            if not changed.rowcount:
                raise unknown_run(run_id)


def free_name(database: Database, owner: str | None, name: str) -> str:
    """`Labels.free_name`."""
    query = select(runs.c.name).where(runs.c.owner == owner, runs.c.name.is_not(None))
    taken = {found for (found,) in database.read(query)}
    free, number = name, 1
    while free in taken:
        number += 1
        end = f" ({number})"
        free = f"{name[: LONGEST_NAME - len(end)]}{end}"
    return free


def _text(text: str, what: str, longest: int) -> str | None:
    """The text as it is kept; PostgreSQL keeps no NUL."""
    kept = text.replace("\0", "").strip()
    if len(kept) > longest:
        raise ConfigError(
            "label_long",
            f"The {what} has {len(kept):,} characters, and {longest:,} are kept; shorten it.",
            what=what,
            length=len(kept),
            longest=longest,
        )
    return kept or None
