"""What the measurements of a crowd share: how far its runs are, what the server and they hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic

from rnncore.runs.store import Store
from tests.benchmarks.visitor import Visitor
from tests.browser.server import Server, processes_of


def opened(server: Server) -> Store:
    """The store of the server."""
    return Store(f"sqlite:///{server.home / 'runs.db'}")


def progress(server: Server) -> dict[str, int]:
    """The updates that each run has made; trials of a sweep are left out."""
    with closing(opened(server)) as store:
        return {run.id: run.step for run in store.runs(limit=None) if run.series is None}


async def speed(server: Server, seconds: float) -> float:
    """Updates a second of all runs."""
    began, before = monotonic(), sum(progress(server).values())
    await asyncio.sleep(seconds)
    return (sum(progress(server).values()) - before) / (monotonic() - began)


def memory(server: Server) -> float:
    """MiB that the server holds."""
    return _kilobytes(server.process.pid, "status", "VmRSS:") / 1024


def memory_of_all(server: Server) -> float:
    """MiB that the server and all its workers hold; what several share counts once."""
    found = (_kilobytes(pid, "smaps_rollup", "Pss:") for pid in processes_of(server.home))
    return sum(found) / 1024


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share / 100))]


async def end(crowd: Sequence[Visitor], reading: Sequence[asyncio.Task[None]]) -> None:
    for task in reading:
        task.cancel()
    for task in reading:
        with suppress(asyncio.CancelledError, OSError):
            await task
    for visitor in crowd:
        await visitor.close()


def _kilobytes(pid: int, file: str, name: str) -> int:
    with suppress(OSError):  # ended meanwhile
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0
