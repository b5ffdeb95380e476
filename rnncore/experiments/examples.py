"""Finished trainings of the experiments, to be shown where nothing has been trained yet.

`python -m tests.benchmarks.demos --keep` trains them anew and writes them, with the shares of seeds
for which what a demo claims was true.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from rnncore.experiments.contexts import ContextPoint
from rnncore.experiments.race import RacePoint
from rnncore.experiments.reach import Reach, StepBack
from rnncore.paths import assets_dir

DIGITS = 4
"""Significant digits that are kept of a measured value."""


class Finished(NamedTuple):
    """The points of a race that is over, or as far as it came, and what its runners reach by then
    (empty where nobody has measured it)."""

    points: list[RacePoint]
    reaches: dict[int, Reach]

    def opening(self, count: int) -> Finished:
        """How it began: so many points of each runner after its first, nothing reached yet."""
        seen: Counter[int] = Counter()
        points = []
        for point in self.points:
            if seen[point.runner] <= count:
                points.append(point)
            seen[point.runner] += 1
        return Finished(points, {})


class Share(NamedTuple):
    """For how many of the seeds that were tried something was true."""

    true: int
    of: int


def finished(name: str) -> Finished:
    """The race of this name. Raises KeyError if none was kept."""
    kept = _kept()["races"][name]
    points = [RacePoint(*point) for point in kept["points"]]
    return Finished(points, {int(runner): _reach(one) for runner, one in kept["reaches"].items()})


def compared(name: str) -> list[ContextPoint] | None:
    """How the models of the comparison of this name stood in the end; None if none was kept."""
    kept = _kept()["comparisons"].get(name)
    return None if kept is None else [ContextPoint(*point) for point in kept]


def share(name: str) -> Share:
    """How often the claim of this name was true. Raises KeyError if it was never tried."""
    return Share(*_kept()["shares"][name])


def path() -> Path:
    """Where they are kept."""
    return assets_dir() / "examples" / "experiments.json"


def keep(
    races: Mapping[str, Finished],
    shares: Mapping[str, Share],
    to: Path,
    comparisons: Mapping[str, Sequence[ContextPoint]] = MappingProxyType({}),
) -> None:
    """Keep these, beside what was kept under other names."""
    before = json.loads(to.read_text(encoding="utf-8")) if to.exists() else {}
    kept = {
        "shares": before.get("shares", {}) | {name: list(one) for name, one in shares.items()},
        "races": before.get("races", {})
        | {
            name: {
                "points": [[_short(value) for value in point] for point in race.points],
                "reaches": {runner: _plain(reach) for runner, reach in race.reaches.items()},
            }
            for name, race in races.items()
        },
        "comparisons": before.get("comparisons", {})
        | {
            name: [[_short(value) for value in point] for point in points]
            for name, points in comparisons.items()
        },
    }
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="utf-8")


@cache
def _kept() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path().read_text(encoding="utf-8"))
    return read


def _plain(reach: Reach) -> list[Any]:
    memory = None if reach.memory is None else _short_list(reach.memory.tolist())
    step = [] if reach.step is None else [_short_list(reach.step)]
    return [_short_list(reach.norms.tolist()), memory, _short(reach.bits), *step]


def _reach(kept: list[Any]) -> Reach:
    norms, memory, bits, *step = kept
    known = StepBack(*step[0]) if step else None
    return Reach(np.array(norms), None if memory is None else np.array(memory), bits, known)


def _short_list(values: Sequence[float]) -> list[Any]:
    return [_short(value) for value in values]


def _short(value: Any) -> Any:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
