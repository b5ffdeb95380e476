"""Changes of the tables of sweeps, inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from rnncore.runs.database import Database
from rnncore.runs.records import encode
from rnncore.runs.row import is_run_id
from rnncore.runs.schema import touch
from rnncore.runs.tables import sweeps, trials
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.troubles import decoded_plan, unknown_sweep

WANTED = "wanted"
"""In place of a process that looks after a sweep: something was asked of it."""


@contextmanager
def changing(database: Database, sweep_id: str) -> Iterator[Connection]:
    """A transaction in which nobody else changes the sweep. Somebody will look after it then.

    Raises   StoreError if there is none of this id.
    """
    with database.transaction() as connection:
        touch(connection)
        found = update(sweeps).where(sweeps.c.id == sweep_id)
        wanted = found.values(worker=func.coalesce(sweeps.c.worker, WANTED))
        if not is_run_id(sweep_id) or not connection.execute(wanted).rowcount:
            raise unknown_sweep(sweep_id)
        yield connection


def stored_plan(connection: Connection, url: str, sweep_id: str) -> Plan:
    """The plan as it stands.  Raises   StoreError if it is damaged."""
    raw = connection.execute(select(sweeps.c.plan).where(sweeps.c.id == sweep_id)).scalar_one()
    return decoded_plan(url, sweep_id, raw)


def replan(connection: Connection, sweep_id: str, plan: Plan, *, goes_on: bool = True) -> None:
    """Put a plan in the place of the one before; a complete sweep `goes_on` with it."""
    here = sweeps.c.id == sweep_id
    connection.execute(update(sweeps).where(here).values(plan=plan.model_dump_json()))
    if goes_on:
        complete = here & (sweeps.c.status == "complete")
        connection.execute(update(sweeps).where(complete).values(status="running"))


def next_number(connection: Connection, sweep_id: str) -> int:
    """The number of the next trial."""
    last = select(func.max(trials.c.number)).where(trials.c.sweep_id == sweep_id)
    found = connection.execute(last).scalar()
    return 0 if found is None else int(found) + 1


def next_told(connection: Connection, sweep_id: str) -> int:
    """The place of the next trial in the order of telling."""
    last = select(func.max(trials.c.told)).where(trials.c.sweep_id == sweep_id)
    found = connection.execute(last).scalar()
    return 0 if found is None else int(found) + 1


def enter(
    connection: Connection, sweep_id: str, first: int, settings: Sequence[Mapping[str, Any]]
) -> None:
    """Enter trials that wait, numbered from `first`."""
    rows = [
        {
            "sweep_id": sweep_id,
            "number": number,
            "settings": encode(chosen),
            "status": "waiting",
            "step": 0,
            "seconds": 0.0,
        }
        for number, chosen in enumerate(settings, first)
    ]
    connection.execute(insert(trials), rows)
