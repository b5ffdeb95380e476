"""A class: everybody trains, watches and uses the page, perhaps beside a sweep."""

from __future__ import annotations

import asyncio
import random
from contextlib import closing
from statistics import median
from time import monotonic

from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.plan import Plan
from tests.benchmarks.crowd import end, memory, memory_of_all, opened, percentile, progress
from tests.benchmarks.visitor import Reading, Visitor
from tests.browser.server import Server

SECONDS = 30.0
"""How long the class is measured."""
COMING = 60.0
"""Seconds within which its visitors press Start."""
PAUSE = 10.0
"""Mean time from one rerun of a visitor to the next."""
SETTLE = 5.0
PLAN = {"space": {"learning_rate": {"low": 1e-4, "high": 1e-2}}, "trials": 1000, "updates": 2000}


async def school(server: Server, count: int) -> dict[str, float]:
    """Everybody presses Start within a minute, and uses the page."""
    crowd = [Visitor(server.url) for _ in range(count)]
    times = [await visitor.open(f"seed={seed}&epochs=1000") for seed, visitor in enumerate(crowd)]
    before = memory(server)
    readings = [Reading(0.0) for _ in crowd]
    reading: list[asyncio.Task[None]] = []

    async def begin(place: int) -> float:
        await asyncio.sleep(COMING * place / count)
        visitor, found = crowd[place], readings[place]
        found.asked = monotonic()
        took = await visitor.rerun("primary")
        reading.append(asyncio.create_task(visitor.read(visitor.run_id, found)))
        return took

    started = await asyncio.gather(*map(begin, range(count)))
    await asyncio.sleep(SETTLE)
    since, steps = monotonic(), progress(server)
    spread = random.Random(0)
    reruns: list[float] = []

    async def use(visitor: Visitor) -> None:
        await asyncio.sleep(spread.uniform(0, PAUSE))
        while monotonic() < since + SECONDS:
            reruns.append(await visitor.rerun())
            await asyncio.sleep(spread.uniform(0.5, 1.5) * PAUSE)

    await asyncio.gather(*map(use, crowd))
    until, made = monotonic(), progress(server)
    rates = [found.rate(since, until) for found in readings]
    firsts = [found.trained - found.asked for found in readings]
    with closing(opened(server)) as store:
        going = [run.status == "running" for run in store.runs(limit=None) if run.series is None]
    figures = {
        "visitors": count,
        "going": sum(going),
        "opening_p50": median(times),
        "start_p95": percentile(started, 95),
        "first_point_p50": median(firsts),
        "first_point_p95": percentile(firsts, 95),
        "rerun_p50": median(reruns),
        "rerun_p95": percentile(reruns, 95),
        "reruns": len(reruns),
        "events_least": min(rates),
        "events_median": median(rates),
        "updates_per_run": median(made[run] - steps[run] for run in steps) / (until - since),
        "server_mb_before": before,
        "server_mb": memory(server),
        "all_mb": memory_of_all(server),
    }
    await end(crowd, reading)
    return figures


async def school_beside_a_sweep(server: Server, count: int) -> dict[str, float]:
    """The same while a sweep of two workers is on, which has places of its own."""
    with closing(opened(server)) as store:
        sweep = Sweeps(store).create(Plan.parse(PLAN), workers=2)
        await asyncio.sleep(SETTLE)
        before = _updates(store, sweep)
        began = monotonic()
        figures = await school(server, count)
        figures["sweep_updates_a_second"] = (_updates(store, sweep) - before) / (
            monotonic() - began
        )
        Sweeps(store).stop(sweep)
    return figures


def _updates(store: Store, sweep: str) -> int:
    """The updates that all trials have made."""
    return sum(run.step for run in store.runs(limit=None) if run.series == sweep)
