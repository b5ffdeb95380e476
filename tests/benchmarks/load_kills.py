"""A class whose workers and server are killed: every run goes on, to the same bits."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from time import monotonic
from urllib.parse import urlsplit

from rnncore.runs.row import RunRow
from tests.benchmarks.crowd import end, opened
from tests.benchmarks.visitor import Reading, Visitor
from tests.browser.server import Server, processes_of, start_server, waits_for_input
from tests.runs.support import losses, script_losses

WORKERS, SERVERS = 10, 3
"""How many of them are killed."""
SETTINGS = {"hidden_size": 32, "embedding_size": 32, "pace": 100, "epochs": 1000}
"""Small and slow enough that every run can be made again at the end."""
PATIENCE = 60.0


async def kills(server: Server, count: int) -> dict[str, float]:
    """Workers and the server are killed in a random order; visitors come back and go on."""
    crowd = [Visitor(server.url) for _ in range(count)]
    given = "&".join(f"{name}={value}" for name, value in SETTINGS.items())
    for seed, visitor in enumerate(crowd):
        await visitor.open(f"seed={seed}&{given}")
        await visitor.rerun("primary")
    watching = [asyncio.create_task(_watch(visitor)) for visitor in crowd]
    await _until(server, lambda run: run.step > 0)
    chance = random.Random(0)
    blows = ["worker"] * WORKERS + ["server"] * SERVERS
    chance.shuffle(blows)
    times: dict[str, list[float]] = {"worker": [], "server": []}
    for blow in blows:
        await asyncio.sleep(chance.uniform(1, 4))
        began, before = monotonic(), {run.id: run.step for run in _runs(server)}
        if blow == "worker":
            await _kill_worker(server, chance)
        else:
            server = await _restart(server)
            for visitor in crowd:
                await visitor.open(visitor.query)
        await _go_on(server, crowd, before)
        times[blow].append(monotonic() - began)
    for visitor in crowd:
        await visitor.rerun()
        await visitor.rerun("stop")
    await _until(server, lambda run: run.status == "finished")
    with closing(opened(server)) as store:
        alike = [
            losses(store, run.id) == script_losses(run.config, run.step) for run in store.runs()
        ]
    await end(crowd, watching)
    return {
        "visitors": count,
        "workers_killed": WORKERS,
        "servers_killed": SERVERS,
        "back_after_a_worker_p50": median(times["worker"]),
        "back_after_a_worker_most": max(times["worker"]),
        "back_after_a_server_most": max(times["server"]),
        "runs_bit_for_bit_as_undisturbed": sum(alike),
    }


async def _watch(visitor: Visitor) -> None:
    """Read the run's stream, and again when it breaks, as a browser does."""
    while True:
        with suppress(OSError):
            await visitor.read(visitor.run_id, Reading(monotonic()))
        await asyncio.sleep(0.5)


async def _kill_worker(server: Server, chance: random.Random) -> None:
    """Kill a worker that trains: its run is lost. A spare that warms up has none."""
    while True:
        workers = [pid for pid in processes_of(server.home) if _trains(pid)]
        os.kill(chance.choice(workers), signal.SIGKILL)
        with suppress(TimeoutError):
            await _until(server, lambda run: run.status == "lost", every=False, patience=5.0)
            return


async def _restart(server: Server) -> Server:
    """Kill the server, and start another where it was; its workers live on."""
    server.process.kill()
    server.process.wait()
    port = urlsplit(server.url).port
    return await asyncio.to_thread(start_server, server.home, port)


async def _go_on(server: Server, crowd: list[Visitor], before: dict[str, int]) -> None:
    """Whoever sees a run that has lost its worker presses "Go on", until all have gone on."""
    until = monotonic() + PATIENCE
    while any(run.step <= before[run.id] for run in _runs(server)):
        stands = {run.id for run in _runs(server) if run.status in ("lost", "paused")}
        for visitor in crowd:
            if visitor.run_id in stands:
                await visitor.rerun()
                await visitor.rerun("primary")
        assert monotonic() < until, [(run.id, run.status, run.error) for run in _runs(server)]
        await asyncio.sleep(0.2)


async def _until(
    server: Server,
    condition: Callable[[RunRow], bool],
    *,
    every: bool = True,
    patience: float = PATIENCE,
) -> None:
    """Wait until it holds for all runs, or for one of them.  Raises   TimeoutError."""
    until = monotonic() + patience
    while not (all if every else any)(map(condition, _runs(server))):
        if monotonic() > until:
            raise TimeoutError([(run.id, run.status, run.step) for run in _runs(server)])
        await asyncio.sleep(0.1)


def _runs(server: Server) -> list[RunRow]:
    with closing(opened(server)) as store:
        return store.runs(limit=None)


def _trains(pid: int) -> bool:
    return _command(pid, "rnncore.runs.worker") and not waits_for_input(pid)


def _command(pid: int, word: str) -> bool:
    with suppress(OSError):
        return word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False
