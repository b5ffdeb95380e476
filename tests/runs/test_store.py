"""The store keeps what it is told, lets one worker have a run, and says its troubles plainly."""

from __future__ import annotations

import math
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.config import Config
from rnncore.errors import StoreError
from rnncore.runs.claim import ClaimLost
from rnncore.runs.records import Record, steps_record
from rnncore.runs.row import LOST_AFTER
from rnncore.runs.store import Store
from rnncore.runs.troubles import store_error
from rnncore.training.events import Step
from tests.runs.support import SMALL, claimed, run_of


def records(first: int, last: int) -> list[Record]:
    return [Record(step, "epoch", {"value": step / 3}) for step in range(first, last + 1)]


def steps_of(store: Store, run_id: str) -> list[int]:
    return [record.step for record in store.records_after(run_id)]


def test_a_new_run_waits_with_its_settings(store: Store) -> None:
    run_id = store.create_run(SMALL)
    run = run_of(store, run_id)
    assert (run.status, run.step, run.alive, run.config) == ("ready", 0, False, SMALL)
    assert store.run("nowhere") is None
    assert [run.id for run in store.runs()] == [run_id]


def test_records_come_back_exactly_once_and_in_order(store: Store) -> None:
    one, other = store.create_run(SMALL), store.create_run(SMALL)
    store.append(one, records(1, 3))
    steps = [Step(1, 1, loss, 1e-3, 1.0, 0.5) for loss in (0.1 + 0.2, math.inf)]
    store.append(other, [steps_record(steps, 0.5, 20)])
    store.append(one, records(4, 4))
    read = store.records_after(one)
    assert [(record.seq, record.step) for record in read] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert [record.payload["value"] for record in read] == [1 / 3, 2 / 3, 1.0, 4 / 3]
    assert store.records_after(one, 3) == read[3:]
    assert store.records_after(one, 1, limit=2) == read[1:3]
    assert store.records_after(one, kinds=("steps",)) == []
    assert store.records_after(other)[0].payload["losses"] == [0.1 + 0.2, math.inf]


def test_commands_keep_their_order_and_values(store: Store) -> None:
    run_id = store.create_run(SMALL)
    first = store.send(run_id, "start")
    store.send(run_id, "set", {"setting": "learning_rate", "value": 0.1})
    claim = claimed(store, run_id, "worker")
    assert [command.name for command in claim.commands_after(0)] == ["start", "set"]
    (later,) = claim.commands_after(first)
    assert later.value == {"setting": "learning_rate", "value": 0.1}


def test_a_command_to_no_run_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no run 'nowhere'") as raised:
        store.send("nowhere", "start")
    assert raised.value.code == "unknown_run"


def test_two_workers_never_have_one_run(store: Store) -> None:
    run_id = store.create_run(SMALL)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda k: store.claim(run_id, f"worker{k}"), range(8)))
    (winner,) = [claim for claim in claims if claim is not None]
    assert run_of(store, run_id).worker == winner.run.worker
    assert run_of(store, run_id).alive
    assert not store.queue.join(run_id)


def test_a_run_that_waits_for_its_worker_is_not_launched_again(store: Store) -> None:
    run_id = store.create_run(SMALL)
    assert store.queue.join(run_id)
    assert not store.queue.join(run_id)
    assert store.queue.admit(1) == [run_id]
    assert not store.queue.join(run_id)
    assert store.queue.admit(1) == []
    store.abandon(run_id, "a process that could not start")
    assert run_of(store, run_id).status == "lost"
    assert store.queue.join(run_id)
    assert store.queue.admit(1) == [run_id]
    assert run_of(store, run_id).status == "queued"


def test_a_silent_worker_loses_its_run_and_may_write_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create_run(SMALL)
    first = claimed(store, run_id, "first")
    first.commit(records(1, 2), step=2, status="running")
    now = time.time()
    monkeypatch.setattr("rnncore.runs.clock.time", lambda: now + LOST_AFTER + 1)
    assert (run_of(store, run_id).status, run_of(store, run_id).alive) == ("lost", False)
    second = claimed(store, run_id, "second")
    for forbidden in (
        lambda: first.commit(records(3, 3)),
        lambda: first.rewind(1),
        lambda: first.replace([1]),
        first.heartbeat,
    ):
        with pytest.raises(ClaimLost):
            forbidden()
    second.commit(records(3, 3))
    assert steps_of(store, run_id) == [1, 2, 3]


