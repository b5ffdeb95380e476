"""Who may do what is not for everybody: control a run that another visitor began, read a text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, insert, select, update

from rnncore.runs.database import Database
from rnncore.runs.tables import access


class Access:
    """Rows (thing, visitor): the visitor may control the run, or read the own text, of that name.

    The owner of a run stands in its row and needs none here.
    Raises   StoreError, from every method, if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def allow(self, thing: str, visitor: str, title: str | None = None) -> None:
        """Let the visitor in, who calls a text by this `title`; without one, as before."""
        row = (access.c.thing == thing) & (access.c.visitor == visitor)
        values = {"thing": thing, "visitor": visitor, "title": title}
        with self._database.transaction() as connection:
            known = connection.execute(update(access).where(row).values(visitor=visitor)).rowcount
            if not known:
                connection.execute(insert(access), values)
            elif title is not None:
                connection.execute(update(access).where(row).values(title=title))

    def title(self, thing: str, visitor: str | None) -> str | None:
        """What the visitor calls a text, or else somebody; None if nobody has named it."""
        query = select(access.c.visitor, access.c.title).where(access.c.thing == thing)
        titles = {who: title for who, title in self._database.read(query) if title}
        return titles.get(visitor, next(iter(titles.values()), None))

    def visitors(self, thing: str) -> set[str]:
        """All who have been let in."""
        query = select(access.c.visitor).where(access.c.thing == thing)
        return {visitor for (visitor,) in self._database.read(query)}

    def things(self, visitor: str) -> set[str]:
        """All runs and texts that the visitor has been let in to."""
        return {thing for (thing,) in self._database.read(given_to(visitor))}


def given_to(visitor: str) -> Select[Any]:
    """What `Access.things` asks for."""
    return select(access.c.thing).where(access.c.visitor == visitor)
