"""What pydantic says of a wrong setting, as a sentence with a cure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

LONGEST_SHOWN = 60
"""Characters of a wrong value, or of its name, that a sentence quotes."""


def problem(error: ErrorDetails, known: Iterable[str]) -> dict[str, Any]:
    """One wrong setting as {code, message, values}: a sentence of its own, like an RnnError.

    known   names of all settings
    """
    name, kind = _short(".".join(str(part) for part in error["loc"])), error["type"]
    limits = error.get("ctx", {})
    values: dict[str, Any] = {"setting": name, "value": _quoted(error["input"])}
    if not name:  # settings that do not fit together carry their own code and values
        return {"code": kind, "message": error["msg"], "values": limits}
    if kind == "extra_forbidden":
        values = {"name": name, "known": ", ".join(sorted(known))}
        code, message = "setting_unknown", "there is no setting {name}; the settings are {known}"
    elif kind in ("greater_than", "greater_than_equal"):
        values["limit"] = _limit(limits.get("gt", limits.get("ge")))
        code, message = "setting_low", "{setting} = {value} is too small; give at least {limit}"
        if kind == "greater_than":
            code, message = (
                "setting_above",
                "{setting} = {value} is too small; give more than {limit}",
            )
    elif kind in ("less_than", "less_than_equal"):
        values["limit"] = _limit(limits.get("lt", limits.get("le")))
        code, message = "setting_high", "{setting} = {value} is too large; give at most {limit}"
    elif kind == "literal_error":
        values["choices"] = limits["expected"]
        code, message = "setting_choice", "{setting} = {value} is no choice; give {choices}"
    else:
        values["problem"] = error["msg"].lower()
        code, message = "setting_kind", "{setting} = {value} is of the wrong kind: {problem}"
    return {"code": code, "message": message.format(**values), "values": values}


def _limit(bound: Any) -> str:
    """A bound in full if it is whole: 1000000000, not 1e+09."""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"


def _quoted(value: object) -> str:
    try:
        return _short(repr(value))
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "a number of more than 4,300 digits"


def _short(text: str) -> str:
    half = LONGEST_SHOWN // 2
    return text if len(text) <= LONGEST_SHOWN else f"{text[:half]}…{text[-half:]}"
