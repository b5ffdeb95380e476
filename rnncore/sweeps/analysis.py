"""What the trials of a sweep say: the best so far, what was brushed, slices and contours.

Plain data, which a figure draws and a test checks by value. Losses are bits per token of held-out
text: equal steps of bits are equal ratios of perplexity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, inf, log, sqrt
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

from rnncore.config import is_number
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.space import Range, is_log
from rnncore.sweeps.trial import Trial

RESULT = "bits"
"""Name of the axis of results, beside those of settings."""
MOST_AXES = 6
MOST_BINS = 6

Brush = tuple[float, float]
"""From one coordinate of an axis to another, both included."""


class Scale(NamedTuple):
    """An axis that trials stand on.

    low, high   coordinates of its ends: numbers of the setting, or bits
    values      of a setting that is chosen: a coordinate is a place among them
    """

    name: str
    low: float
    high: float
    log: bool = False
    values: tuple[Any, ...] = ()

    def share(self, coordinate: float) -> float:
        """How far along the axis a coordinate stands, from 0 to 1."""
        low, high, at = (
            log(each) if self.log else each for each in (self.low, self.high, coordinate)
        )
        return 0.5 if high == low else (at - low) / (high - low)

    def coordinate(self, share: float) -> float:
        """The coordinate that stands so far along the axis."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)


class Best(NamedTuple):
    """The best value after so many trials have ended, and the trial that has it."""

    ended: int
    number: int
    value: float


class Slice(NamedTuple):
    """The results against one setting.

    points   (coordinate, bits, number) of each trial with a result
    means    (coordinate, mean bits, trials) of each bin that has some
    """

    scale: Scale
    points: tuple[tuple[float, float, int], ...]
    means: tuple[tuple[float, float, int], ...]


class Contour(NamedTuple):
    """Mean bits over two settings, by bins: means[row][column] is over `down` and `across`.

    columns, rows   the coordinates of the bins' middles; None where no trial stands
    """

    across: Scale
    down: Scale
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    means: tuple[tuple[float | None, ...], ...]
    points: tuple[tuple[float, float, float, int], ...]  # across, down, bits, number


def sound(trials: Iterable[Trial]) -> list[Trial]:
    """The trials that have measured something and did not diverge."""
    lost = ("diverged", "failed")
    return [trial for trial in trials if trial.value is not None and trial.status not in lost]


def best_so_far(trials: Iterable[Trial]) -> list[Best]:
    """The best value after each trial that has ended, in the order of their ends."""
    told = sorted((t for t in trials if t.told is not None), key=lambda trial: trial.told or 0)
    found, best = list[Best](), None
    for ended, trial in enumerate(told, 1):
        for one in sound([trial]):
            assert one.value is not None
            if best is None or one.value < best.value:
                best = Best(ended, one.number, one.value)
        if best is not None:
            found.append(best._replace(ended=ended))
    return found


def top(trials: Iterable[Trial], percent: int) -> set[int]:
    """Numbers of the best so many percent of the trials that have a result, at least one."""
    ranked = sorted(sound(trials), key=lambda trial: (trial.value, trial.number))
    return {trial.number for trial in ranked[: ceil(len(ranked) * percent / 100)]}


def scale_of(name: str, plan: Plan, trials: Iterable[Trial]) -> Scale:
    """The axis of a setting: as wide as the plan's, and as all that was tried."""
    axis, tried = plan.space[name], [trial.settings[name] for trial in trials]
    given = [axis.low, axis.high] if isinstance(axis, Range) else list(axis)
    known = list(dict.fromkeys([*given, *tried]))
    if not is_number(name) or (is_log(name) and min(known) <= 0):
        values = tuple(known)
        return Scale(name, 0.0, float(len(values) - 1), values=values)
    return Scale(name, float(min(known)), float(max(known)), is_log(name))


def result_scale(trials: Iterable[Trial]) -> Scale | None:
    """The axis of results; None where there are none."""
    values = [trial.value for trial in sound(trials) if trial.value is not None]
    return Scale(RESULT, min(values), max(values)) if values else None


