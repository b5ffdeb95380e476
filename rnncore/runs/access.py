"""Who may do what is not for everybody: control a run that another visitor began, read a text."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from rnncore.runs.database import Database
from rnncore.runs.tables import access


class Access:
    """Rows (thing, visitor): the visitor may control the run, or read the own text, of that name.

    The owner of a run stands in its row and needs none here.
    Raises   StoreError, from every method, if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def allow(self, thing: str, visitor: str) -> None:
        """Let the visitor in; nothing changes for one who is."""
        row = (access.c.thing == thing) & (access.c.visitor == visitor)
        with self._database.transaction() as connection:
            connection.execute(delete(access).where(row))
            connection.execute(insert(access), {"thing": thing, "visitor": visitor})

    def visitors(self, thing: str) -> set[str]:
        """All who have been let in."""
        query = select(access.c.visitor).where(access.c.thing == thing)
        return {visitor for (visitor,) in self._database.read(query)}