def test_a_paused_run_loses_nothing_when_its_worker_dies(store: Store) -> None:
    run_id = store.create_run(SMALL)
    claimed(store, run_id, "worker").commit(status="paused", reason="asked")
    store.abandon(run_id, "worker")
    run = run_of(store, run_id)
    assert (run.status, run.reason, run.alive) == ("paused", "asked", False)


def test_a_rewind_removes_what_came_later_and_says_so(store: Store) -> None:
    run_id = store.create_run(SMALL)
    claim = claimed(store, run_id, "worker")
    claim.commit(records(1, 9), step=9)
    claim.rewind(6)
    claim.commit(records(7, 7), step=7)
    read = store.records_after(run_id)
    assert [record.step for record in read] == [1, 2, 3, 4, 5, 6, 6, 7]
    assert [(record.seq, record.kind) for record in read[-2:]] == [(10, "rewound"), (11, "epoch")]


def test_only_a_watched_run_has_a_lease(store: Store) -> None:
    watched, alone = store.create_run(SMALL), store.create_run(SMALL, watched=False)
    for run_id in (watched, alone):
        store.renew_lease(run_id)
    assert run_of(store, watched).lease is not None
    assert run_of(store, alone).lease is None


@pytest.mark.slow
def test_writers_and_readers_do_not_hinder_one_another(store: Store) -> None:
    run_ids = [store.create_run(SMALL) for _ in range(2)]

    def write(run_id: str) -> None:
        own = Store(store.url)
        claim = claimed(own, run_id, "writer")
        for k in range(60):
            claim.commit(records(3 * k + 1, 3 * k + 3), step=3 * k + 3)
        own.close()

    def read(k: int) -> list[int]:
        own = Store(store.url)
        found: list[int] = []
        seq = 0
        while len(found) < 180:
            for record in own.records_after(run_ids[k % 2], seq, limit=50):
                seq = record.seq
                found.append(record.step)
        own.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(write, run_id) for run_id in run_ids]
        read_by = [pool.submit(read, k) for k in range(6)]
        for future in written:
            future.result(timeout=120)
        for future_read in read_by:
            assert future_read.result(timeout=120) == list(range(1, 181))


def sentence(url: str) -> StoreError:
    with pytest.raises(StoreError) as raised, closing(Store(url)) as opened:
        opened.create_run(Config())
    message = str(raised.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return raised.value


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(b"this is no database, but it is long enough to be taken for one" * 50)
    error = sentence(f"sqlite:///{path}")
    assert error.code == "store_corrupt"
    assert str(path) in str(error)


def test_a_read_only_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    Store(f"sqlite:///{path}").close()
    assert sentence(f"sqlite:///file:{path}?mode=ro&uri=true").code == "store_readonly"


def test_a_database_of_another_program_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE runs (id TEXT, colour TEXT)")
    connection.close()
    assert sentence(f"sqlite:///{path}").code == "store_other"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///{folder}/no/such/folder/runs.db",
        "sqlite:///{folder}",
        "no address at all",
        "nosuch://host/db",
        "postgresql+nosuch://someone:secret@localhost:1/db",
    ],
)
def test_a_database_that_cannot_be_opened_is_named(url: str, tmp_path: Path) -> None:
    error = sentence(url.format(folder=tmp_path))
    assert error.code == "store_open"
    assert "RNN_EXPLORER_DB" in str(error)
    assert "secret" not in str(error)


def test_a_missing_driver_is_named() -> None:
    missing = ModuleNotFoundError("No module named 'psycopg'")
    error = store_error("postgresql://someone:secret@host/runs", missing)
    assert error.code == "store_driver"
    assert "requirements-cluster.txt" in str(error)
    assert "secret" not in str(error)


def test_a_locked_database_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnncore.runs.database.PATIENCE", 0.05)
    other = Store(store.url)
    path = store.url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreError) as raised:
            other.create_run(SMALL)
        assert raised.value.code == "store_busy"
    finally:
        holder.rollback()
        holder.close()
        other.close()
