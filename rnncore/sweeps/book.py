"""The sweeps of a store: what pages and the command line see of them, and what they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from rnncore.errors import ConfigError, StoreError
from rnncore.runs.row import is_run_id, new_run_id
from rnncore.runs.store import Store
from rnncore.runs.tables import sweeps, trials
from rnncore.runs.troubles import unknown_run
from rnncore.sweeps.checking import check_trials
from rnncore.sweeps.own import adopted, own_settings, ranged
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.reading import Reader, sweep_row
from rnncore.sweeps.trial import SweepRow, SweepStatus, Trial
from rnncore.sweeps.troubles import unknown_sweep
from rnncore.sweeps.writing import (
    WANTED,
    changing,
    enter,
    next_number,
    next_told,
    replan,
    stored_plan,
)

MOST_WORKERS = 32
"""Trials of a sweep at a time, at most."""


class Sweeps:
    """The sweeps and trials of a store.

    Every method that changes something is one transaction, which whoever looks after the sweep
    (`coordinator.py`) reads within a tenth of a second.
    Raises   StoreError, from every method, if the store cannot be used, and from those that change
             a sweep if there is none of this id.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._database = store, store.database
        self._reader = Reader(store.database)

    def create(
        self, plan: Plan, *, workers: int, owner: str | None = None, holder: str | None = None
    ) -> str:
        """Enter a sweep, which begins as soon as somebody looks after it; its id.

        Call `checking.check_trials(plan)` before: it refuses trials that cannot be trained.
        workers   trials at a time
        holder    token of the process that will look after it; None: whoever comes first
        """
        sweep_id, now = new_run_id(), self._database.now()
        row = {
            "id": sweep_id,
            "created": now,
            "owner": owner,
            "plan": plan.model_dump_json(),
            "status": "running",
            "workers": _workers(workers),
            "worker": holder,
            "heartbeat": now if holder else 0.0,
        }
        with self._database.transaction() as connection:
            connection.execute(insert(sweeps), row)
        return sweep_id

    def row(self, sweep_id: str) -> SweepRow | None:
        """The sweep, or None if there is none of this id."""
        rows = self._read(sweeps.c.id == sweep_id) if is_run_id(sweep_id) else []
        return sweep_row(rows[0], self._store.url, self._database.now()) if rows else None

    def of(self, owner: str | None) -> list[SweepRow]:
        """The sweeps of a visitor and those that are nobody's, the newest first.

        One that is damaged is left out; `row` says so.
        """
        found = []
        for row in self._read(sweeps.c.owner.is_(None) | (sweeps.c.owner == owner)):
            with suppress(StoreError):
                found.append(sweep_row(row, self._store.url, self._database.now()))
        return found

    def of_run(self, run_id: str) -> str | None:
        """The sweep that a run is a trial of, or None."""
        query = select(trials.c.sweep_id).where(trials.c.run_id == run_id)
        found = self._database.read(query)
        return found[0][0] if found else None

    def trials(self, sweep_id: str) -> list[Trial]:
        """The trials of a sweep in the order of asking."""
        return self._reader.trials(sweep_id)

    # Live controls.

    def set_workers(self, sweep_id: str, workers: int) -> None:
        """Train so many trials at a time from now on; those that are too many end first."""
        with changing(self._database, sweep_id) as connection:
            here = sweeps.c.id == sweep_id
            connection.execute(update(sweeps).where(here).values(workers=_workers(workers)))

    def pause(self, sweep_id: str) -> None:
        """Pause all its trials, which keep what they have learned."""
        self._turn(sweep_id, "paused", ("running",))

    def resume(self, sweep_id: str) -> None:
        """Let it go on: one that is paused, stopped or failed."""
        self._turn(sweep_id, "running", ("paused", "stopped", "failed"))

    def stop(self, sweep_id: str) -> None:
        """End all its trials, with what they have learned, and ask for no more."""
        self._turn(sweep_id, "stopped", ("running", "paused"))

    def stop_trial(self, sweep_id: str, number: int) -> bool:
        """End one trial; False if it has ended."""
        here = (trials.c.sweep_id == sweep_id) & (trials.c.number == number)
        going = here & trials.c.status.in_(("waiting", "running"))
        ended = update(trials).where(going).values(status="stopped")
        with changing(self._database, sweep_id) as connection:
            return bool(connection.execute(ended).rowcount)

    def set_range(self, sweep_id: str, setting: str, low: float, high: float) -> None:
        """Draw a number from another range from now on; what has been tried stays known.

        Raises   ConfigError if the setting is not a range of the sweep, or it cannot be one, also
                 because a trial could not be trained.
        """

        check_trials(ranged(self._plan(sweep_id), setting, low, high))
        with changing(self._database, sweep_id) as connection:
            plan = stored_plan(connection, self._store.url, sweep_id)
            replan(connection, sweep_id, ranged(plan, setting, low, high))

    def add_trials(self, sweep_id: str, more: int) -> None:
        """Ask for so many trials more; a sweep that was complete goes on.

        Raises   ConfigError if the number is none.
        """
        with changing(self._database, sweep_id) as connection:
            plan = stored_plan(connection, self._store.url, sweep_id)
            replan(connection, sweep_id, plan.with_changes(trials=plan.trials + more))

    def enqueue(self, sweep_id: str, settings: Mapping[str, Any]) -> int:
        """Try a setting of one's own before all others, with each seed; its first number.

        settings   a value for each setting that the sweep varies, within its range or not
        It comes on top of the sweep's other trials.
        Raises   ConfigError if one is missing, is too many or cannot be.
        """
        own = own_settings(self._plan(sweep_id), settings)
        with changing(self._database, sweep_id) as connection:
            plan = stored_plan(connection, self._store.url, sweep_id)
            first = next_number(connection, sweep_id)
            enter(connection, sweep_id, first, plan.seeded(own))
            replan(connection, sweep_id, plan.with_changes(trials=plan.trials + plan.seeds))
        return first

    def adopt(self, sweep_id: str, run_id: str) -> int:
        """Take a run that was made by hand as a trial, which the sampler learns from; its number.

        It counts for nothing of the sweep's own trials.
        Raises   ConfigError if its other settings are not those of the sweep, if it has measured
                 nothing, or if it is a trial already; StoreError if there is no such run.
        """
        run = self._store.run(run_id)
        if run is None:
            raise unknown_run(run_id)
        if (sweep := self.of_run(run_id)) is not None:
            raise ConfigError(
                "sweep_adopted",
                f"The run {run_id} is a trial of the sweep {sweep} already; choose another run.",
                run_id=run_id,
                sweep=sweep,
            )
        measured = self._reader.measured(run_id)
        with changing(self._database, sweep_id) as connection:
            plan = stored_plan(connection, self._store.url, sweep_id)
            row = adopted(plan, run, measured)
            number = next_number(connection, sweep_id)
            places = {"number": number, "told": next_told(connection, sweep_id)}
            connection.execute(insert(trials), {"sweep_id": sweep_id, **row, **places})
            replan(connection, sweep_id, plan.with_changes(trials=plan.trials + 1), goes_on=False)
        return number

    def forget(self, sweep_id: str) -> bool:
        """Remove a sweep that is at rest; False if it is not. The runs of its trials stay."""
        here = (sweeps.c.id == sweep_id) & (sweeps.c.status != "running")
        with changing(self._database, sweep_id) as connection:
            row = connection.execute(select(sweeps).where(here)).one_or_none()
            if row is None or row.worker != WANTED:
                return False
            connection.execute(delete(trials).where(trials.c.sweep_id == sweep_id))
            connection.execute(delete(sweeps).where(sweeps.c.id == sweep_id))
        return True

    def _plan(self, sweep_id: str) -> Plan:
        row = self.row(sweep_id)
        if row is None:
            raise unknown_sweep(sweep_id)
        return row.plan

    def _turn(self, sweep_id: str, status: SweepStatus, before: tuple[SweepStatus, ...]) -> None:
        with changing(self._database, sweep_id) as connection:
            here = (sweeps.c.id == sweep_id) & sweeps.c.status.in_(before)
            connection.execute(update(sweeps).where(here).values(status=status, error=None))

    def _read(self, condition: ColumnElement[bool]) -> Sequence[Any]:
        query = select(sweeps).where(condition).order_by(sweeps.c.created.desc(), sweeps.c.id)
        return self._database.read(query)


def _workers(count: int) -> int:
    return max(1, min(MOST_WORKERS, count))
