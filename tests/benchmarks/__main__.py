"""How fast an update is beside other engines: python -m tests.benchmarks, or `make bench`.

Environment   SIZES=tiny,ptb and CELLS=rnn choose a part; ROUNDS=15 is how often each engine is
              measured, turn by turn with the others; BENCH_JSON=FILE writes the figures;
              TIME=processor compares the processor's time, for a machine that has other work.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.choosing import chosen
from tests.benchmarks.crew import Member
from tests.benchmarks.engines import ENGINES, MODULES, OWN, PEERS, SAMPLERS, STREAMS
from tests.benchmarks.machine import arithmetic, machine
from tests.benchmarks.problem import CELLS, SIZES

TIME = chosen("TIME", ("clock", "processor"), ("clock",))[0]
CHECKED_UPDATES = 6
TOLERANCE = 1e-4
ROUND_SECONDS = 0.1
WARM_UP_SECONDS = 0.5
EVALUATED_TOKENS = 10_000
"""Held-out text of a round, at least: a short one is read by one stream, and slower."""


def main() -> int:
    sizes = chosen("SIZES", tuple(SIZES))
    cells = chosen("CELLS", CELLS)
    rounds = int(os.environ.get("ROUNDS", "15"))
    crew = {name: Member(name) for name in MODULES}
    _say(f"{machine()}\n{arithmetic()}")
    report = Report()
    try:
        for cell in cells:
            for size in sizes:
                ready = _prepare(crew, size, cell)
                report.add(size, cell, _measure(ready, size, rounds))
    finally:
        for member in crew.values():
            member.dismiss()
    report.finish()
    return 0


def _prepare(crew: dict[str, Member], size: str, cell: str) -> dict[str, Member]:
    """Build all engines on the problem and hold their first losses against each other's."""
    ready, losses = {}, {}
    for name, member in crew.items():
        try:
            losses[name] = member.prepare(size, cell, CHECKED_UPDATES)
            ready[name] = member
        except RuntimeError as reason:
            _say(f"{size} {cell}: {name} is left out ({reason})")
    expected = losses["rnncore"]
    for name in PEERS:
        for ours, theirs in zip(expected, losses.get(name, ()), strict=False):
            if abs(ours - theirs) > TOLERANCE * abs(ours):
                sys.exit(f"{size} {cell}: {name} has the losses {losses[name]}, not {expected}.")
    return ready


class Round(NamedTuple):
    """Seconds per update: by the clock, and of the processor. On a busy machine the clock shows
    more; where an engine works with more than one thread, the processor does."""

    clock: float
    processor: float


Times = dict[str, list[Round]]


def _measure(ready: dict[str, Member], size: str, rounds: int) -> Times:
    """All rounds of every engine; each round visits each engine once."""
    fewest = {"evaluation": -(-EVALUATED_TOKENS // (SIZES[size].N * SIZES[size].T))}
    updates = {}
    for name, member in ready.items():
        single = min(member.measure(1)[0] for _ in range(5))
        member.measure(max(1, round(WARM_UP_SECONDS / single)))
        updates[name] = max(fewest.get(name, 1), round(ROUND_SECONDS / single))
    times: Times = {name: [] for name in ready}
    for _ in range(rounds):
        for name, member in ready.items():
            seconds, processor = member.measure(updates[name])
            times[name].append(Round(seconds / updates[name], processor / updates[name]))
    return times


class Report:
    """Lines as they come, the tables at the end, and the JSON."""

    def __init__(self) -> None:
        self._figures: dict[str, list[dict[str, object]]] = {
            "rows": [], "floor": [], "own": [], "sampling": [],
        }  # fmt: skip
        self._table: list[str] = []

    def add(self, size: str, cell: str, times: Times) -> None:
        """Take in one size and cell: rates from the median round, ratios of medians."""
        V, D, H, N, T = SIZES[size]
        _say(f"\n{size} {cell}  V={V} D={D} H={H} N={N} T={T}")
        _say(f"  {'engine':18}{'tokens/s':>12}{'median':>10}{'min':>10}{'processor':>11}  ms")
        own, best = _median(times["rnncore"]), _fastest(times["rnncore"])
        for name, rounds in times.items():
            tokens = STREAMS.get(name, N * T)
            rate = tokens / _median(rounds)
            shown = f"{'':12}" if name == "matmuls" else f"{rate:12,.0f}"
            busy = median(r.processor for r in rounds)
            columns = "".join(f"{1e3 * s:10.3f}" for s in (_median(rounds), _fastest(rounds), busy))
            ratio, note = _median(rounds) / own, ""
            if name in PEERS:
                note = f"   rnncore is {ratio:.2f} x, at its fastest {_fastest(rounds) / best:.2f}"
            elif name in OWN:
                note = f"   {1 / ratio:.2f} x rnncore"
            _say(f"  {name:18}{shown}{columns}{note}")
            if name in ENGINES:
                self._note("rows", size, cell, engine=name, tokens_per_second=rate)
        floor = _median(times["matmuls"]) / own
        _say(f"  floor: the bare matmuls take {floor:.2f} of rnncore's time")
        self._note("floor", size, cell, ratio=floor)
        self._note("own", size, cell, **{name: own / _median(times[name]) for name in OWN})
        sampling = [self._add_sampler(size, cell, name, times) for name in SAMPLERS]
        ratios = [f"{_median(times[name]) / own:.2f}" if name in times else "-" for name in PEERS]
        columns = "".join(f"{ratio:>15}" for ratio in (*ratios, *sampling))
        self._table.append(f"{size:10}{cell:6}{columns}{floor:9.2f}")

    def _add_sampler(self, size: str, cell: str, name: str, times: Times) -> str:
        """How many times as many tokens a second it draws as its peer."""
        peer, drawn = SAMPLERS[name], STREAMS[name] / _median(times[name])
        ratio = _median(times[peer]) / _median(times[name]) if peer in times else None
        self._note("sampling", size, cell, streams=STREAMS[name], rate=drawn, times_torch=ratio)
        return "-" if ratio is None else f"{ratio:.2f}"

    def _note(self, part: str, size: str, cell: str, **figures: object) -> None:
        self._figures[part].append({"size": size, "cell": cell, **figures})

    def finish(self) -> None:
        """Print how many times faster rnncore is than each peer; write BENCH_JSON."""
        _say(
            "\nTimes faster than"
            + "".join(f"{n:>15}" for n in (*PEERS, *SAMPLERS))[1:]
            + "    floor"
        )
        for line in self._table:
            _say(line)
        target = os.environ.get("BENCH_JSON")
        if target:
            found = {"name": machine(), **arithmetic()._asdict()}
            figures = {"machine": found, "time": TIME, **self._figures}
            Path(target).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _fastest(rounds: list[Round]) -> float:
    return min(r.clock for r in rounds)


def _median(rounds: list[Round]) -> float:
    return median(getattr(r, TIME) for r in rounds)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
