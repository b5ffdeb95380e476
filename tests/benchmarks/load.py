"""What a server with many visitors does: python -m tests.benchmarks.load

A class: VISITORS=30 visitors open the Overview, each trains a run, watches its stream and lets the
page run again every ten seconds. An audience: WATCHERS=300 join one run within ten seconds. All on
this machine's loopback; BENCH_JSON=file writes the figures there too.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

import orjson

from rnncore.runs.store import Store
from tests.benchmarks.machine import Watch, machine
from tests.benchmarks.visitor import Reading, Visitor
from tests.browser.server import Server, start_server

SECONDS = 30.0
"""How long the class is measured, and the audience."""
PAUSE = 10.0
"""Mean time from one rerun of a visitor to the next."""
JOINING = 10.0
"""Seconds within which the audience comes."""
SETTLE = 5.0


def main() -> int:
    visitors, watchers = number("VISITORS", 30), number("WATCHERS", 300)
    others = Watch()
    figures: dict[str, Any] = {"machine": machine()}
    os.environ["RNN_EXPLORER_RUNS"] = str(max(visitors, 1))
    for name, measure, count in (("class", school, visitors), ("audience", audience, watchers)):
        if not count:
            continue
        with tempfile.TemporaryDirectory() as folder:
            server = start_server(Path(folder))
            try:
                figures[name] = asyncio.run(measure(server, count))
            finally:
                server.stop()
        say(name, figures[name])
    figures["others"] = others.others()
    say("share of the machine that other programs had meanwhile", figures["others"])
    if named := os.environ.get("BENCH_JSON"):
        Path(named).write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    return 0


def number(name: str, default: int) -> int:
    """How many the environment asks for."""
    return int(os.environ.get(name, default))


async def school(server: Server, count: int) -> dict[str, float]:
    """Everybody trains, watches and uses the page."""
    crowd = [Visitor(server.url) for _ in range(count)]
    opened = [await visitor.open(f"seed={seed}&epochs=1000") for seed, visitor in enumerate(crowd)]
    before = memory(server)
    started = [await visitor.rerun("primary") for visitor in crowd]
    readings = [Reading(monotonic()) for _ in crowd]
    reading = [
        asyncio.create_task(visitor.read(visitor.run_id, found))
        for visitor, found in zip(crowd, readings, strict=True)
    ]
    await asyncio.sleep(SETTLE)
    since, steps = monotonic(), progress(server)
    spread = random.Random(0)
    times: list[float] = []

    async def use(visitor: Visitor) -> None:
        await asyncio.sleep(spread.uniform(0, PAUSE))
        while monotonic() < since + SECONDS:
            times.append(await visitor.rerun())
            await asyncio.sleep(spread.uniform(0.5, 1.5) * PAUSE)

    await asyncio.gather(*(use(visitor) for visitor in crowd))
    until, made = monotonic(), progress(server)
    rates = [found.rate(since, until) for found in readings]
    figures = {
        "visitors": count,
        "runs": len(steps),
        "opening_p50": median(opened),
        "start_p95": percentile(started, 95),
        "rerun_p50": median(times),
        "rerun_p95": percentile(times, 95),
        "reruns": len(times),
        "events_least": min(rates),
        "events_median": median(rates),
        "updates_per_run": median(made[run] - steps[run] for run in steps) / (until - since),
        "server_mb_before": before,
        "server_mb": memory(server),
    }
    await end(crowd, reading)
    return figures


async def audience(server: Server, count: int) -> dict[str, float]:
    """One trains, and many come to watch."""
    teacher = Visitor(server.url)
    await teacher.open("epochs=1000")
    await teacher.rerun("primary")
    own = Reading(monotonic())
    reading = [asyncio.create_task(teacher.read(teacher.run_id, own))]
    await asyncio.sleep(2 * SETTLE)
    alone = await speed(server, 2 * SETTLE)
    before = memory(server)
    readings: list[Reading] = []
    began = monotonic()
    for place in range(count):
        await asyncio.sleep(max(0.0, began + JOINING * place / count - monotonic()))
        readings.append(Reading(monotonic()))
        visitor = Visitor(server.url)
        reading.append(asyncio.create_task(visitor.read(teacher.run_id, readings[-1])))
    await asyncio.sleep(SETTLE)
    since = monotonic()
    watched = await speed(server, SECONDS)
    until, during = monotonic(), memory(server)
    await end([], reading[1:])
    await asyncio.sleep(SETTLE)
    after, again = memory(server), await speed(server, 2 * SETTLE)
    await end([teacher], reading[:1])
    firsts, rates = [r.first for r in readings], [r.rate(since, until) for r in readings]
    return {
        "watchers": count,
        "first_picture_p50": median(firsts),
        "first_picture_p95": percentile(firsts, 95),
        "events_least": min(rates),
        "events_median": median(rates),
        "received_mb_each": median(found.received for found in readings) / 2**20,
        "updates_alone": alone,
        "updates_with": watched,
        "training_share": watched / ((alone + again) / 2),
        "server_mb_before": before,
        "server_mb_with": during,
        "server_mb_after": after,
    }


async def end(crowd: Sequence[Visitor], reading: Sequence[asyncio.Task[None]]) -> None:
    for task in reading:
        task.cancel()
    for task in reading:
        with suppress(asyncio.CancelledError, OSError):
            await task
    for visitor in crowd:
        await visitor.close()


async def speed(server: Server, seconds: float) -> float:
    """Updates a second of all runs."""
    began, before = monotonic(), sum(progress(server).values())
    await asyncio.sleep(seconds)
    return (sum(progress(server).values()) - before) / (monotonic() - began)


def progress(server: Server) -> dict[str, int]:
    """The updates that each run has made."""
    with closing(Store(f"sqlite:///{server.home / 'runs.db'}")) as store:
        return {run.id: run.step for run in store.runs()}


def memory(server: Server) -> float:
    """MiB that the server holds."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share / 100))]


def say(name: str, figures: Any) -> None:
    sys.stdout.write(f"{name}: {orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
