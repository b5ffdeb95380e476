"""Held-out curves of finished and running runs, over updates, tokens or seconds, and their mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from rnncore.runs.records import run_view
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.runs.summary import Reached, judged

Across = Literal["updates", "tokens", "seconds"]
ACROSS: tuple[Across, ...] = get_args(Across)
BAND_POINTS = 200
"""At most so many points of a mean are drawn."""


class Curve(NamedTuple):
    """The held-out measurements of a run, in their order, and where each was made.

    bits    per token
    floor   lowest perplexity that its text allows, where that is known exactly
    """

    run_id: str
    updates: tuple[float, ...]
    tokens: tuple[float, ...]
    seconds: tuple[float, ...]
    bits: tuple[float, ...]
    floor: float | None

    def across(self, axis: Across) -> tuple[float, ...]:
        found: tuple[float, ...] = getattr(self, axis)
        return found

    @property
    def best_so_far(self) -> tuple[float, ...]:
        """At each measurement the lowest bits until then."""
        return tuple(np.minimum.accumulate(self.bits).tolist()) if self.bits else ()

    def at(self, update: float) -> float | None:
        """Bits after so many updates, between two measurements on the line that joins them; None
        beyond them."""
        if not self.updates or not self.updates[0] <= update <= self.updates[-1]:
            return None
        return float(np.interp(update, self.updates, self.bits))


class Band(NamedTuple):
    """Several curves as one, over what they have in common: mean, lowest and highest bits."""

    xs: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def read_curve(store: Store, run: RunRow) -> Curve:
    """The curve of a run.  Raises StoreError; what is damaged is left out."""
    measured = [
        Reached(record.step, payload["perplexity"], payload["bits"], payload.get("part"))
        for record in store.records_after(run.id, kinds=("evaluation",), damaged=[])
        if (payload := record.payload)["split"] == "valid" and math.isfinite(payload["bits"])
    ]
    kept = {one.step: one for one in judged(measured)}  # the end of an epoch is measured once more
    steps = sorted(kept)
    timed = [(0, 0.0)] + [
        (record.step, record.payload["seconds"])
        for record in store.records_after(run.id, kinds=("steps",), damaged=[])
    ]
    ends, clock = zip(*timed, strict=True)
    seconds = np.interp(np.array(steps, float), ends, clock)
    frames = store.records_after(run.id, kinds=("run",), damaged=[])
    each = int(run.settings.get("batch_size", 0) * run.settings.get("time_size", 0))
    return Curve(
        run.id,
        tuple(map(float, steps)),
        tuple(float(step * each) for step in steps),
        tuple(seconds.tolist()),
        tuple(kept[step].bits for step in steps),
        run_view(frames[-1].payload).floor if frames else None,
    )


def band(curves: Sequence[Curve], axis: Across, *, best: bool = False) -> Band:
    """The mean of the curves where all of them have values, and what lies between the lowest and
    the highest; nothing where they have no stretch in common. `best`: of their best so far."""
    drawn = [curve for curve in curves if len(curve.bits) > 1]
    if not drawn:
        return Band((), (), (), ())
    begin = max(curve.across(axis)[0] for curve in drawn)
    end = min(curve.across(axis)[-1] for curve in drawn)
    inside = sorted({x for curve in drawn for x in curve.across(axis) if begin <= x <= end})
    if len(inside) > BAND_POINTS:
        inside = np.linspace(begin, end, BAND_POINTS).tolist()
    if not inside:
        return Band((), (), (), ())
    rows = np.array(
        [
            np.interp(inside, curve.across(axis), curve.best_so_far if best else curve.bits)
            for curve in drawn
        ]
    )
    mean, low, high = rows.mean(0), rows.min(0), rows.max(0)
    return Band(tuple(inside), *(tuple(row.tolist()) for row in (mean, low, high)))
