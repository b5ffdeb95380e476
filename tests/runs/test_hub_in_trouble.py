"""The hub tells each page the trouble of its own run, and draws all that can be drawn."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pages.ui.live.panels import translate
from pages.ui.streaming.hub import Hub
from pages.ui.streaming.operations import Op
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets.panels import labels
from rnncore.runs.records import Record, gap_record
from rnncore.runs.store import Store
from tests.runs.streams import Stream, serving
from tests.runs.support import SMALL, claimed


def draw(record: Record) -> list[Op]:
    return [{"op": "draw", "step": record.step}]


def epochs(first: int, last: int) -> list[Record]:
    return [Record(step, "epoch", {}) for step in range(first, last + 1)]


def execute(home: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute(sql, values)


def test_a_run_that_is_forgotten_under_a_page_is_said_to_be_gone(store: Store) -> None:
    run_id, other = store.create_run(SMALL), store.create_run(SMALL)
    store.append(run_id, epochs(1, 1))
    store.append(other, epochs(1, 1))
    with serving(Hub(lambda: store, draw)) as port:
        stream, beside = Stream(port, f"/live/{run_id}"), Stream(port, f"/live/{other}")
        stream.steps(1)
        beside.steps(1)
        assert store.forget(run_id)
        assert stream.status("unreachable")["error"]["code"] == "unknown_run"
        store.append(other, epochs(2, 2))
        assert beside.steps(2) == [2]
        stream.close()
        beside.close()


def test_a_damaged_run_stops_no_other_stream(store: Store, home: Path) -> None:
    broken, sound = store.create_run(SMALL), store.create_run(SMALL)
    store.append(broken, epochs(1, 1))
    store.append(sound, epochs(1, 1))
    with serving(Hub(lambda: store, draw)) as port:
        first, second = Stream(port, f"/live/{broken}"), Stream(port, f"/live/{sound}")
        first.steps(1)
        second.steps(1)
        execute(home, "UPDATE runs SET config = '{', step = 'x' WHERE id = ?", broken)
        assert first.status("failed")["error"]["code"] == "run_damaged"
        store.append(sound, epochs(2, 3))
        assert second.steps(3) == [2, 3]
        first.close()
        second.close()


def test_a_damaged_record_is_left_out_and_said(store: Store, home: Path) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 5))
    execute(home, "UPDATE chunks SET payload = '[1' WHERE step = 3")
    with serving(Hub(lambda: store, draw)) as port:
        stream = Stream(port, f"/live/{run_id}")
        ops = stream.event()
        assert [op["step"] for op in ops if op["op"] == "draw"] == [1, 2, 4, 5]
        assert ops[-1]["error"]["code"] == "run_damaged"
        execute(home, "UPDATE chunks SET payload = '[1' WHERE step = 5")
        store.append(run_id, epochs(6, 7))
        assert stream.steps(7) == [6, 7]
        stream.close()


def test_a_locked_store_is_told_to_the_page_and_a_silent_run_is_not_lost(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.runs.database.PATIENCE", 0.2)
    store = Store()
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 2))
    claimed(store, run_id, "worker").commit(status="running")
    execute(home, "UPDATE runs SET heartbeat = heartbeat - 100")
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        _, ops = Hub(lambda: store, draw).records_since(run_id, keep=True)
        other.execute("ROLLBACK")
    assert [op["op"] for op in ops] == ["draw", "draw", "status", "status"]
    assert ops[2]["status"] == "running"
    assert ops[2]["error"]["code"] == ops[3]["error"]["code"] == "store_busy"
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strip_has_a_word_for_every_trouble_of_the_store(language: str) -> None:
    words = labels(texts(language))["statuses"]
    assert words.keys() >= {"store_busy", "store_full", "run_damaged", "unknown_run"}


def test_lost_reports_are_marked_on_the_curve() -> None:
    (mark,) = translate(gap_record(41, 63))
    assert (mark["op"], mark["x"], mark["old"], mark["new"]) == ("mark", 63, 41, 63)
    assert labels(texts("en"))["sentences"][mark["setting"]]
