"""Old runs and files of no run are listed and removed, and never what is at work."""

from __future__ import annotations

import io
import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.__main__ import main
from rnncore.runs.claim import ClaimLost
from rnncore.runs.downsample import SAMPLED, lighten
from rnncore.runs.housekeeping import DAY, SETTLED, forget, listing, named, older_than, orphans
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from rnncore.text.own_texts import save_own_text
from tests.runs.support import (
    SMALL,
    checkpoint_file,
    claimed,
    driven,
    of_kind,
    run_of,
    started,
    wait_for_status,
    wait_for_steps,
)


@pytest.fixture
def rested(store: Store) -> str:
    """A run with a history and a checkpoint, that nobody has in hand."""
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
    return run_id


def age(home: Path, days: float) -> None:
    """Everything was made so long ago."""
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute(
            "UPDATE runs SET created = created - ?, heartbeat = heartbeat - ?", (days * DAY,) * 2
        )


def old(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(b"something")
    before = time.time() - 2 * SETTLED
    os.utime(path, (before, before))
    return path


def test_the_table_names_every_run_and_what_it_takes(
    store: Store, rested: str, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = store.create_run(SMALL.with_changes(corpus="a\x1b[31m\nb.txt"))
    assert main(["runs"]) == 0
    head, first, second, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["ID", "NAME", "CREATED", "STATUS", "STEP", "BEST", "CORPUS", "SIZE"]
    assert first.split()[0] == waiting
    assert "a?[31m?b.txt" in first
    assert second.split()[0] == rested
    assert "paused" in second
    assert "embedded-reber" in second
    assert f"{run_of(store, rested).step:,}" in second
    assert total.startswith("2 runs, ")
    sizes = {found.run.id: found.size for found in listing(store)}
    assert sizes[waiting] == 0
    assert sizes[rested] > checkpoint_file(rested).stat().st_size > 0


def test_an_empty_store_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert main(["runs", "--older-than", "1", "--yes"]) == 0
    assert main(["runs", "--orphans", "--yes"]) == 0
    assert capsys.readouterr().out.splitlines() == ["no runs", *["nothing to remove"] * 2]


def test_a_run_is_forgotten_with_all_it_had(
    store: Store, rested: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = store.create_run(SMALL)
    draft = checkpoint_file(rested).with_name(f".{rested}.token.part")
    draft.write_bytes(b"half")
    assert main(["runs", "--forget", rested, "--yes"]) == 0
    said = capsys.readouterr().out
    assert said.index(rested) < said.index("removed 1 runs")
    assert [run.id for run in store.runs()] == [kept]
    assert store.records_after(rested) == []
    assert not checkpoint_file(rested).exists()
    assert not draft.exists()
    with closing(sqlite3.connect(home / "runs.db")) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_nothing_is_removed_without_a_yes(
    store: Store,
    rested: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert main(["runs", "--forget", rested]) == 2
    assert "--yes" in capsys.readouterr().err
    for answer, removed in (("", False), ("n\n", False), ("yes\n", True)):
        terminal = io.StringIO(answer)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", terminal)
        assert main(["runs", "--forget", rested]) == 0
        assert (store.run(rested) is None) == removed


def test_what_is_at_work_is_never_removed(
    store: Store, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    alive, queued = store.create_run(SMALL), store.create_run(SMALL)
    claim = claimed(store, alive, "worker")
    claim.commit(status="running")
    assert store.queue.join(queued)
    for run_id in (alive, queued):
        assert main(["runs", "--forget", run_id, "--yes"]) == 2
        assert f"{run_id} is training" in capsys.readouterr().err
        assert not store.forget(run_id)
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET created = 0")
    assert main(["runs", "--older-than", "1", "--yes"]) == 0
    assert {run.id for run in store.runs()} == {alive, queued}


@pytest.mark.parametrize("status", ["ready", "paused", "finished"])
def test_a_run_that_rests_is_removed_from_its_workers_hands(store: Store, status: str) -> None:
    run_id = store.create_run(SMALL)
    claim = claimed(store, run_id, "worker")
    claim.commit(status=status)
    (listed,) = listing(store)
    assert listed.run.alive and forget(store, named([listed], [run_id])) == 1
    assert store.runs() == []
    with pytest.raises(ClaimLost):
        claim.heartbeat()


def test_a_worker_that_wakes_up_meets_that_its_run_is_gone(store: Store) -> None:
    run_id = store.create_run(SMALL)
    claim = claimed(store, run_id, "frozen")
    store.abandon(run_id, "frozen")
    assert store.forget(run_id)
    with pytest.raises(ClaimLost):
        claim.commit([Record(1, "epoch", {})])


def test_an_unknown_run_removes_nothing(
    store: Store, rested: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "--forget", rested, "nowhere", "--yes"]) == 2
    assert "'nowhere'" in capsys.readouterr().err
    assert store.run(rested) is not None


def test_only_what_is_old_is_removed_by_age(store: Store, rested: str, home: Path) -> None:
    age(home, 10)
    fresh = store.create_run(SMALL)
    assert [found.run.id for found in older_than(listing(store), 9)] == [rested]
    assert older_than(listing(store), 11) == []
    assert main(["runs", "--older-than", "9.5", "--yes"]) == 0
    assert [run.id for run in store.runs()] == [fresh]


def test_a_clock_that_was_ahead_keeps_no_run_for_good(store: Store, home: Path) -> None:
    run_id = store.create_run(SMALL)
    age(home, 10)
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET heartbeat = ?", (time.time() + 300 * DAY,))
    assert [found.run.id for found in older_than(listing(store), 9)] == [run_id]


@pytest.mark.parametrize("days", ["-1", "nan", "inf", "many"])
def test_a_number_of_days_that_is_none_is_refused(days: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["runs", "--older-than", days])
    assert ended.value.code == 2


def test_only_files_of_no_run_are_orphans(
    store: Store, rested: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    used, unused = save_own_text("The cat sat. " * 9), save_own_text("The dog sat. " * 9)
    store.create_run(SMALL.with_changes(corpus=used))
    busy = store.create_run(SMALL)
    claimed(store, busy, "worker")
    kept = [
        old(checkpoint_file(rested)),
        old(home / "texts" / f"{used}.txt"),
        old(home / "checkpoints" / f".{busy}.worker.part"),
        home / "checkpoints" / "fresh.safetensors",
    ]
    kept[-1].write_bytes(b"just written")
    gone = [
        old(home / "checkpoints" / ".4711.safetensors.99.part"),
        old(home / "checkpoints" / f".{rested}.dead.part"),
        old(home / "checkpoints" / "norun.safetensors"),
        old(home / "texts" / f"{unused}.txt"),
    ]
    assert orphans(listing(store)) == sorted(gone)
    assert main(["runs", "--orphans"]) == 2
    assert all(path.exists() for path in gone)
    assert main(["runs", "--orphans", "--yes"]) == 0
    assert "removed 4 files" in capsys.readouterr().out
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)


def test_a_damaged_run_is_listed_and_can_be_forgotten(
    store: Store, rested: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = store.create_run(SMALL)
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET config = '{', created = 'x' WHERE id = ?", (broken,))
    assert main(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(broken in line and "damaged" in line for line in lines)
    assert any(rested in line and "paused" in line for line in lines)
    assert main(["runs", "--forget", broken, "--yes"]) == 0
    assert [run.id for run in store.runs()] == [rested]


def snapshot(step: int) -> Record:
    payload = {
        "step": step,
        "states": [[0.25, 1 / 3]],
        "next_tokens": [["a", 1.0]],
        "samples": ["s"],
    }
    return Record(step, "snapshot", payload, step)


def test_a_run_that_rests_keeps_what_pages_show() -> None:
    history = [snapshot(step) for step in range(1, 101)]
    spectrum = Record(100, "spectrum", {"gates": [{"gate": "h", "real": [2 / 3]}]}, 101)
    assert lighten([*history, spectrum])[0].payload == {
        "gates": [{"gate": "h", "real": [0.666667]}]
    }
    lighter = {record.seq: record for record in lighten(history)}
    assert 100 not in lighter
    for record in history[:-1]:
        payload = lighter[record.seq].payload
        assert payload["next_tokens"] == []
        assert payload["states"] == [[0.25, 0.333333]]
        assert payload["samples"] == (
            record.payload["samples"] if record.seq > 100 - SAMPLED else []
        )
    whole = [lighter.get(record.seq, record) for record in history]
    assert lighten(whole) == []
    assert lighten([]) == []


def test_a_finished_run_is_light(store: Store) -> None:
    run_id = started(store, SMALL.with_changes(epochs=6))
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    found = of_kind(store, run_id, "snapshot")
    assert len(found) > 1
    assert [bool(record.payload["next_tokens"]) for record in found[-2:]] == [False, True]
