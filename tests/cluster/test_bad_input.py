"""What a cluster cannot be used for is said in one sentence, and nothing is lost by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.errors import ClusterError, StoreError
from rnncore.runs import files, texts
from rnncore.runs.executors import Executor, executor_of, request
from rnncore.runs.store import Store
from tests.cluster.dask import ROOT, Cluster, kill
from tests.cluster.ports import free_port
from tests.cluster.postgres import Postgres
from tests.runs.support import SMALL, run_of, wait_for, wait_for_status


def refusal(executor: Executor) -> ClusterError:
    """Why no run can be sent now."""
    with pytest.raises(ClusterError) as raised:
        executor.places()
    assert "\n" not in str(raised.value)
    return raised.value


def refused(address: str, store_url: str) -> ClusterError:
    """Why no run can ever be sent."""
    with pytest.raises(ClusterError) as raised:
        executor_of(address, store_url)
    return raised.value


def test_a_file_is_no_store_for_many_machines(home: Path) -> None:
    error = refused("tcp://127.0.0.1:8786", f"sqlite:///{home / 'runs.db'}")
    assert error.code == "cluster_sqlite"
    assert "RNN_EXPLORER_DB" in str(error)


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://", "dask"])
def test_what_is_no_address_is_refused(address: str, database: str) -> None:
    assert refused(address, database).code == "cluster_address"


def test_a_scheduler_that_is_not_there(store: Store, shared: Path) -> None:
    with closing(executor_of(f"tcp://127.0.0.1:{free_port()}", store.url)) as executor:
        run_id = store.create_run(SMALL)
        with pytest.raises(ClusterError) as raised:
            request(store, executor, run_id, "start")
        assert raised.value.code == "cluster_away"
        assert run_of(store, run_id).status == "waiting"


def test_a_scheduler_that_is_frozen(store: Store, cluster: Cluster) -> None:
    cluster.start_workers(1)
    assert cluster.scheduler is not None
    with closing(executor_of(cluster.address, store.url)) as executor:
        assert executor.places() == 1
        os.kill(cluster.scheduler.pid, signal.SIGSTOP)
        try:
            run_id = store.create_run(SMALL, watched=False)
            with pytest.raises(ClusterError) as raised:
                request(store, executor, run_id, "start")
            assert raised.value.code == "cluster_away"
            assert run_of(store, run_id).status == "waiting"
        finally:
            os.kill(cluster.scheduler.pid, signal.SIGCONT)
        wait_for(lambda: _places(executor) == 1)


def test_a_worker_that_is_frozen_holds_nobody_up(
    store: Store, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.runs.cluster.LOOK_SECONDS", 1.0)
    cluster.start_workers(1)
    (frozen,) = cluster.pids()
    os.kill(frozen, signal.SIGSTOP)
    try:
        cluster.start_workers(1)
        with closing(executor_of(cluster.address, store.url)) as executor:
            wait_for(lambda: _places(executor) == 1)
    finally:
        os.kill(frozen, signal.SIGCONT)


def test_runs_wait_for_the_first_worker(store: Store, cluster: Cluster) -> None:
    with closing(executor_of(cluster.address, store.url)) as executor:
        run_id = store.create_run(SMALL.with_changes(epochs=1), watched=False)
        wait_for(lambda: refusal(executor).code == "cluster_empty")
        with pytest.raises(ClusterError):
            request(store, executor, run_id, "start")
        assert run_of(store, run_id).status == "waiting"


def test_the_command_line_says_the_same(database: str, tmp_path: Path) -> None:
    (tmp_path / "space.toml").write_text('updates = 10\ntrials = 2\n[space]\ncell = ["rnn"]\n')
    address = f"tcp://127.0.0.1:{free_port()}"
    done = subprocess.run(
        [sys.executable, "-m", "rnncore", "sweep", "space.toml", "--scheduler", address],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"error: The scheduler {address} does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    with closing(Store(database)) as store:
        assert store.runs() == []


def test_a_worker_of_another_version(
    store: Store, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start_worker()
    monkeypatch.setattr("rnncore.__version__", "99.0")
    with closing(executor_of(cluster.address, store.url)) as executor:
        wait_for(lambda: refusal(executor).code == "cluster_version")
        assert "99.0" in str(refusal(executor))


def test_a_worker_that_has_not_the_package(
    store: Store, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    cluster.start_worker(PYTHONPATH="")
    with closing(executor_of(cluster.address, store.url)) as executor:
        wait_for(lambda: refusal(executor).code == "cluster_version")
        assert "has RNN Explorer none" in str(refusal(executor))
        cluster.start_worker()  # the others are used
        wait_for(lambda: _places(executor) == 1)


def test_a_worker_that_reaches_another_store(
    store: Store, cluster: Cluster, server: Postgres
) -> None:
    worker = cluster.start_worker()
    with closing(executor_of(cluster.address, store.url)) as executor:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "id", "another")
            wait_for(lambda: refusal(executor).code == "cluster_store")
        kill(worker)
        cluster.start_worker()  # a new worker is looked at anew
        wait_for(lambda: _places(executor) == 1)


def _places(executor: Executor) -> int:
    try:
        return executor.places()
    except ClusterError:
        return 0


def test_a_folder_that_the_workers_do_not_see(
    store: Store, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start_worker()
    with closing(executor_of(cluster.address, store.url)) as executor:
        # Memory is an object store that each process has for itself.
        monkeypatch.setenv(files.VARIABLE, "memory://checkpoints")
        wait_for(lambda: refusal(executor).code == "cluster_checkpoints")


def test_a_folder_that_cannot_be_written(
    store: Store, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    cluster.start_worker()
    with closing(executor_of(cluster.address, store.url)) as executor:
        monkeypatch.setenv(files.VARIABLE, str(tmp_path / "file" / "folder"))
        wait_for(lambda: refusal(executor).code == "cluster_unshared")


@pytest.mark.parametrize("address", ["nosuch://bucket/folder", "s3+nosuch://bucket"])
def test_an_address_that_nobody_knows(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(files.VARIABLE, address)
    with pytest.raises(StoreError) as raised:
        files.checkpoint_path("run")
    assert raised.value.code == "checkpoints_place"


def test_a_database_that_is_not_there_waits_and_says_so() -> None:
    with (
        pytest.raises(StoreError) as raised,
        closing(Store(f"postgresql://x@127.0.0.1:{free_port()}/x")),
    ):
        pass
    assert raised.value.code == "store_away"
    assert "\n" not in str(raised.value)


def test_a_run_whose_text_is_nowhere_says_so(store: Store, cluster: Cluster) -> None:
    cluster.start_worker()
    with closing(executor_of(cluster.address, store.url)) as executor:
        wait_for(lambda: _places(executor) == 1)
        run_id = store.create_run(SMALL.with_changes(corpus="own-0123456789ab"), watched=False)
        request(store, executor, run_id, "start")
        wait_for_status(store, run_id, "failed")
        error = run_of(store, run_id).error
        assert error is not None
        assert error["code"] == "no_own_text"


def test_a_text_that_was_damaged_on_the_way_is_not_taken(shared: Path, home: Path) -> None:
    name = "own-0123456789ab"
    files.write(files.shared_text(name), b"something else")
    texts.fetch(name)
    assert not (home / "texts" / f"{name}.txt").exists()
