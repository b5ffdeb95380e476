"""What can be wrong with a sweep in the store, as sentences with a cure."""

from __future__ import annotations

from rnncore.errors import StoreError
from rnncore.runs.troubles import place
from rnncore.sweeps.plan import Plan


def decoded_plan(url: str, sweep_id: str, raw: str) -> Plan:
    """The plan that was stored.  Raises   StoreError if it cannot be one."""
    try:
        return Plan.model_validate_json(raw)
    except ValueError:
        raise damaged_sweep(url, sweep_id) from None


def unknown_sweep(sweep_id: str) -> StoreError:
    """The error for a sweep id that the store does not know; one that is too long is cut short."""
    sweep_id = sweep_id if len(sweep_id) <= 40 else f"{sweep_id[:39]}…"
    return StoreError(
        "unknown_sweep",
        f"There is no sweep {sweep_id!r} in this store; check the address, or start a new sweep.",
        sweep_id=sweep_id,
    )


def still_ending(sweep_id: str) -> StoreError:
    """The error for a sweep that cannot be removed while it, or one of its trials, is on."""
    return StoreError(
        "sweep_on",
        f"The sweep {sweep_id!r} is still on and cannot be removed; stop it, and try again when "
        f"its last trial has ended.",
        sweep_id=sweep_id,
    )


def damaged_sweep(url: str, sweep_id: str) -> StoreError:
    """The error for a sweep whose rows cannot be what was written."""
    return StoreError(
        "sweep_damaged",
        f"The sweep {sweep_id!r} is damaged in the store {place(url)}; start a new one, or bring "
        f"back a copy of the store.",
        sweep_id=sweep_id,
        where=place(url),
    )
