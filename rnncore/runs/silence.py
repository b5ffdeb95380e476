"""Runs that are not heard of: lost, or only silent because the store cannot be written."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from rnncore.errors import StoreError
from rnncore.runs.database import Database
from rnncore.runs.records import error_values
from rnncore.runs.row import LOST_AFTER, RunRow

GONE = 0.0
"""Heartbeat of a worker that is known to have ended."""
TROUBLE_SECONDS = 1.0
"""From one look whether the store can be written, while a run seems lost, to the next."""


class Silence:
    """Tells lost runs from silent ones; looks whether the store can be written, now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trouble: StoreError | None = None
        self._ask_at = 0.0

    def doubted(self, run: RunRow) -> RunRow:
        """The run; one that seems lost is only silent if the store cannot be written, or could
        not a moment ago."""
        if run.status != "lost" or run.heartbeat == GONE:
            return run
        now = monotonic()
        if now >= self._ask_at:
            self._trouble, self._ask_at = self._database.trouble(), now + TROUBLE_SECONDS
        if now - self._database.troubled_at > LOST_AFTER:
            return run
        said = self._trouble and error_values(self._trouble)
        return replace(run, silent=True, error=said or run.error)
