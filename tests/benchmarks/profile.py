"""Where the time of an update goes, NumPy call by NumPy call: python -m tests.benchmarks.profile.

Environment   SIZES=tiny,chapter5 and CELLS=rnn choose a part; UPDATES=300 is how many are timed;
              LINES=12 is how many lines of the engine are shown, those that take most.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from statistics import median
from time import process_time_ns
from typing import NamedTuple

from tests.benchmarks.calls import Timed, call_cost, clock_cost, timed
from tests.benchmarks.choosing import chosen
from tests.benchmarks.machine import arithmetic, machine
from tests.benchmarks.problem import CELLS, SIZES, Problem
from tests.benchmarks.with_rnncore import Rnncore

KINDS = {
    "matmul": ("dot", "matmul"),
    "exp": ("exp",),
    "tanh": ("tanh",),
    "copies": ("copyto", "copy", "__setitem__", "astype"),
    "look-ups": ("look-up", "take", "argsort", "nonzero", "bincount"),
    "sums": ("max", "min", "mean", "sum", "maximum.reduce", "add.reduce", "add.reduceat", "cumsum"),
    "views": ("view", "ravel", "reshape", "swapaxes"),
}
"""Calls by what they do; all others are arithmetic, number by number."""
WARM_UP = 20
"""Updates before the first that counts."""
ALONE = 8
"""Updates that nobody looks into, one after the other, as in a training."""
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}


def main() -> int:
    sizes = chosen("SIZES", tuple(SIZES), ("tiny", "chapter5"))
    updates = int(os.environ.get("UPDATES", "300"))
    sys.stdout.write(f"{machine()}\n{arithmetic()}\n")
    costs = {name: call_cost(name) for name in ("add", "tanh", "dot", "matmul")}
    shown = ", ".join(f"{name} {cost:.0f}" for name, cost in costs.items())
    sys.stdout.write(f"A call on eight numbers takes, in nanoseconds: {shown}.\n")
    for cell in chosen("CELLS", CELLS):
        for size in sizes:
            _profile(Problem(size, cell), updates, costs)
    return 0


class Site(NamedTuple):
    """The n-th time in an update that a line of the engine calls something."""

    name: str
    file: str
    line: int
    n: int


def _profile(problem: Problem, updates: int, costs: dict[str, float]) -> None:
    whole, calls = _measured(problem, updates)
    V, D, H, N, T = problem.size
    often = Counter((site.file, site.line, site.name) for site in calls)
    a_tick = sum(n for n in often.values() if n >= T - 1) / T
    sys.stdout.write(
        f"\n{problem.name} {problem.cell}  V={V} D={D} H={H} N={N} T={T}: an update takes "
        f"{whole / 1e3:.0f} µs and makes {len(calls)} calls, {a_tick:.1f} a tick\n"
    )
    kinds: dict[str, list[float]] = defaultdict(list)
    lines: dict[str, list[float]] = defaultdict(list)
    for site, time in calls.items():
        kinds[_kind(site)].append(time)
        lines[f"{site.file}:{site.line} {site.name}"].append(time)
    inside = sum(calls.values())
    _table(kinds, "kind of call", inside)
    calling = sum(
        costs.get(site.name, costs["add"])
        for site in calls
        if _kind(site) in ("matmul", "exp", "tanh", "arithmetic")
    )
    sys.stdout.write(
        f"  Looked into, which makes them slower, the calls take {inside / 1e3:.0f} µs; to call "
        f"what computes takes {calling / 1e3:.0f} µs, {calling / whole:.0%} of the update.\n"
    )
    most = int(os.environ.get("LINES", "12"))
    _table(dict(sorted(lines.items(), key=lambda line: -sum(line[1]))[:most]), "line", inside)


def _kind(site: Site) -> str:
    return KIND_OF.get(site.name, "arithmetic")


def _measured(problem: Problem, updates: int) -> tuple[float, dict[Site, float]]:
    """The processor's nanoseconds for an update that nobody looks into, and those by the clock
    for every call in one that is looked into: medians over so many of both, by turns. Other work
    on the machine seldom falls into a single call."""
    engine = Rnncore(problem)
    engine.run(WARM_UP)
    problem.ids = problem.ids.view(Timed)
    with timed():
        observed = Rnncore(problem)
        observed.run(WARM_UP)
    whole, calls = [], defaultdict(list)
    for _ in range(updates):
        started = process_time_ns()
        engine.run(ALONE)
        whole.append((process_time_ns() - started) / ALONE)
        with timed() as log:
            observed.run(1)
            often: Counter[tuple[str, str, int]] = Counter()
            for name, file, line, nanoseconds in log:
                place = (name, file, line)
                calls[Site(*place, often[place])].append(nanoseconds)
                often[place] += 1
    clock = clock_cost()
    usual = {site: of for site, of in calls.items() if 2 * len(of) > updates}
    return median(whole), {site: max(median(of) - clock, 0) for site, of in usual.items()}


def _table(times: dict[str, list[float]], title: str, whole: float) -> None:
    """How often, how long (mean) and which share of all calls, the heaviest first."""
    sys.stdout.write(f"  {title:40}{'calls':>9}{'ns':>10}{'share':>8}\n")
    for name in sorted(times, key=lambda name: -sum(times[name])):
        of = times[name]
        columns = f"{len(of):9}{sum(of) / len(of):10.0f}{sum(of) / whole:8.1%}"
        sys.stdout.write(f"  {name:40}{columns}\n")


if __name__ == "__main__":
    sys.exit(main())
