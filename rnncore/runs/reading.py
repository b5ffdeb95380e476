"""Rows of the store as they are read: one that is damaged is named and never hides another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from rnncore.errors import ConfigError, StoreError
from rnncore.runs import payloads
from rnncore.runs.records import Record, decode, error_values
from rnncore.runs.row import RunRow, Status
from rnncore.runs.troubles import damaged_run


@with_config(ConfigDict(strict=True, allow_inf_nan=False, extra="forbid"))
class _Row(TypedDict):
    """What a row of `runs` may hold, its JSON decoded."""

    id: str
    created: float
    settings: dict[str, Any]
    stored_status: Status
    reason: str | None
    error: payloads.Error | None
    step: int
    last_seq: int
    last_command: int
    worker: str | None
    heartbeat: float
    lease: float | None
    owner: str | None
    series: str | None
    ticket: int | None
    name: str | None
    note: str | None
    pinned: int
    parent: str | None
    branched: int | None


_ROW = TypeAdapter(_Row)


def run_row(values: Mapping[str, Any], url: str, now: float) -> RunRow:
    """The run of a row of the table, read at `now`.

    Raises StoreError if it cannot be what was written.
    """
    columns = dict(values)
    columns["stored_status"] = columns.pop("status")
    try:
        columns["settings"] = decode(columns.pop("config"))
        if columns["error"] is not None:
            columns["error"] = decode(columns["error"])
        _ROW.validate_python(columns)
    except (ValueError, TypeError, RecursionError) as failure:
        raise damaged_run(url, str(values["id"]), _problem(failure)) from None
    return RunRow(**columns, read_at=now)


def checked(run: RunRow, url: str) -> RunRow:
    """The run, if its settings are a config.  Raises StoreError if not."""
    try:
        run.config  # noqa: B018 - it raises if it cannot be
    except ConfigError as error:
        raise damaged_run(url, run.id, str(error).rstrip(".")) from None
    return run


def damaged_row(values: Mapping[str, Any], error: StoreError, now: float) -> RunRow:
    """Stands in a list for a run that cannot be read: failed, and its error says why."""
    created = values["created"]
    return RunRow(
        id=str(values["id"]),
        created=float(created) if isinstance(created, int | float) else 0.0,
        settings={},
        stored_status="failed",
        reason=None,
        error=error_values(error),
        step=0,
        last_seq=0,
        last_command=0,
        worker=None,
        heartbeat=0.0,
        lease=None,
        owner=None,
        series=None,
        ticket=None,
        name=None,
        note=None,
        pinned=0,
        parent=None,
        branched=None,
        read_at=now,
    )


def record(run_id: str, row: Any, url: str) -> Record:
    """The record of a row (step, kind, payload, seq).  Raises StoreError if it is damaged."""
    step, kind, raw, seq = row
    try:
        payload = decode(raw)
        payloads.check(kind, payload)
        if not isinstance(step, int):
            raise ValueError("a step is a whole number")
    except (ValueError, TypeError, RecursionError):
        raise damaged_run(url, run_id, f"record {seq}") from None
    return Record(step, kind, payload, seq)


def set_command(run_id: str, raw: str, url: str) -> tuple[str, Any]:
    """Setting and value of a stored command `set`.  Raises StoreError if it is damaged."""
    try:
        change = decode(raw)["value"]
        return str(change["setting"]), change["value"]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise damaged_run(url, run_id, "a command") from None


def _problem(failure: Exception) -> str:
    """Which column, in the words of the table."""
    if isinstance(failure, ValidationError):
        column = str(failure.errors()[0]["loc"][0])
        return {"settings": "config", "stored_status": "status"}.get(column, column)
    return "config or error"
