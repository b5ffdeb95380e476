"""The drawing operations that the live component understands: plain dicts, ready for JSON.

`figure` is the id of a panel, `trace` the uid of one of its traces. Steps only grow, so a point
that a trace already has is ignored: a reader may meet the same operation twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from rnncore.runs.records import Record

Op: TypeAlias = dict[str, Any]
Translate: TypeAlias = Callable[[Record], list[Op]]
"""What turns a record of a run into the drawing operations that show it."""


def extend(
    figure: str,
    trace: str,
    x: Sequence[float],
    y: Sequence[float | None],
    customdata: Sequence[Any] | None = None,
) -> Op:
    """Add points to the end of a curve."""
    op: Op = {"op": "extend", "figure": figure, "trace": trace, "x": list(x), "y": list(y)}
    if customdata is not None:
        op["customdata"] = list(customdata)
    return op


def replace(figure: str, trace: str, step: int, **attributes: Any) -> Op:
    """Put new values in the place of a trace's attributes (x, y, text, customdata, ...)."""
    return {"op": "replace", "figure": figure, "trace": trace, "step": step, "set": attributes}


def column(figure: str, trace: str, x: float, z: Sequence[float]) -> Op:
    """Add a column to a heat map."""
    return {"op": "column", "figure": figure, "trace": trace, "x": x, "z": list(z)}


def mark(figure: str, x: float, setting: str, old: float, new: float) -> Op:
    """Keep a vertical line where a setting was changed."""
    return {"op": "mark", "figure": figure, "x": x, "setting": setting, "old": old, "new": new}


def items(
    figure: str,
    step: int,
    note: float,
    lines: Sequence[tuple[Sequence[str], bool | None]],
    best: int | None = None,
    copied: int | None = None,
) -> Op:
    """Put a group of lines on top of a list; each is right, wrong, or neither (None).

    Of the parts of a line the second and every other one after it is marked. Where the run's best
    state wrote them, `best` is the number of its updates, and `copied` the length of the longest
    piece that is copied, where that is known.
    """
    told = {"best": best, "copied": copied}
    return {
        "op": "items",
        "figure": figure,
        "step": step,
        "note": note,
        **{name: value for name, value in told.items() if value is not None},
        "lines": [{"parts": list(parts), "verdict": verdict} for parts, verdict in lines],
    }


def readout(figure: str, name: str, value: float | str | None) -> Op:
    """Show a number in the head of a panel, or let the panel's text alternative say it."""
    return {"op": "readout", "figure": figure, "name": name, "value": value}


def lowest(figure: str, name: str, at: str, step: int, value: float, *, partial: bool) -> Op:
    """Show the value by `name`, and the step by `at`, if it is the lowest so far. Those of a part
    of the text (`partial`) and of the whole do not compare."""
    return {
        "op": "lowest",
        "figure": figure,
        "name": name,
        "at": at,
        "step": step,
        "value": value,
        "partial": partial,
    }


def progress(done: int, epoch: int, rate: float) -> Op:
    """Move the progress bar; `rate` is in the units per second that the strip names."""
    return {"op": "progress", "done": done, "epoch": epoch, "rate": rate}


def rewind(step: int) -> Op:
    """Take back everything that was drawn for later steps."""
    return {"op": "rewind", "step": step}
