"""A Dask cluster of a test's own, started by the commands of docs/cluster.md."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.cluster.commands import SCHEDULER, WORKER, split
from tests.cluster.ports import free_port

ROOT = Path(__file__).parents[2]


class Cluster:
    """A scheduler on a free port, and workers, each in a folder and with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.place = folder, f"127.0.0.1:{free_port()}"
        self.address = f"tcp://{self.place}"
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_scheduler(self) -> None:
        self.scheduler = self._start(SCHEDULER, self._folder / "scheduler")

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker; the process that is returned is its nanny."""
        home = self._folder / f"worker{len(self.workers)}"
        worker = self._start(WORKER, home, **environment)
        self.workers.append(worker)
        return worker

    def start_workers(self, count: int) -> None:
        """So many more; returns when the scheduler has them."""
        for _ in range(count):
            self.start_worker()
        self.wait_for_workers(count)

    def wait_for_workers(self, count: int) -> None:
        with self._client() as asking:
            asking.wait_for_workers(count, timeout=120)

    def trainers(self) -> list[int]:
        """Ids of the processes that have a run."""
        with self._client() as asking:
            busy = [worker for worker, tasks in asking.processing().items() if tasks]
            return list(asking.run(os.getpid, workers=busy).values()) if busy else []

    def pids(self) -> list[int]:
        """Ids of the processes that can have one."""
        with self._client() as asking:
            return list(asking.run(os.getpid).values())

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process is not None:
                kill(process)

    def _client(self) -> Any:
        from distributed import Client

        client: Any = Client
        return client(self.address, set_as_default=False)

    def _start(self, command: str, home: Path, **environment: str) -> subprocess.Popen[bytes]:
        home.mkdir(exist_ok=True)
        variables, (program, *arguments) = split(command, scheduler=self.place)
        known = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RNN_EXPLORER", "PYTEST"))
        }
        ours = {
            "RNN_EXPLORER_HOME": str(home),
            "PYTHONPATH": str(ROOT),
            # No page on a port that others may use.
            "DASK_DISTRIBUTED__SCHEDULER__DASHBOARD__ADDRESS": "",
        }
        with (home / "log").open("ab") as log:
            return subprocess.Popen(
                [str(Path(sys.executable).with_name(program)), *arguments],
                cwd=home,
                env={**known, **ours, **variables, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )


def kill(process: subprocess.Popen[Any]) -> None:
    """End a process and all that it has started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
