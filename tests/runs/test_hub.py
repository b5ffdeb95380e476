"""The hub brings every page every operation once, in order, and gives way when it must."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pages.ui.streaming import hub as hub_module
from pages.ui.streaming import mailbox as subscriber_module
from pages.ui.streaming.hub import Hub
from pages.ui.streaming.operations import Op
from rnncore.errors import StoreError
from rnncore.runs.records import Record
from rnncore.runs.row import new_run_id
from rnncore.runs.store import Store
from tests.runs.streams import Stream, epochs, serving
from tests.runs.support import SMALL, claimed, wait_for

ROOT = str(Path(__file__).parents[2])


def draw(record: Record) -> list[Op]:
    return [{"op": "draw", "step": record.step, "value": record.payload.get("value")}]


@pytest.fixture
def hub(store: Store) -> Hub:
    return Hub(lambda: store, draw)


def test_what_was_and_what_comes_arrives_once_and_exactly(store: Store, hub: Hub) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 3))
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        assert stream.response.status == 200
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"
        assert stream.response.headers["x-accel-buffering"] == "no"
        first = stream.event()
        assert [op["value"] for op in first[:-1]] == [1 / 3, 2 / 3, 1.0]
        stands = {"status": "ready", "standing": "ready", "reason": None, "error": None}
        assert first[-1] == {"op": "status", **stands}
        assert stream.id == 3
        for step in range(4, 20):
            store.append(run_id, epochs(step, step))
        assert stream.steps(19) == list(range(4, 20))
        assert stream.id == 19
        stream.close()


def test_many_pages_see_the_same_while_one_writes(store: Store, hub: Hub) -> None:
    run_id, other = store.create_run(SMALL), store.create_run(SMALL)

    def write() -> None:
        for step in range(1, 61):
            store.append(run_id, epochs(step, step))
            store.append(other, epochs(1000 + step, 1000 + step))

    with serving(hub) as port:
        writer = threading.Thread(target=write)
        writer.start()
        streams = [Stream(port, f"/live/{run_id}") for _ in range(6)]
        for stream in streams:
            assert stream.steps(60) == list(range(1, 61))
            stream.close()
        writer.join()


@pytest.mark.parametrize("by_header", [True, False])
def test_a_page_that_comes_back_goes_on_where_it_was(
    store: Store, hub: Hub, by_header: bool
) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 5))
    with serving(hub) as port:
        headers = {"Last-Event-ID": "3"} if by_header else {}
        path = f"/live/{run_id}" + ("" if by_header else "?after=3")
        stream = Stream(port, path, **headers)
        assert stream.steps(5) == [4, 5]
        stream.close()


def test_an_unknown_run_is_told_in_words(hub: Hub) -> None:
    with serving(hub) as port:
        stream = Stream(port, "/live/nowhere")
        assert stream.response.status == 404
        said = json.loads(stream.response.read())
        stream.close()
    assert said["code"] == "unknown_run"
    assert "nowhere" in said["message"]


def test_a_run_to_come_is_streamed_from_its_beginning(store: Store, hub: Hub) -> None:
    run_id = new_run_id()
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}?await&after=0")
        assert stream.response.status == 200
        store.create_run(SMALL, run_id=run_id)
        store.append(run_id, epochs(1, 3))
        assert stream.steps(3) == [1, 2, 3]
        store.append(run_id, epochs(4, 5))
        assert stream.steps(5) == [4, 5]
        stream.close()


def test_a_changed_status_arrives_and_history_does_not(store: Store, hub: Hub) -> None:
    run_id = store.create_run(SMALL)
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        stream.status("ready")
        claim = claimed(store, run_id, "worker")
        error = {"code": "disk_full", "message": "Full.", "values": {}}
        old = [Record(0, "status", {"status": "paused", "reason": None, "error": None})]
        claim.commit(old, status="running", error=error)
        assert stream.status("running")["error"] == error
        store.abandon(run_id, "worker")
        assert stream.event() == [
            {"op": "status", "status": "lost", "standing": "lost", "reason": None, "error": error}
        ]
        stream.close()


def test_a_long_past_is_downsampled(store: Store) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 100))
    hub = Hub(lambda: store, draw, downsample=lambda records: [*records[::10], records[-1]])
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        assert stream.steps(100) == [*range(1, 100, 10), 100]
        store.append(run_id, epochs(101, 102))
        assert stream.steps(102) == [101, 102]
        stream.close()


def test_a_slow_page_misses_nothing(
    store: Store, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber_module, "ROOM", 3)
    run_id = store.create_run(SMALL)
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        stream.event()
        for step in range(1, 40, 8):
            store.append(run_id, epochs(step, step + 7))  # always more than there is room for
        assert stream.steps(40) == list(range(1, 41))
        stream.close()


def test_not_a_number_is_a_gap(store: Store, hub: Hub) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, [Record(1, "epoch", {"value": float("nan")})])
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        assert stream.event()[0]["value"] is None
        stream.close()


def test_an_operation_that_cannot_be_drawn_stops_no_other(store: Store) -> None:
    def fail_once(record: Record) -> list[Op]:
        if record.step == 2:
            raise ValueError("no picture of this")
        return draw(record)

    run_id = store.create_run(SMALL)
    hub = Hub(lambda: store, fail_once)
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        stream.event()
        store.append(run_id, epochs(1, 3))
        assert stream.steps(3) == [1, 3]
        stream.close()


@pytest.mark.slow
def test_a_store_out_of_reach_is_told_and_found_again(store: Store) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 1))
    broken: list[StoreError] = []

    def open_store() -> Store:
        if broken:
            raise broken[0]
        return store

    with serving(Hub(open_store, draw)) as port:
        stream = Stream(port, f"/live/{run_id}")
        stream.steps(1)
        broken.append(StoreError("store_busy", "The store is locked."))
        assert stream.status("unreachable")["error"]["code"] == "store_busy"
        refused = Stream(port, f"/live/{run_id}")
        assert refused.response.status == 503
        assert json.loads(refused.response.read())["code"] == "store_busy"
        refused.close()
        broken.clear()
        store.append(run_id, epochs(2, 2))
        assert stream.steps(2) == [2]
        stream.close()


def test_a_closed_page_is_forgotten(
    store: Store, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create_run(SMALL)
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        stream.event()
        assert hub.watched() == {run_id}
        stream.close()
        wait_for(lambda: hub.watched() == set())


def test_a_page_without_a_stream_reads_the_same(store: Store, hub: Hub) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 3))
    seq, ops = hub.records_since(run_id, 1)
    assert seq == 3
    assert [op.get("step") for op in ops] == [2, 3, None]
    assert ops[-1]["status"] == "ready"
    assert hub.records_since(run_id, seq) == (seq, ops[-1:])
    with pytest.raises(StoreError, match="no run"):
        hub.records_since("nowhere")


def test_an_idle_stream_shows_that_it_lives(
    store: Store, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "BEAT_SECONDS", 0.1)
    run_id = store.create_run(SMALL)
    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}")
        stream.event()
        wait_for(lambda: stream.response.readline().startswith(b":"))
        stream.close()


SERVER = """
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from pages.ui.streaming.hub import Hub
from rnncore.runs.store import Store

store = Store()
hub = Hub(lambda: store, lambda record: [])
app = Starlette(routes=[Route("/live/{run_id}", hub.stream)], lifespan=lambda app: hub.serving())
uvicorn.run(app, fd=%d, log_level="warning")
"""


@pytest.mark.slow
def test_an_open_page_does_not_keep_the_server_from_ending(store: Store) -> None:
    run_id = store.create_run(SMALL)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fd, port = listener.fileno(), listener.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER % fd],
            pass_fds=[fd],
            env={**os.environ, "PYTHONPATH": ROOT},
        )
        try:
            stream = Stream(port, f"/live/{run_id}")
            stream.event()
            server.send_signal(signal.SIGTERM)
            server.wait(120)
            stream.close()
        finally:
            server.kill()
            server.wait()
