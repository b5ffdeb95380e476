"""Whatever an address names in place of a run or of an event: never more than an unknown one."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from pages.ui.streaming.hub import Hub
from rnncore.__main__ import main
from rnncore.errors import StoreError
from rnncore.runs.files import checkpoint_path
from rnncore.runs.housekeeping import forget, listing
from rnncore.runs.records import Record
from rnncore.runs.row import is_run_id, new_run_id, word_of
from rnncore.runs.store import Store
from tests.runs.streams import Stream, serving
from tests.runs.support import SMALL, run_of

ODD = ("\0", "a\0b", "", ".", "..", "a.b", "a b", "a\n", "é", "٣", "'", "%", "x" * 33, "x" * 50_000)
CURSORS = (
    *(
        "9" * 5000,
        "9" * 19,
        "9" * 18,
        "4",
        "-1",
        "+1",
        "1_0",
        "1 0",
        "1.0",
        "x",
        "\u00b2",
        "\u0663",
    ),
)
PATHS = ("../outside", "a/b", "/etc/passwd", "..\\outside")


@pytest.fixture
def asked(store: Store) -> Iterator[list[str]]:
    """The values that the database is asked with, as it gets them."""
    values: list[str] = []

    def note(
        connection: object, cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        values.extend(map(str, parameters))

    event.listen(store._database._engine, "before_cursor_execute", note)
    yield values
    event.remove(store._database._engine, "before_cursor_execute", note)


def test_an_id_that_is_made_is_one() -> None:
    assert all(is_run_id(new_run_id()) for _ in range(100))
    assert not any(map(is_run_id, (*ODD, *PATHS)))


def test_a_run_goes_by_a_word_that_can_be_said_and_stays_the_same() -> None:
    words = [word_of(new_run_id()) for _ in range(200)]
    assert all(re.fullmatch("([bdfgklmnprstvz][aeiou]){3}", word) for word in words)
    assert len(set(words)) > 190
    assert word_of("yshq4mvxhr") == "morege"


@pytest.mark.parametrize("odd", [*ODD, *PATHS], ids=lambda odd: ascii(odd[:10]))
def test_the_store_does_not_know_it_and_never_asks_the_database(
    store: Store, asked: list[str], odd: str
) -> None:
    """PostgreSQL would take a NUL for its own trouble, and with it all who watch other runs."""
    run_id = store.create_run(SMALL)
    assert store.run(odd) is None
    assert set(store.heads([run_id, odd])) == {run_id}
    store.renew_lease(odd)
    with pytest.raises(StoreError) as unknown:
        store.send(odd, "pause")
    assert unknown.value.code == "unknown_run"
    assert len(str(unknown.value)) < 400
    assert run_id in asked
    assert odd not in asked
    with pytest.raises(StoreError) as nowhere:
        checkpoint_path(odd)
    assert nowhere.value.code == "unknown_run"


def test_a_stream_of_it_is_not_found_even_if_it_is_awaited(store: Store) -> None:
    hub = Hub(lambda: store, lambda record: [])
    with serving(hub) as port:
        for odd in filter(None, (*ODD[:-1], "x" * 5000, "..\\outside")):
            for query in ("", "?await", "?await=&after=1"):
                stream = Stream(port, f"/live/{quote(odd)}{query}")
                assert stream.response.status == 404, odd
                assert json.loads(stream.response.read())["code"] == "unknown_run"
                stream.close()
        assert hub.watched() == set()


def test_a_cursor_that_no_event_had_is_none(store: Store) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, [Record(step, "epoch", {"value": step}) for step in (1, 2, 3)])
    hub = Hub(lambda: store, lambda record: [{"op": "draw", "step": record.step}])
    with serving(hub) as port:
        for cursor in CURSORS:
            streams = [Stream(port, f"/live/{run_id}?after={quote(cursor)}")]
            if cursor.isascii():
                streams.append(Stream(port, f"/live/{run_id}", **{"Last-Event-ID": cursor}))
            for stream in streams:
                assert stream.response.status == 200, cursor[:20]
                assert stream.steps(3) == [1, 2, 3], cursor[:20]
                stream.close()


def test_a_cursor_that_an_event_had_goes_on_from_there(store: Store) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, [Record(step, "epoch", {"value": step}) for step in (1, 2, 3)])
    hub = Hub(lambda: store, lambda record: [{"op": "draw", "step": record.step}])
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}?after=2")
        assert stream.steps(3) == [3]
        stream.close()


def test_the_command_line_says_that_there_is_none(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.create_run(SMALL)
    for odd in (*ODD[1:], *PATHS):
        assert main(["runs", "--yes", "--forget", odd]) == 2
        said = capsys.readouterr().err
        assert "no run" in said
        assert len(said) < 500
    assert len(listing(store)) == 1


def test_a_row_of_another_program_is_removed_and_no_file_outside_is(
    store: Store, home: Path
) -> None:
    run_id = store.create_run(SMALL)
    outside = home / "outside.safetensors"
    outside.write_bytes(b"not ours")
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET id = ? WHERE id = ?", ("../outside", run_id))
    (found,) = listing(store)
    assert found.size < outside.stat().st_size
    assert forget(store, [found]) == 1
    assert listing(store) == []
    assert outside.read_bytes() == b"not ours"
    other = store.create_run(SMALL)
    assert run_of(store, other).id == other
