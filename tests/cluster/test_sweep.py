"""A sweep of the command line on a cluster: workers, scheduler and database go, and it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.trial import Trial
from tests.cluster.commands import SWEEP, split
from tests.cluster.dask import ROOT, Cluster, kill
from tests.cluster.postgres import Postgres
from tests.runs.support import losses, of_kind, run_of, script_losses, wait_for

SPACE = """
trials = 4
updates = 6000
sampler = "grid"

[base]
corpus = "embedded-reber"
grammar_tokens = 3000
embedding_size = 5
hidden_size = 7
batch_size = 3
time_size = 11
seed = 3
pace = 1500

[space]
learning_rate = [0.001, 0.002, 0.003, 0.004]
"""


@contextmanager
def sweeping(folder: Path, cluster: Cluster) -> Iterator[subprocess.Popen[str]]:
    """The command at work; all that it says is in `said`."""
    (folder / "space.toml").write_text(SPACE)
    _, (_, *arguments) = split(SWEEP, scheduler=cluster.place)
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
            stderr=said,
            process_group=0,
            text=True,
        )
        try:
            yield process
        finally:
            kill(process)


def trials(store: Store) -> list[Trial]:
    book = Sweeps(store)
    return [trial for sweep in book.of(None) for trial in book.trials(sweep.id)]


def under_way(store: Store) -> bool:
    """Whether two trials have checkpoints that are worth something, and updates beyond them."""
    runs = [run_of(store, t.run_id) for t in trials(store) if t.run_id and t.told is None]
    return sum(run.step > 1500 for run in runs if run.status == "running") == 2


def whole(store: Store, said: Path, process: subprocess.Popen[str]) -> None:
    """All trials end, each as if nothing had happened."""
    assert process.wait(240) == 0, said.read_text()
    found = trials(store)
    assert [trial.status for trial in found] == ["complete"] * 4, said.read_text()
    for trial in found:
        assert trial.run_id is not None
        config = run_of(store, trial.run_id).config
        assert losses(store, trial.run_id)[:6000] == script_losses(config, 6000)


def test_a_worker_is_killed(store: Store, cluster: Cluster, tmp_path: Path) -> None:
    cluster.start_workers(2)
    with sweeping(tmp_path, cluster) as process:
        wait_for(lambda: under_way(store))
        os.kill(cluster.trainers()[0], signal.SIGKILL)
        whole(store, tmp_path / "said", process)
    rewound = [of_kind(store, str(trial.run_id), "rewound") for trial in trials(store)]
    assert sum(map(bool, rewound)) == 1


def test_a_worker_is_told_to_end(store: Store, cluster: Cluster, tmp_path: Path) -> None:
    leaving = cluster.start_worker()
    cluster.start_workers(1)
    cluster.wait_for_workers(2)
    with sweeping(tmp_path, cluster) as process:
        wait_for(lambda: under_way(store))
        leaving.terminate()
        whole(store, tmp_path / "said", process)
    paused = [
        record
        for trial in trials(store)
        for record in of_kind(store, str(trial.run_id), "status")
        if record.payload["reason"] == "shutdown"
    ]
    assert len(paused) == 1
    assert leaving.wait(60) is not None


def test_the_database_is_restarted(
    store: Store, cluster: Cluster, tmp_path: Path, server: Postgres
) -> None:
    cluster.start_workers(2)
    with sweeping(tmp_path, cluster) as process:
        wait_for(lambda: under_way(store))
        server.stop("immediate")
        said = tmp_path / "said"
        wait_for(lambda: "does not answer" in said.read_text())
        server.start()
        whole(store, said, process)
    assert not any(of_kind(store, str(trial.run_id), "rewound") for trial in trials(store))


def test_the_scheduler_is_killed(store: Store, cluster: Cluster, tmp_path: Path) -> None:
    cluster.start_workers(2)
    with sweeping(tmp_path, cluster) as process:
        wait_for(lambda: under_way(store))
        assert cluster.scheduler is not None
        kill(cluster.scheduler)
        for worker in cluster.workers:  # they end by themselves
            assert worker.wait(120) is not None
        cluster.start_scheduler()
        cluster.start_workers(2)
        whole(store, tmp_path / "said", process)
