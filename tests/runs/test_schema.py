"""The store's version: made once, migrated in one piece, and never taken for an older one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Connection, Inspector

from rnncore.errors import StoreError
from rnncore.runs import schema
from rnncore.runs.store import Store
from tests.runs.support import SMALL, run_of

OLD = Path(__file__).parents[1] / "fixtures" / "052eea7" / "store-home" / "runs.db"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def version(path: Path) -> list[tuple[str]]:
    with opened(path) as connection:
        return connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchall()


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_new_store_has_the_present_version(store: Store, home: Path) -> None:
    assert version(home / "runs.db") == [(str(len(schema.MIGRATIONS)),)]


def test_a_store_of_a_newer_version_is_refused_in_a_sentence(store: Store, home: Path) -> None:
    run_id = store.create_run(SMALL)
    with opened(home / "runs.db") as connection:
        connection.execute("UPDATE meta SET value = '99'")
    with pytest.raises(StoreError, match=r"newer version \(schema 99.*update RNN Explorer") as said:
        Store()
    assert said.value.code == "store_newer"
    with opened(home / "runs.db") as connection:
        assert connection.execute("SELECT id FROM runs").fetchall() == [(run_id,)]


@pytest.mark.parametrize("value", ["", "one", "1.5", "-", "\x00"])
def test_a_version_that_is_none_is_refused(store: Store, home: Path, value: str) -> None:
    with opened(home / "runs.db") as connection:
        connection.execute("UPDATE meta SET value = ?", (value,))
    with pytest.raises(StoreError) as said:
        Store()
    assert said.value.code == "store_other"


def test_a_database_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with opened(path) as connection:
        connection.execute("CREATE TABLE runs (id TEXT, colour TEXT)")
    with pytest.raises(StoreError) as said:
        Store(url(path))
    assert said.value.code == "store_other"
    with opened(path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("runs",)]


def test_one_more_step_is_one_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(OLD.read_bytes())

    def name_runs(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN title VARCHAR(100)")
        connection.exec_driver_sql("UPDATE runs SET title = 'run ' || id")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, name_runs))
    with closing(Store(url(path))) as store:
        assert len(store.runs()) == 10
    with opened(path) as connection:
        titles = connection.execute("SELECT id, title FROM runs").fetchall()
    assert len(titles) == 10
    assert all(title == f"run {run_id}" for run_id, title in titles)
    assert version(path) == [(str(len(schema.MIGRATIONS)),)]


def test_a_step_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(OLD.read_bytes())

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN title VARCHAR(100)")
        connection.exec_driver_sql("UPDATE runs SET nonsense = 1")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, fail))
        with pytest.raises(StoreError):
            Store(url(path))
    with opened(path) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(runs)")}
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert columns == schema.FIRST_COLUMNS
    assert "meta" not in tables
    with closing(Store(url(path))) as store:
        assert run_of(store, "pausedrun2").step == 64


def test_a_store_that_another_migrates_while_it_is_looked_at_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(OLD.read_bytes())
    inspect = sqlalchemy.inspect

    def look(connection: Connection) -> Inspector:
        """Sees the old store; when it looks again, another process has been faster."""
        found = inspect(connection)
        has_meta = found.has_table("meta")
        monkeypatch.setattr(schema, "inspect", inspect)
        Store(url(path)).close()
        monkeypatch.setattr(found, "has_table", lambda name: has_meta if name == "meta" else True)
        return found

    monkeypatch.setattr(schema, "inspect", look)
    store = Store(url(path))
    assert len(store.runs()) == 10
    store.close()


@pytest.mark.slow
def test_many_open_an_old_store_at_once(tmp_path: Path) -> None:
    for k in range(5):
        path = tmp_path / f"{k}.db"
        path.write_bytes(OLD.read_bytes())
        with ThreadPoolExecutor(6) as pool:
            stores = list(pool.map(lambda _, path=path: Store(url(path)), range(6)))
        assert all(len(store.runs()) == 10 for store in stores)
        for store in stores:
            store.close()
        assert version(path) == [(str(len(schema.MIGRATIONS)),)]


@pytest.mark.slow
def test_processes_open_an_old_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(OLD.read_bytes())
    code = (
        "import sys; from rnncore.runs.store import Store; sys.stdin.readline; "
        "print(len(Store(sys.argv[1]).runs()))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, url(path)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["10\n"] * 3
    assert version(path) == [(str(len(schema.MIGRATIONS)),)]


def test_an_opening_that_was_killed_half_way_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with opened(OLD) as old:
        (made,) = old.execute("SELECT sql FROM sqlite_master WHERE name = 'runs'").fetchone()
    with opened(path) as connection:
        connection.execute(made)
    with closing(Store(url(path))) as store:
        assert run_of(store, store.create_run(SMALL)).status == "ready"
