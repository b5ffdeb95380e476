"""A server with a hub, and a reader of its streams."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from pages.ui.streaming.hub import Hub
from pages.ui.streaming.operations import Op
from rnncore.runs.records import Record
from tests.runs.support import wait_for


def draw(record: Record) -> list[Op]:
    """An operation that names the record's step."""
    return [{"op": "draw", "step": record.step}]


def epochs(first: int, last: int) -> list[Record]:
    """A record for each of these steps."""
    return [Record(step, "epoch", {"value": step / 3}) for step in range(first, last + 1)]


class Stream:
    """A browser's EventSource, near enough."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._connection.request("GET", path, headers=headers)
        self.response = self._connection.getresponse()
        self.id = 0

    def event(self) -> list[Op]:
        """The operations of the next event."""
        while True:
            line = self.response.readline()
            assert line, "the stream ended"
            if line.startswith(b"id: "):
                self.id = int(line[4:])
            elif line.startswith(b"data: "):
                ops: list[Op] = json.loads(line[6:])
                return ops

    def steps(self, last: int) -> list[int]:
        """Steps drawn until the step `last` has been."""
        drawn: list[int] = []
        while not drawn or drawn[-1] != last:
            drawn += [op["step"] for op in self.event() if op["op"] == "draw"]
        return drawn

    def status(self, status: str) -> Op:
        """The next operation that says the run is in this status."""
        while True:
            for op in self.event():
                if op["op"] == "status" and op["status"] == status:
                    return op

    def close(self) -> None:
        self.response.close()
        self._connection.close()


@contextmanager
def serving(hub: Hub) -> Iterator[int]:
    """A real server on a free port of this machine; yields the port."""
    app = Starlette(
        routes=[Route("/live/{run_id}", hub.stream)], lifespan=lambda app: hub.serving()
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield listener.getsockname()[1]
    finally:
        hub.close()
        server.should_exit = True
        thread.join(120)
        assert not thread.is_alive()
        listener.close()
