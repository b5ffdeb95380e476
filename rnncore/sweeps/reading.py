"""Sweeps and trials as they are read from the store, with what the trials' runs have reported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, get_args

from sqlalchemy import func, select

from rnncore.config import Config
from rnncore.runs.database import Database
from rnncore.runs.records import decode
from rnncore.runs.row import LOST_AFTER, heard
from rnncore.runs.tables import chunks, runs, trials
from rnncore.sweeps.trial import SweepRow, SweepStatus, Trial, TrialStatus
from rnncore.sweeps.troubles import damaged_sweep, decoded_plan

AT_ONCE = 200
"""Runs whose records are read by one query."""


class Measured(NamedTuple):
    """What a run has reported: updates made, seconds of training, its held-out curve.

    per_update   tokens that an update reads
    """

    status: str = "ready"
    step: int = 0
    per_update: int = 0
    seconds: float = 0.0
    curve: tuple[tuple[int, float], ...] = ()

    @property
    def lowest(self) -> float | None:
        """The lowest bits; None before the first measurement of a trained network."""
        return min((bits for step, bits in self.curve if step), default=None)

    def until(self, step: int) -> Measured:
        """What it had reported after so many updates."""
        if step >= self.step:
            return self
        share = self.seconds * step / self.step
        return self._replace(
            step=step, seconds=share, curve=tuple(point for point in self.curve if point[0] <= step)
        )


class Reader:
    """Reads trials; what the runs of ended ones have reported is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ended: dict[str, Measured] = {}

    def trials(self, sweep_id: str) -> list[Trial]:
        """The trials of a sweep in the order of asking."""
        query = select(trials).where(trials.c.sweep_id == sweep_id).order_by(trials.c.number)
        rows = self._database.read(query)
        wanted = [row.run_id for row in rows if row.run_id and row.run_id not in self._ended]
        found = measured(self._database, wanted)
        read = []
        for row in rows:
            report = self._ended.get(row.run_id) or found.get(row.run_id, Measured())
            if row.told is not None:  # its run may have gone on by hand
                report = report.until(row.step)
                self._ended[row.run_id] = report
            read.append(_trial(row, report, self._database.url))
        return read

    def measured(self, run_id: str) -> Measured:
        """What one run has reported."""
        return measured(self._database, [run_id]).get(run_id, Measured())


def measured(database: Database, run_ids: Iterable[str]) -> dict[str, Measured]:
    """What runs have reported, by id."""
    ids, found = list(run_ids), {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        curves, seconds = _curves(database, some), _seconds(database, some)
        columns = (runs.c.id, runs.c.status, runs.c.step, runs.c.config)
        for run_id, status, step, raw in database.read(select(*columns).where(runs.c.id.in_(some))):
            settings = {**Config().model_dump(), **decode(raw)}
            per_update = settings["batch_size"] * settings["time_size"]
            curve = tuple(curves.get(run_id, ()))
            found[run_id] = Measured(status, step, per_update, seconds.get(run_id, 0.0), curve)
    return found


def _curves(database: Database, ids: list[str]) -> dict[str, list[tuple[int, float]]]:
    """Bits of held-out text. Of a long one a part is read on the way, and the whole, which has
    another loss, now and then: the curve is of what was read most often."""
    query = (
        select(chunks.c.run_id, chunks.c.step, chunks.c.payload)
        .where(chunks.c.run_id.in_(ids), chunks.c.kind == "evaluation")
        .order_by(chunks.c.run_id, chunks.c.seq)
    )
    points: dict[str, list[tuple[int, float, Any]]] = defaultdict(list)
    for run_id, step, raw in database.read(query):
        payload = decode(raw)
        if payload["split"] == "valid":
            points[run_id].append((step, payload["bits"], payload.get("part")))
    curves = {}
    for run_id, found in points.items():
        parts = Counter(part for step, _, part in found if step) or {found[0][2]: 1}
        usual = max(parts, key=lambda part: (parts[part], part is not None))
        curves[run_id] = [(step, bits) for step, bits, part in found if part == usual]
    return curves


def _seconds(database: Database, ids: list[str]) -> dict[str, float]:
    """Seconds of training, as told with the newest updates."""
    here = chunks.c.run_id.in_(ids) & (chunks.c.kind == "steps")
    last = select(chunks.c.run_id, func.max(chunks.c.seq).label("seq")).where(here)
    newest = last.group_by(chunks.c.run_id).subquery()
    query = select(chunks.c.run_id, chunks.c.payload).join(
        newest, (chunks.c.run_id == newest.c.run_id) & (chunks.c.seq == newest.c.seq)
    )
    return {run_id: float(decode(raw)["seconds"]) for run_id, raw in database.read(query)}


def sweep_row(row: Any, url: str, now: float) -> SweepRow:
    """The sweep of a row of the table, read at `now`.

    Raises   StoreError if it cannot be what was written.
    """
    try:
        error = None if row.error is None else decode(row.error)
        if row.status not in get_args(SweepStatus):
            raise ValueError("status")
    except (ValueError, TypeError, RecursionError):
        raise damaged_sweep(url, row.id) from None
    plan = decoded_plan(url, row.id, row.plan)
    alive = row.worker is not None and heard(row.heartbeat, now, LOST_AFTER)
    return SweepRow(row.id, row.created, row.owner, plan, row.status, error, row.workers, alive)


def _trial(row: Any, report: Measured, url: str) -> Trial:
    try:
        settings = decode(row.settings)
        if row.status not in get_args(TrialStatus):
            raise ValueError("status")
    except (ValueError, TypeError, RecursionError):
        raise damaged_sweep(url, row.sweep_id) from None
    told = row.told is not None
    status: TrialStatus = row.status
    if status == "waiting" and report.status == "running":
        status = "running"
    step = row.step if told else report.step
    return Trial(
        row.number,
        row.run_id,
        settings,
        status,
        row.value if told else report.lowest,
        step,
        row.seconds if told else report.seconds,
        step * report.per_update,
        report.curve,
        row.told,
    )
