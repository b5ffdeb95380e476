"""A thousand runs in PostgreSQL: opening, listing and sorting take few questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Engine, event, insert

from rnncore.runs import housekeeping
from rnncore.runs.records import encode
from rnncore.runs.store import Store
from rnncore.runs.tables import chunks, runs
from rnncore.runs.taking import fresh_row
from tests.runs.support import SMALL

MANY, MEASURED = 1000, 20
MOST_QUESTIONS = 25


@contextmanager
def questions() -> Iterator[list[str]]:
    """Every statement that any database is sent inside."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def enter_many(store: Store) -> None:
    """Runs with measurements of held-out text; run i has its lowest at 2 + i / MANY bits."""
    rows, records = [], []
    for i in range(MANY):
        run_id = f"run{i:07}"
        rows.append(
            fresh_row(run_id, SMALL, float(i), False)
            | {"status": "finished", "reason": "stopped", "last_seq": MEASURED, "step": MEASURED}
        )
        for k in range(1, MEASURED + 1):
            bits = 2 + i / MANY + (MEASURED - k) / 10
            payload = {"split": "valid", "bits": bits, "perplexity": 2**bits, "tokens": 100}
            records.append(
                {
                    "run_id": run_id,
                    "seq": k,
                    "step": k,
                    "kind": "evaluation",
                    "payload": encode({**payload, "seconds": 0.1, "part": None}),
                }
            )
    with store.database.transaction() as connection:
        connection.execute(insert(runs), rows)
        connection.execute(insert(chunks), records)


def test_a_thousand_runs_are_listed_and_sorted(store: Store) -> None:
    enter_many(store)
    with questions() as asked, closing(Store(store.url)) as opened:
        listed = housekeeping.listing(opened)
        summaries = opened.summaries.of([found.run for found in listed])
        ordered = sorted(summaries, key=lambda one: one.facts.best.bits if one.facts.best else 99.0)
    assert len(listed) == MANY
    assert [one.run.id for one in ordered] == [f"run{i:07}" for i in range(MANY)]
    assert all(found.size > 0 for found in listed)
    assert len(asked) <= MOST_QUESTIONS, "\n".join(asked)
