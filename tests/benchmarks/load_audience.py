"""An audience: one trains, and many come to watch."""

from __future__ import annotations

import asyncio
from statistics import median
from time import monotonic

from tests.benchmarks.crowd import end, memory, percentile, speed
from tests.benchmarks.visitor import Reading, Visitor
from tests.browser.server import Server

SECONDS = 30.0
"""How long the audience is measured."""
JOINING = 10.0
"""Seconds within which it comes."""
SETTLE = 5.0


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
