"""Entering a run, and changing one only if no living worker has it: the condition in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Update, update

from rnncore.config import Config
from rnncore.runs.records import encode
from rnncore.runs.row import AHEAD, LOST_AFTER, QUEUE_PATIENCE
from rnncore.runs.tables import runs


def fresh_row(run_id: str, config: Config, now: float, watched: bool) -> dict[str, Any]:
    """The columns of a run that is entered now and that nobody has touched."""
    return {
        "id": run_id,
        "created": now,
        "config": encode(config.model_dump()),
        "status": "ready",
        "step": 0,
        "last_seq": 0,
        "last_command": 0,
        "heartbeat": now,
        "lease": now if watched else None,
        "pinned": 0,
    }


def heard(now: float, patience: float) -> ColumnElement[bool]:
    """`row.heard` in SQL."""
    return (runs.c.heartbeat > now - patience) & (runs.c.heartbeat < now + AHEAD)


def alive(now: float) -> ColumnElement[bool]:
    """`RunRow.alive` in SQL."""
    return runs.c.worker.is_not(None) & heard(now, LOST_AFTER)


def called(now: float) -> ColumnElement[bool]:
    """A worker has been called, and may still come."""
    return (runs.c.status == "queued") & heard(now, QUEUE_PATIENCE)


def taking(
    run_id: str,
    now: float,
    condition: ColumnElement[bool],
    columns: Mapping[str, Any],
    holder: str | None = None,
) -> Update:
    """Change a run that meets the condition and that no living worker but `holder` has."""
    free = runs.c.worker.is_(None) | ~heard(now, LOST_AFTER) | (runs.c.worker == holder)
    taken = update(runs).where(runs.c.id == run_id, free, condition)
    return taken.values(heartbeat=now, **columns)
