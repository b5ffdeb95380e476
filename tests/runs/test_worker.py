"""Worker processes: what they compute is what a script computes, whatever is done to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from rnncore.runs import worker
from rnncore.runs.driver import Driver
from rnncore.runs.executors import LocalExecutor, request
from rnncore.runs.files import checkpoint_path
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.events import Step
from rnncore.training.trainer import Trainer
from tests.runs.support import (
    SMALL,
    claimed,
    losses,
    of_kind,
    run_of,
    script_losses,
    wait_for,
    wait_for_status,
    wait_for_steps,
)

pytestmark = pytest.mark.slow


def test_script_events_and_worker_agree_bit_for_bit(
    store: Store, executor: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = SMALL.with_changes(epochs=3)
    monkeypatch.chdir(tmp_path)  # a worker starts from any folder
    run_id = store.create_run(config, watched=False)
    request(store, executor, run_id, "start")
    trainer = Trainer(config, load_corpus(config))
    by_events = [e.loss for e in trainer.events() if isinstance(e, Step)]
    assert by_events == script_losses(config, trainer.total_updates)
    wait_for_status(store, run_id, "finished")
    assert losses(store, run_id) == by_events


def test_a_killed_worker_costs_little_and_changes_nothing(
    store: Store, executor: LocalExecutor
) -> None:
    run_id = store.create_run(SMALL, watched=False)
    request(store, executor, run_id, "start")
    (worker,) = executor.pids()
    wait_for(lambda: checkpoint_path(run_id).exists())
    saved = checkpoint.load(checkpoint_path(run_id)).steps
    wait_for_steps(store, run_id, saved + 50)
    os.kill(worker, signal.SIGKILL)
    wait_for_status(store, run_id, "lost")
    kept = checkpoint.load(checkpoint_path(run_id)).steps

    seq = of_kind(store, run_id, "steps")[-1].seq
    request(store, executor, run_id, "resume")
    (rewound,) = wait_for(lambda: store.records_after(run_id, seq, kinds=("rewound",)))
    assert rewound.payload == {"step": kept}
    wait_for_steps(store, run_id, kept + 300)
    request(store, executor, run_id, "stop")
    wait_for_status(store, run_id, "finished")
    reported = losses(store, run_id)
    assert len(reported) >= kept + 300
    assert reported == script_losses(SMALL, len(reported))


def test_a_worker_killed_before_any_checkpoint_begins_anew(
    store: Store, executor: LocalExecutor
) -> None:
    run_id = store.create_run(SMALL, watched=False)
    dead = claimed(store, run_id, "dead")
    dead.commit([Record(0, "run", {}), Record(4, "steps", {})], status="running")
    store.abandon(run_id, "dead")
    request(store, executor, run_id, "step")
    wait_for_steps(store, run_id, 1)
    wait_for_status(store, run_id, "paused")
    assert losses(store, run_id) == script_losses(SMALL, 1)


def test_sigterm_pauses_in_good_order(store: Store, executor: LocalExecutor) -> None:
    run_id = store.create_run(SMALL, watched=False)
    request(store, executor, run_id, "start")
    wait_for_steps(store, run_id, 10)
    executor.close()
    run = run_of(store, run_id)
    assert (run.status, run.reason, run.worker) == ("paused", "shutdown", None)
    assert checkpoint.load(checkpoint_path(run_id)).steps == run.step == len(losses(store, run_id))


def test_a_spare_takes_the_next_run_and_ends_with_its_server(store: Store) -> None:
    executor = LocalExecutor(store.url)
    executor.warm()
    (spare,) = executor.pids()
    run_id = store.create_run(SMALL, watched=False)
    request(store, executor, run_id, "start")
    wait_for_steps(store, run_id, 1)
    assert spare in executor.pids()
    executor.close()
    assert executor.pids() == set()
    wait_for(lambda: not Path(f"/proc/{spare}").exists() or sys.platform != "linux")


def test_a_spare_without_a_server_ends(store: Store) -> None:
    environment = {**os.environ, "RNN_EXPLORER_DB": store.url}
    spare = subprocess.run(
        [sys.executable, "-m", "rnncore.runs.worker", "--spare"],
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert spare.returncode == 0


def test_a_run_that_cannot_be_trained_says_why(store: Store, executor: LocalExecutor) -> None:
    run_id = store.create_run(SMALL.with_changes(corpus="/no/such/file.txt"), watched=False)
    request(store, executor, run_id, "start")
    wait_for_status(store, run_id, "failed")
    run = run_of(store, run_id)
    assert run.error is not None
    assert run.error["code"] == "no_corpus"
    assert run.worker is None
    (told,) = of_kind(store, run_id, "status")
    assert told.payload["error"] == run.error


def test_asking_twice_starts_one_worker(store: Store, executor: LocalExecutor) -> None:
    run_id = store.create_run(SMALL, watched=False)
    for _ in range(2):
        request(store, executor, run_id, "start")
    assert len(executor.pids()) == 1
    wait_for_steps(store, run_id, 300)
    reported = losses(store, run_id)
    assert reported == script_losses(SMALL, len(reported))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_worker_computes_with_as_many_threads_as_its_run_was_given(
    store: Store, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    def blas_threads() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    if not blas_threads():
        pytest.skip("this NumPy does its matmuls with a library whose threads cannot be counted")
    seen: list[set[int]] = []
    monkeypatch.setattr(Driver, "work", lambda driver: seen.append(blas_threads()))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(worker, "_give_way", lambda _: None)
    with threadpool_limits(1):  # as a spare waits for its run
        run_id = store.create_run(SMALL.with_changes(threads=threads))
        worker.run_all(store.url, [run_id], "token")
        assert blas_threads() == {1}
    assert seen == [{threads}]
