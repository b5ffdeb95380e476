"""Runs and trials on a Dask cluster: what it computes is what a script computes, whoever dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.runs import files
from rnncore.runs.executors import Executor, executor_of, request
from rnncore.runs.store import Store
from rnncore.text.own_texts import save_own_text
from tests.cluster.dask import Cluster
from tests.runs.support import (
    SMALL,
    losses,
    of_kind,
    run_of,
    script_losses,
    wait_for,
    wait_for_status,
    wait_for_steps,
)


@pytest.fixture
def remote(cluster: Cluster, store: Store) -> Iterator[Executor]:
    """Who sends runs to the cluster, once its two workers are there."""
    cluster.start_workers(2)
    with closing(executor_of(cluster.address, store.url)) as executor:
        wait_for(lambda: places(executor) == 2)
        yield executor


def places(executor: Executor) -> int:
    from rnncore.errors import ClusterError

    try:
        return executor.places()
    except ClusterError as error:
        assert error.code in ("cluster_away", "cluster_empty"), error
        return 0


def test_a_run_is_trained_as_by_a_script(store: Store, remote: Executor, shared: Path) -> None:
    config = SMALL.with_changes(epochs=3)
    run_id = store.create_run(config, watched=False)
    request(store, remote, run_id, "start")
    wait_for_status(store, run_id, "finished")
    found = losses(store, run_id)
    assert found == script_losses(config, len(found))
    assert {path.name.partition(".")[0] for path in shared.iterdir()} == {run_id}


def test_a_killed_worker_costs_little_and_changes_nothing(
    store: Store, remote: Executor, cluster: Cluster
) -> None:
    run_id = store.create_run(SMALL, watched=False)
    request(store, remote, run_id, "start")
    wait_for(lambda: files.checkpoint_path(run_id).exists())
    saved = run_of(store, run_id).step
    wait_for_steps(store, run_id, saved + 50)
    (trainer,) = cluster.trainers()
    os.kill(trainer, signal.SIGKILL)
    wait_for_status(store, run_id, "lost")
    seq = of_kind(store, run_id, "steps")[-1].seq
    wait_for(lambda: places(remote))
    request(store, remote, run_id, "resume")
    wait_for(lambda: store.records_after(run_id, seq, kinds=("rewound",)))
    wait_for_steps(store, run_id, saved + 300)
    request(store, remote, run_id, "stop")
    wait_for_status(store, run_id, "finished")
    found = losses(store, run_id)
    assert found == script_losses(SMALL, len(found))


def test_an_own_text_travels(store: Store, remote: Executor, tmp_path: Path) -> None:
    name = save_own_text("the cat sees the dog and the dog sees the cat .\n" * 40)
    config = SMALL.with_changes(corpus=name, epochs=1)
    run_id = store.create_run(config, watched=False)
    request(store, remote, run_id, "start")
    wait_for_status(store, run_id, "finished")
    assert len(list(tmp_path.glob(f"worker?/texts/{name}.txt"))) == 1


def test_what_has_not_begun_waits_again(store: Store, remote: Executor) -> None:
    begun = [store.create_run(SMALL, watched=False) for _ in range(2)]
    for run_id in begun:
        request(store, remote, run_id, "start")
    for run_id in begun:
        wait_for_status(store, run_id, "running")
    third = store.create_run(SMALL, watched=False)
    assert store.queue.join(third)
    assert store.queue.admit(3) == [third]
    remote.launch(third)
    remote.close()
    wait_for_status(store, third, "waiting")
    for run_id in begun:  # they need nobody who has sent them
        at = run_of(store, run_id).step
        wait_for_steps(store, run_id, at + 300)


def test_a_task_that_is_sent_twice_is_trained_once(store: Store, remote: Executor) -> None:
    run_id = store.create_run(SMALL, watched=False)
    request(store, remote, run_id, "start")
    remote.launch(run_id)
    wait_for_steps(store, run_id, 300)
    assert of_kind(store, run_id, "rewound") == []
    request(store, remote, run_id, "stop")
    wait_for_status(store, run_id, "finished")
    found = losses(store, run_id)
    assert found == script_losses(SMALL, len(found))
