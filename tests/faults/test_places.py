"""Full disks and places that cannot be written: it is said, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rnncore.runs import database
from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store
from tests.faults.campaign import (
    PACED,
    asked,
    ends_exactly,
    generator_of,
    killed,
    paced_run,
    pause,
    rounds,
)
from tests.runs.support import (
    checkpoint_file,
    driven,
    losses,
    run_of,
    script_losses,
    started,
    wait_for,
    wait_for_steps,
)

resource = pytest.importorskip("resource")  # of POSIX

LIMITED = """
import resource, sys
from rnncore.runs.worker import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(["--run", sys.argv[2], "--token", "limited"]))
"""


@contextmanager
def limited(store: Store, run_id: str, size: int) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that can write no file beyond so many bytes."""
    worker = subprocess.Popen(
        [sys.executable, "-c", LIMITED, str(size), run_id],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "RNN_EXPLORER_DB": store.url},
    )
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(30)
        finally:
            worker.kill()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="lifts the limit of a process: Linux")
@rounds
def test_a_worker_waits_while_it_can_write_nothing(store: Store, seed: int) -> None:
    run_id = store.create_run(PACED, watched=False)
    store.send(run_id, "start")
    size = int(generator_of(seed).integers(200_000, 500_000))
    with limited(store, run_id, size) as worker:
        wait_for(lambda: run_of(store, run_id).step > 0, 60)
        stands: list[int] = []

        def stands_still() -> bool:
            stands.append(run_of(store, run_id).step)
            return len(stands) > 400 and len(set(stands[-400:])) == 1

        wait_for(stands_still, 120)
        assert worker.poll() is None
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (-1, -1))
        wait_for_steps(store, run_id, stands[-1] + 20)
        store.send(run_id, "stop")
        wait_for(lambda: run_of(store, run_id).stored_status == "finished", 60)
    reported = losses(store, run_id)
    assert reported == script_losses(PACED, len(reported))


@rounds
def test_a_full_database_is_said_while_it_lasts(
    home: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.runs.report.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("rnncore.runs.troubles.RETRY_SECONDS", 0.01)
    connections: list[Any] = []
    set_up = database._set_up_sqlite

    def note(connection: Any, record: object) -> None:
        set_up(connection, record)
        connections.append(connection)

    def bound(pages: int) -> None:
        for connection in connections:
            connection.execute(f"PRAGMA max_page_count = {pages}")

    reader = Store()
    monkeypatch.setattr(database, "_set_up_sqlite", note)
    store = Store()
    generator = generator_of(seed)
    run_id = started(store, PACED)
    with driven(store, run_id):
        for _ in range(2):
            at = run_of(reader, run_id).step
            wait_for_steps(reader, run_id, at + int(generator.integers(20, 200)))
            bound(1)  # SQLite makes it what there is
            wait_for(lambda: (run_of(reader, run_id).error or {}).get("code") == "store_full", 60)
            assert run_of(reader, run_id).status == "running"
            bound(2**30)
            wait_for(lambda: run_of(reader, run_id).error is None, 60)
    reported = losses(reader, run_id)
    assert reported == script_losses(PACED, len(reported))
    for opened in (store, reader):
        opened.close()


@rounds
def test_a_folder_stands_where_the_checkpoint_should(
    store: Store, executor: LocalExecutor, seed: int
) -> None:
    generator = generator_of(seed)
    run_id = paced_run(store, executor)
    path = checkpoint_file(run_id)
    pause(generator, 1.5)
    aside = path.with_name("aside")
    if path.exists():
        path.rename(aside)
    path.mkdir(parents=True, exist_ok=True)
    (path / "something").write_text("in it")
    asked(store, executor, run_id, "checkpoint")
    wait_for(lambda: (run_of(store, run_id).error or {}).get("code") == "checkpoint_unwritable", 60)
    assert run_of(store, run_id).status == "running"
    shutil.rmtree(path)
    asked(store, executor, run_id, "checkpoint")
    wait_for(lambda: run_of(store, run_id).error is None, 60)
    killed(executor, store, run_id)
    asked(store, executor, run_id, "resume")
    ends_exactly(store, executor, run_id)