def scales(plan: Plan, trials: Sequence[Trial], order: Sequence[str]) -> list[Scale]:
    """At most MOST_AXES axes: the settings that vary, in this order, and the results."""
    found = [scale_of(name, plan, trials) for name in order]
    varying = [scale for scale in found if scale.high > scale.low][: MOST_AXES - 1]
    result = result_scale(trials)
    return varying if result is None else [*varying, result]


def coordinate(scale: Scale, trial: Trial) -> float | None:
    """Where a trial stands on an axis: infinitely far up that of results if it diverged, nowhere
    without a result."""
    if scale.name == RESULT:
        return inf if trial.status == "diverged" else next((t.value for t in sound([trial])), None)
    value = trial.settings[scale.name]
    return float(scale.values.index(value) if scale.values else value)


def selected(
    trials: Sequence[Trial], scales: Iterable[Scale], brushes: Mapping[str, Brush], percent: int
) -> list[Trial]:
    """The trials that lie within all brushes and belong to the best so many percent."""
    among = None if percent >= 100 else top(trials, percent)
    brushed = [(scale, brushes[scale.name]) for scale in scales if scale.name in brushes]
    return [
        trial
        for trial in trials
        if (among is None or trial.number in among)
        and all(_within(coordinate(scale, trial), brush) for scale, brush in brushed)
    ]


def slices(trials: Sequence[Trial], scale: Scale) -> Slice:
    """The results against the setting of a scale."""
    points = _points(trials, scale)
    middles, places = _bins(scale, [x for x, *_ in points])
    means = []
    for place, middle in enumerate(middles):
        held = [bits for (_, bits, _), at in zip(points, places, strict=True) if at == place]
        if held:
            means.append((middle, fmean(held), len(held)))
    return Slice(scale, tuple(points), tuple(means))


def contour(trials: Sequence[Trial], across: Scale, down: Scale) -> Contour:
    """Mean results over two settings."""
    found = [trial for trial in sound(trials) if trial.value is not None]
    xs = [coordinate(across, trial) or 0.0 for trial in found]
    ys = [coordinate(down, trial) or 0.0 for trial in found]
    (columns, at_x), (rows, at_y) = _bins(across, xs), _bins(down, ys)
    held: dict[tuple[int, int], list[float]] = {}
    for trial, x, y in zip(found, at_x, at_y, strict=True):
        assert trial.value is not None
        held.setdefault((y, x), []).append(trial.value)
    means = tuple(
        tuple(fmean(held[y, x]) if (y, x) in held else None for x in range(len(columns)))
        for y in range(len(rows))
    )
    points = tuple(
        (x, y, trial.value or 0.0, trial.number) for trial, x, y in zip(found, xs, ys, strict=True)
    )
    return Contour(across, down, tuple(columns), tuple(rows), means, points)


def _points(trials: Iterable[Trial], scale: Scale) -> list[tuple[float, float, int]]:
    points = []
    for trial in sound(trials):
        x = coordinate(scale, trial)
        assert x is not None and trial.value is not None
        points.append((x, trial.value, trial.number))
    return sorted(points)


def _bins(scale: Scale, coordinates: Sequence[float]) -> tuple[list[float], list[int]]:
    """Middles of bins of equal width, at least two trials to each on average, and the bin of each
    coordinate; few different values have one each."""
    known = sorted({*coordinates})
    if scale.values or len(known) <= MOST_BINS:
        middles = [float(at) for at in range(len(scale.values))] if scale.values else known
        return middles, [middles.index(at) for at in coordinates]
    count = max(2, min(MOST_BINS, int(sqrt(len(coordinates)))))
    shares = np.clip([scale.share(at) for at in coordinates], 0, 1)
    places = np.minimum((shares * count).astype(int), count - 1)
    return [scale.coordinate((bin + 0.5) / count) for bin in range(count)], places.tolist()


def _within(at: float | None, brush: Brush) -> bool:
    return at is not None and brush[0] <= at <= brush[1]
