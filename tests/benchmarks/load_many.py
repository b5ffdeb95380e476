"""A store that holds many runs of one visitor: what opening a page, listing and sorting takes."""

from __future__ import annotations

from contextlib import closing
from statistics import median

from rnncore.config import Config
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from tests.benchmarks.crowd import opened, percentile
from tests.benchmarks.visitor import Visitor
from tests.browser.server import Server

MEASUREMENTS = 20
"""Held-out values of each run."""
AGAIN = 10
ORDERS = ("best", "newest", "test", "seconds")


async def many(server: Server, count: int) -> dict[str, float]:
    """Open the Overview and the table of runs, and sort it, with `count` runs of one's own."""
    visitor = Visitor(server.url)
    await visitor.open("epochs=1&grammar_tokens=3000&hidden_size=8")
    await visitor.rerun("primary")
    with closing(opened(server)) as store:
        (own,) = store.runs()
        for number in range(count):
            _enter(store, own.owner, number)
    overview = [await visitor.open() for _ in range(AGAIN)]
    first = await visitor.open(page="runs")
    listed = [await visitor.open(page="runs") for _ in range(AGAIN)]
    ordered = []
    for number in range(AGAIN):
        visitor.query = f"runs.order={ORDERS[number % len(ORDERS)]}"
        ordered.append(await visitor.rerun())
    await visitor.close()
    return {
        "runs": count,
        "overview_p50": median(overview),
        "table_first": first,
        "table_p50": median(listed),
        "table_p95": percentile(listed, 95),
        "sorted_p50": median(ordered),
        "sorted_p95": percentile(ordered, 95),
    }


def _enter(store: Store, owner: str | None, number: int) -> None:
    """A run that has been trained, with as many held-out values as a short one has."""
    run_id = store.create_run(Config(seed=number), owner=owner, watched=False)
    records = []
    for place in range(MEASUREMENTS):
        bits = 5.0 - 3.0 * place / MEASUREMENTS + number / 1e4
        payload = {"split": "valid", "perplexity": 2**bits, "bits": bits}
        records.append(Record(100 * (place + 1), "evaluation", payload))
    store.append(run_id, records)
