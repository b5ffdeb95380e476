"""A locked, full, deleted or replaced database shows as that, and what is private stays so."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from pages.ui.serving import server
from rnncore.errors import StoreError
from rnncore.runs import silence
from rnncore.runs.claim import Claim
from rnncore.runs.executors import request
from rnncore.runs.files import checkpoint_path
from rnncore.runs.store import Store
from rnncore.text.own_texts import save_own_text
from tests.runs.support import (
    SMALL,
    Launcher,
    claimed,
    driven,
    losses,
    of_kind,
    run_of,
    script_losses,
    started,
    wait_for,
    wait_for_status,
    wait_for_steps,
)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes and does not end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


def grow_old(home: Path) -> None:
    """All signs of life are older than a worker may be silent."""
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET heartbeat = heartbeat - 100")


class NoExecutor(Launcher):
    def launch(self, run_id: str, *others: str) -> None:
        raise AssertionError("nothing is to be launched")


@pytest.mark.slow
def test_a_locked_store_is_no_lost_run(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.runs.database.PATIENCE", 0.2)
    monkeypatch.setattr(silence, "TROUBLE_SECONDS", 0.0)
    quick = Store()
    run_id = store.create_run(SMALL)
    claimed(store, run_id, "worker").commit(status="running")
    grow_old(home)
    with locked(home / "runs.db"):
        run = run_of(quick, run_id)
        assert (run.status, run.silent) == ("running", True)
        assert run.error is not None
        assert run.error["code"] == "store_busy"
        assert [found.status for found in quick.runs()] == ["running"]
        with pytest.raises(StoreError, match="locked by another program"):
            request(quick, NoExecutor(), run_id, "resume")
    after = run_of(quick, run_id)  # its worker has had no time yet
    assert (after.status, after.error) == ("running", None)
    monkeypatch.setattr(silence, "LOST_AFTER", -1.0)
    assert run_of(quick, run_id).status == "lost"
    quick.close()


def test_a_worker_known_to_be_gone_is_lost_in_any_trouble(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create_run(SMALL)
    claimed(store, run_id, "worker").commit(status="running")
    store.abandon(run_id, "worker")
    with locked(home / "runs.db"):
        assert run_of(store, run_id).status == "lost"


@pytest.mark.slow
def test_a_locked_store_costs_a_worker_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnncore.runs.database.PATIENCE", 0.05)
    monkeypatch.setattr("rnncore.runs.report.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("rnncore.runs.troubles.RETRY_SECONDS", 0.01)
    store = Store()
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
        for _ in range(3):
            with locked(home / "runs.db"):
                at = run_of(store, run_id).step
            wait_for_steps(store, run_id, at + 20)
    reported = losses(store, run_id)
    assert reported == script_losses(SMALL, len(reported))
    store.close()


def test_a_full_disk_is_said_by_the_worker_that_lives(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.runs.report.RETRY_SECONDS", 0.01)
    full = [False]
    commit = Claim.commit

    def refuse(self: Claim, records: Any = (), **columns: Any) -> None:
        if full[0] and records:
            raise StoreError("store_full", "The disk is full.")
        commit(self, records, **columns)

    monkeypatch.setattr(Claim, "commit", refuse)
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 10)
        full[0] = True
        wait_for(lambda: (run_of(store, run_id).error or {}).get("code") == "store_full")
        assert run_of(store, run_id).status == "running"
        full[0] = False
        wait_for(lambda: run_of(store, run_id).error is None)
    reported = losses(store, run_id)
    assert reported == script_losses(SMALL, len(reported))


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_store_that_is_gone_is_noticed(store: Store, home: Path, how: str) -> None:
    path = home / "runs.db"
    run_id = store.create_run(SMALL)
    claim = claimed(store, run_id, "worker")
    if how == "replaced":
        with closing(Store(f"sqlite:///{home / 'other.db'}")):
            pass
        shutil.move(home / "other.db", path)
    else:
        path.unlink()
    for use in (
        lambda: store.run(run_id),
        lambda: store.create_run(SMALL),
        lambda: claim.commit(),
        claim.heartbeat,
        lambda: claim.commands_after(0),
    ):
        with pytest.raises(StoreError, match="deleted or replaced") as said:
            use()
        assert said.value.code == "store_replaced"


def test_a_worker_ends_when_its_store_is_gone(store: Store, home: Path) -> None:
    run_id = started(store)
    with pytest.raises(StoreError) as said, driven(store, run_id):
        wait_for_steps(store, run_id, 5)
        for name in ("runs.db", "runs.db-wal", "runs.db-shm"):
            with suppress(OSError):
                (home / name).unlink()
    assert said.value.code == "store_replaced"


def test_the_server_goes_on_with_the_file_that_is_there_now(home: Path) -> None:
    server._store.cache_clear()
    try:
        first = server.store()
        run_id = first.create_run(SMALL)
        assert server.find(run_id) is not None
        (home / "runs.db").unlink()
        with pytest.raises(StoreError) as said:
            server.find(run_id)
        assert said.value.code == "store_replaced"
        assert server.store() is not first
        after = server.store().create_run(SMALL)
        assert run_of(server.store(), after).status == "ready"
    finally:
        server.store().close()
        server._store.cache_clear()
        server._replaced.clear()


def modes(folder: Path) -> dict[str, int]:
    found = {path.name: path for path in (folder, *folder.rglob("*"))}
    return {name: stat.S_IMODE(path.stat().st_mode) for name, path in found.items()}


def test_a_new_data_folder_is_for_its_owner_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_HOME", str(home / "new"))
    monkeypatch.delenv("RNN_EXPLORER_DB")
    before = os.umask(0o022)
    try:
        store = Store()
        run_id = started(store)
        with driven(store, run_id):
            wait_for_steps(store, run_id, 5)
        save_own_text("The cat sat on the mat.")
        found = modes(home / "new")
    finally:
        os.umask(before)
    files = {name for name in found if Path(name).suffix}
    assert {"runs.db", "runs.db-wal", f"{run_id}.safetensors"} <= files
    assert {found[name] for name in files} == {0o600}
    assert found["new"] == 0o700
    store.close()


def test_what_others_could_read_is_closed_at_the_next_start(store: Store, home: Path) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 5)
    text = save_own_text("The cat sat on the mat.")
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    Store().close()
    found = modes(home)
    assert {found[name] for name in ("runs.db", f"{run_id}.safetensors", f"{text}.txt")} == {0o600}
    assert {found[name] for name in (home.name, "checkpoints", "texts")} == {0o700}


def test_a_folder_that_holds_other_things_stays_open(store: Store, home: Path) -> None:
    (home / "thesis.txt").write_text("not ours")
    home.chmod(0o755)
    (home / "thesis.txt").chmod(0o644)
    (home / "runs.db").chmod(0o644)
    Store().close()
    found = modes(home)
    assert (found[home.name], found["thesis.txt"], found["runs.db"]) == (0o755, 0o644, 0o600)


@pytest.mark.slow
def test_updates_whose_report_was_lost_are_said(store: Store, tmp_path: Path, home: Path) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
    at = run_of(store, run_id).step
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        kept = at // 2
        last = connection.execute(
            "SELECT max(step) FROM chunks WHERE kind = 'steps' AND step <= ?", (kept,)
        ).fetchone()[0]
        connection.execute("DELETE FROM chunks WHERE step > ?", (last or 0,))
        connection.execute("UPDATE runs SET step = ?", (last or 0,))
    for token in ("second", "third"):  # said once, however often it is taken up
        store.send(run_id, "step" if token == "third" else "checkpoint")
        with driven(store, run_id, token):
            wait_for(lambda: of_kind(store, run_id, "gap"))
            if token == "third":
                wait_for_steps(store, run_id, at + 1)
                wait_for_status(store, run_id, "paused")
    (gap,) = of_kind(store, run_id, "gap")
    assert (gap.step, gap.payload) == (at, {"first": (last or 0) + 1, "last": at})
    after = [r for r in of_kind(store, run_id, "steps") if r.step > at]
    assert [loss for r in after for loss in r.payload["losses"]] == script_losses(SMALL, at + 1)[
        at:
    ]


def test_a_run_whose_beginning_was_lost_goes_on_from_its_checkpoint(
    store: Store, home: Path
) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
    at = run_of(store, run_id).step
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM chunks")
        connection.execute("UPDATE runs SET step = 0, status = 'ready', last_seq = 0")
    before = checkpoint_path(run_id).read_bytes()
    with driven(store, run_id, "second"):
        wait_for(lambda: of_kind(store, run_id, "run"))
        wait_for(lambda: of_kind(store, run_id, "gap"))
    assert checkpoint_path(run_id).read_bytes() == before
    (gap,) = of_kind(store, run_id, "gap")
    assert gap.payload == {"first": 1, "last": at}
