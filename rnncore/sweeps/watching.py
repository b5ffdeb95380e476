"""Whether anything has happened to a sweep: a cheap look, many times a second."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from rnncore.runs.database import Database
from rnncore.runs.tables import runs, sweeps, trials

FRESH_SECONDS = 1.0
"""After so long a sweep is looked at even if nothing was written: a worker may have been lost."""

_SWEEP = select(sweeps.c.status, sweeps.c.workers, sweeps.c.plan, sweeps.c.worker).where(
    sweeps.c.id == bindparam("sweep")
)
_OPEN = (
    select(trials.c.number, trials.c.status, runs.c.status, runs.c.worker, runs.c.last_seq)
    .select_from(trials)
    .outerjoin(runs, runs.c.id == trials.c.run_id)
    .where(trials.c.sweep_id == bindparam("sweep"), trials.c.told.is_(None))
    .order_by(trials.c.number)
)


class Watch:
    """Remembers how the sweep was at the last look."""

    def __init__(self, database: Database, sweep_id: str) -> None:
        self._database, self._sweep_id = database, sweep_id
        self._seen: Any = None
        self._fresh_until = 0.0

    def changed(self, now: float, *, records: bool) -> bool:
        """Whether something has changed since the last look, or that was long ago.

        records   whether what runs have reported counts, too
        """
        own = self._database.read(_SWEEP, sweep=self._sweep_id)
        found = self._database.read(_OPEN, sweep=self._sweep_id)
        seen = own, [tuple(row) if records else tuple(row)[:-1] for row in found]
        if seen == self._seen and now < self._fresh_until:
            return False
        self._seen, self._fresh_until = seen, now + FRESH_SECONDS
        return True
