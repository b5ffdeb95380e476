"""Checkpoints at an address: what a folder does, an object store does too."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.errors import CheckpointError
from rnncore.runs import files, housekeeping
from rnncore.runs.branching import prepare
from rnncore.runs.claim import ClaimLost
from rnncore.runs.executors import executor_of, request
from rnncore.runs.remote_path import RemotePath
from rnncore.runs.saving import save
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.cluster.dask import Cluster
from tests.cluster.test_cluster import places
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


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An object store of this test."""
    address = f"memory://{tmp_path.name}/checkpoints"
    monkeypatch.setenv(files.VARIABLE, address)
    return address


def trained(updates: int) -> Trainer:
    trainer = Trainer(SMALL, load_corpus(SMALL))
    for _ in range(updates):
        trainer.step()
    return trainer


def test_a_state_comes_back_bit_for_bit(store: Store, elsewhere: str) -> None:
    run_id = store.create_run(SMALL)
    trainer, path = trained(7), files.checkpoint_path(run_id)
    assert str(path) == f"{elsewhere}/{run_id}.safetensors"
    assert not path.exists()
    save(path, trainer, claimed(store, run_id, "worker"))
    found = checkpoint.load(path)
    assert [found.step().loss for _ in range(5)] == [trainer.step().loss for _ in range(5)]
    assert [kept.name for kept in store.checkpoints.of(run_id)] == ["latest"]


def test_who_has_lost_the_run_overwrites_nothing(store: Store, elsewhere: str) -> None:
    run_id = store.create_run(SMALL)
    path, first = files.checkpoint_path(run_id), claimed(store, run_id, "first")
    store.abandon(run_id, "first")
    save(path, trained(7), claimed(store, run_id, "second"))
    with pytest.raises(ClaimLost):
        save(path, trained(3), first)
    assert checkpoint.load(path).steps == 7
    assert isinstance(path, RemotePath)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_store_that_fails_keeps_what_was_there(
    store: Store, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create_run(SMALL)
    path, claim = files.checkpoint_path(run_id), claimed(store, run_id, "worker")
    save(path, trained(3), claim)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the key has expired\nand more")

    assert isinstance(path, RemotePath)
    monkeypatch.setattr(type(path._system), "pipe_file", fails)
    with pytest.raises(CheckpointError, match="the key has expired") as raised:
        save(path, trained(5), claim)
    assert "\n" not in str(raised.value)
    assert checkpoint.load(path).steps == 3


def test_what_is_no_checkpoint_is_not_read(elsewhere: str) -> None:
    path = files.checkpoint_path("run")
    with pytest.raises(CheckpointError) as raised:
        checkpoint.read(path)
    assert raised.value.code == "checkpoint_missing"
    files.write(path, b"no checkpoint at all")
    with pytest.raises(CheckpointError) as raised:
        checkpoint.read(path)
    assert raised.value.code == "checkpoint_broken"


def test_a_branch_and_the_clean_up_find_it(store: Store, elsewhere: str) -> None:
    run_id = store.create_run(SMALL)
    claim = claimed(store, run_id, "worker")
    save(files.checkpoint_path(run_id), trained(5), claim)
    claim.commit(step=5, status="paused", worker=None)
    branch = prepare(run_of(store, run_id), "latest", {"learning_rate": 0.5})
    other = store.branches.enter(branch, None)
    assert checkpoint.read(files.checkpoint_path(other)).config.learning_rate == 0.5
    listed = housekeeping.listing(store)
    assert all(found.size > 1000 for found in listed)
    assert housekeeping.forget(store, listed) == 2
    assert not files.checkpoint_path(run_id).exists()


def test_workers_go_on_from_it(
    store: Store, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As fsspec serves a folder: all that an object store does, and every process sees it.
    monkeypatch.setenv(files.VARIABLE, f"local://{tmp_path}/objects")
    cluster.start_workers(2)
    with closing(executor_of(cluster.address, store.url)) as executor:
        wait_for(lambda: places(executor) == 2)
        run_id = store.create_run(SMALL, watched=False)
        request(store, executor, run_id, "start")
        wait_for(lambda: files.checkpoint_path(run_id).exists())
        assert isinstance(files.checkpoint_path(run_id), RemotePath)
        saved = run_of(store, run_id).step
        wait_for_steps(store, run_id, saved + 50)
        os.kill(cluster.trainers()[0], signal.SIGKILL)
        wait_for_status(store, run_id, "lost")
        seq = of_kind(store, run_id, "steps")[-1].seq
        request(store, executor, run_id, "resume")
        (rewound,) = wait_for(lambda: store.records_after(run_id, seq, kinds=("rewound",)))
        assert rewound.payload["step"] > 0
        request(store, executor, run_id, "stop")
        wait_for_status(store, run_id, "finished")
    found = losses(store, run_id)
    assert found == script_losses(SMALL, len(found))
