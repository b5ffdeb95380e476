"""A damaged row is named with a cure, whatever is wrong with it, and hides no other run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.ui.live.panels import translate
from pages.ui.streaming.hub import Hub
from rnncore.errors import StoreError
from rnncore.runs.records import encode
from rnncore.runs.store import Store
from tests.runs.support import SMALL, driven, started, wait_for_status, wait_for_steps

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.binary(max_size=20)
    | JSON.map(lambda value: orjson.dumps(value, default=str, option=0).decode())
    | st.sampled_from(["{}", "[]", "null", '{"$": 1}', '{"$": {}}', '{"$": "x"}', "NaN", "1e999"])
).filter(lambda value: not isinstance(value, int) or abs(value) < 2**63)
COLUMNS = ("created", "config", "status", "reason", "error", "step", "last_seq", "last_command")
MORE = ("worker", "heartbeat", "lease", "owner", "series", "ticket")
FUZZ = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def damage(store: Store, home: Path) -> Iterator[Any]:
    """Changes the database behind the store's back: damage(sql, *values)."""
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:

        def change(sql: str, *values: Any) -> None:
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute(sql, values)

        yield change


@pytest.fixture
def trained(store: Store) -> str:
    """A run with a history."""
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 30)
        store.send(run_id, "set", {"setting": "learning_rate", "value": 0.01})
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
    return run_id


def copied(damage: Any, run_id: str) -> None:
    """A second run, "copy", with the same history."""
    for table, key in (("chunks", "run_id"), ("commands", "run_id"), ("runs", "id")):
        damage(f"DELETE FROM {table} WHERE {key} = 'copy'")
    damage("CREATE TEMP TABLE IF NOT EXISTS one AS SELECT * FROM runs LIMIT 0")
    damage("DELETE FROM one")
    damage("INSERT INTO one SELECT * FROM runs WHERE id = ?", run_id)
    damage("UPDATE one SET id = 'copy'")
    damage("INSERT INTO runs SELECT * FROM one")
    damage(
        "INSERT INTO chunks SELECT 'copy', seq, step, kind, payload FROM chunks WHERE run_id = ?",
        run_id,
    )


@pytest.mark.slow
@FUZZ
@given(column=st.sampled_from((*COLUMNS, *MORE)), value=VALUES)
def test_a_damaged_run_is_named_and_hides_no_other(
    store: Store, damage: Any, trained: str, column: str, value: Any
) -> None:
    copied(damage, trained)
    with suppress(sqlite3.IntegrityError):  # NULL where there is never one
        damage(f"UPDATE runs SET {column} = ? WHERE id = 'copy'", value)
    listed = {run.id: run for run in store.runs()}
    assert listed.keys() == {trained, "copy"}
    sound = listed[trained]
    assert (sound.status, sound.config, sound.error) == ("paused", SMALL, None)
    assert store.heads([trained, "copy"]).keys() == {trained, "copy"}
    hub = Hub(lambda: store, translate)
    assert hub.records_since(trained)[1]
    for use in (
        lambda: store.run("copy"),
        lambda: store.queue.join("copy"),
        lambda: store.queue.admit(1),
        store.queue.places,
        lambda: store.claim("copy", "worker"),
        lambda: hub.records_since("copy"),
    ):
        with suppress(StoreError):
            use()
    copied(damage, trained)


@FUZZ
@given(
    kind=st.sampled_from(
        ("run", "steps", "evaluation", "changed", "aimed", "status", "snapshot", "cloud")
    ),
    column=st.sampled_from(("payload", "kind", "step")),
    value=VALUES,
)
def test_a_damaged_record_is_named_and_the_others_are_shown(
    store: Store, damage: Any, trained: str, kind: str, column: str, value: Any
) -> None:
    copied(damage, trained)
    with suppress(sqlite3.IntegrityError):
        damage(f"UPDATE chunks SET {column} = ? WHERE run_id = 'copy' AND kind = ?", value, kind)
    with suppress(StoreError):
        store.records_after("copy")
    hub = Hub(lambda: store, translate)
    _, ops = hub.records_since("copy")
    assert any(op["op"] == "status" and op["status"] != "unreachable" for op in ops)
    assert hub.records_since(trained)[1]
    copied(damage, trained)


@pytest.mark.parametrize("value", ["{", "[]", '{"hidden_size": -1}', '{"no_such": 1}', b"\xff"])
def test_settings_that_are_none_have_a_sentence(store: Store, damage: Any, value: Any) -> None:
    run_id = store.create_run(SMALL)
    damage("UPDATE runs SET config = ?", value)
    with pytest.raises(StoreError, match=rf"damaged.*runs --forget {run_id}") as said:
        store.run(run_id)
    assert said.value.code == "run_damaged"


def test_a_record_that_is_no_json_has_a_sentence(store: Store, damage: Any, trained: str) -> None:
    damage("UPDATE chunks SET payload = '{' WHERE kind = 'steps'")
    with pytest.raises(StoreError, match="damaged") as said:
        store.records_after(trained)
    assert said.value.code == "run_damaged"
    _, ops = Hub(lambda: store, translate).records_since(trained)
    assert ops[-1]["error"]["code"] == "run_damaged"
    assert {"perplexity", "gradients"} & {op.get("figure") for op in ops}


@FUZZ
@given(name=st.sampled_from(("set", "start", "nonsense")), value=VALUES)
def test_a_damaged_command_is_passed_over(store: Store, damage: Any, name: str, value: Any) -> None:
    run_id = store.create_run(SMALL)
    with suppress(sqlite3.IntegrityError):
        damage(
            "INSERT INTO commands (run_id, name, value, sent) VALUES (?, ?, ?, 0)",
            run_id,
            name,
            value,
        )
    sent = store.send(run_id, "pause")
    claim = store.claim(run_id, "worker")
    assert claim is not None
    commands = claim.commands_after(0)
    assert commands[-1].seq == sent
    assert {command.name for command in commands} <= {"set", "start", "pause"}
    claim.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("changed", {"setting": "no_such", "old": 1, "new": 2}),
        ("changed", {"setting": "learning_rate", "old": 1, "new": -2}),
        ("changed", {"setting": "learning_rate"}),
        ("aimed", {"axes": [[1.0, 2.0], [3.0]]}),
        ("aimed", {"axes": []}),
        ("aimed", [1]),
    ],
)
def test_a_worker_meets_a_damaged_history_in_words(
    store: Store, damage: Any, trained: str, kind: str, payload: Any
) -> None:
    damage("UPDATE chunks SET payload = ? WHERE kind = ?", encode(payload), kind)
    with pytest.raises(StoreError) as said, driven(store, trained, "second"):
        pass
    assert said.value.code == "run_damaged"


def test_a_page_or_a_name_that_no_database_holds_is_no_traceback(store: Store) -> None:
    for run_id in ("\ud800", "\x00", "'; DROP TABLE runs; --", "x" * 10_000):
        with suppress(StoreError):
            assert store.run(run_id) is None
    assert store.runs() == []
