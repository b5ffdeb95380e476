"""Two servers of the app on one database and one cluster: what one begins, the other shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rnncore.runs.store import Store
from tests.browser.server import Server, start_server
from tests.cluster.commands import APP, split
from tests.cluster.dask import Cluster
from tests.runs.streams import Stream
from tests.runs.support import SMALL, losses, script_losses, wait_for_status, wait_for_steps


@pytest.fixture
def servers(
    database: str, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Server]]:
    """Both are on the cluster; each has a data folder of its own."""
    cluster.start_workers(2)
    variables, command = split(APP, scheduler=cluster.place)
    assert command == ["python", "-m", "streamlit", "run", "app.py"]  # as `start_server` does
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    running: list[Server] = []
    try:
        for name in ("first", "second"):
            running.append(start_server(tmp_path / name, None, database))
        yield running
    finally:
        for server in running:
            server.stop()


def port(server: Server) -> int:
    found = urlsplit(server.url).port
    assert found is not None
    return found


def updates_shown(stream: Stream, least: int) -> int:
    """The newest update that a stream has told of, once that is so many."""
    newest = 0
    while newest < least:
        for op in stream.event():
            newest = max([newest, *(int(n) for n in _numbers(op, "step"))])
    return newest


def _numbers(value: object, name: str) -> Iterator[float]:
    """All numbers under a name, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name and isinstance(inner, int | float):
                yield inner
            yield from _numbers(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, name)


def test_a_run_is_watched_on_both(servers: list[Server], store: Store) -> None:
    run_id = store.create_run(SMALL, watched=False)
    store.send(run_id, "start")
    assert store.queue.join(run_id)  # as a page of either does; one of them calls a worker
    wait_for_steps(store, run_id, 200)
    streams = [Stream(port(server), f"/live/{run_id}") for server in servers]
    assert [updates_shown(stream, 200) >= 200 for stream in streams] == [True, True]
    store.send(run_id, "stop")
    wait_for_status(store, run_id, "finished")
    for stream in streams:
        assert stream.status("finished")["status"] == "finished"
        stream.close()
    found = losses(store, run_id)
    assert found == script_losses(SMALL, len(found))


def test_a_run_outlives_the_server_that_began_it(servers: list[Server], store: Store) -> None:
    run_id = store.create_run(SMALL, watched=False)
    store.send(run_id, "start")
    assert store.queue.join(run_id)
    wait_for_steps(store, run_id, 200)
    servers[0].stop()
    at = len(losses(store, run_id))
    wait_for_steps(store, run_id, at + 2000)
    servers[1].stop()
    store.send(run_id, "stop")
    wait_for_status(store, run_id, "finished")
    found = losses(store, run_id)
    assert found == script_losses(SMALL, len(found))
