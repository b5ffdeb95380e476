"""Who looks after a sweep: one process at a time, which gives signs of life, as with a run."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, update

from rnncore.runs.database import Database
from rnncore.runs.row import AHEAD, LOST_AFTER
from rnncore.runs.tables import sweeps

RELEASED = {"worker": None, "heartbeat": 0.0}
"""Columns of a sweep that nobody looks after. Its last sign of life goes too: what is asked of it
next is for whoever comes, at once."""


class Holding:
    """The hold of the process `token` on the sweeps of a store.

    Raises   StoreError, from every method, if the store cannot be used.
    """

    def __init__(self, database: Database, token: str) -> None:
        self._database, self.token = database, token

    def unattended(self) -> list[str]:
        """Sweeps that nobody looks after, though they go on, or something was asked of them."""
        now = self._database.now()
        free = or_(sweeps.c.worker.is_(None), ~_heard(now))
        wanted = or_(sweeps.c.status == "running", sweeps.c.worker.is_not(None))
        query = select(sweeps.c.id).where(free, wanted).order_by(sweeps.c.created)
        return [row.id for row in self._database.read(query)]

    def take(self, sweep_id: str) -> bool:
        """Look after a sweep from now on; False if somebody does."""
        now = self._database.now()
        free = or_(sweeps.c.worker.is_(None), ~_heard(now), sweeps.c.worker == self.token)
        taken = update(sweeps).where(sweeps.c.id == sweep_id, free)
        with self._database.transaction() as connection:
            values = {"worker": self.token, "heartbeat": now}
            return bool(connection.execute(taken.values(values)).rowcount)

    def beat(self, sweep_id: str) -> bool:
        """Give a sign of life; False if somebody else has taken the sweep."""
        mine = (sweeps.c.id == sweep_id) & (sweeps.c.worker == self.token)
        with self._database.transaction() as connection:
            beaten = update(sweeps).where(mine).values(heartbeat=self._database.now())
            return bool(connection.execute(beaten).rowcount)

    def leave(self, sweep_id: str) -> None:
        """Leave a sweep that goes on to whoever comes next, at once."""
        mine = (sweeps.c.id == sweep_id) & (sweeps.c.worker == self.token)
        with self._database.transaction() as connection:
            connection.execute(update(sweeps).where(mine).values(heartbeat=0.0))

    def release(self, sweep_id: str, status: str) -> None:
        """Look after it no longer, if it still has the status that was seen."""
        mine = (sweeps.c.id == sweep_id) & (sweeps.c.worker == self.token)
        seen = mine & (sweeps.c.status == status)
        with self._database.transaction() as connection:
            connection.execute(update(sweeps).where(seen).values(RELEASED))


def _heard(now: float) -> ColumnElement[bool]:
    return (sweeps.c.heartbeat > now - LOST_AFTER) & (sweeps.c.heartbeat < now + AHEAD)
