"""A visitor without a browser: asks for the page, presses its buttons, reads the run's stream."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

LARGEST = 2**26
TOLD = b'"op":"progress"'
"""What an event has in it that tells of updates."""


@dataclass
class Reading:
    """What the stream of a run brought: when it was asked for, when each event came, and when the
    first of them told of an update."""

    asked: float
    trained: float = float("inf")
    events: list[float] = field(default_factory=list)
    received: int = 0

    @property
    def first(self) -> float:
        """Seconds until the first picture."""
        return self.events[0] - self.asked if self.events else float("inf")

    def rate(self, since: float, until: float) -> float:
        """Events a second between two moments."""
        return sum(since <= event < until for event in self.events) / (until - since)


class Visitor:
    """One visitor of the app at `url`, at first of its Overview."""

    def __init__(self, url: str) -> None:
        self.url, self.cookie, self.query, self.page = url, "", "", ""
        self._name = "overview"
        self._buttons: dict[str, str] = {}
        self._socket: ClientConnection | None = None

    @property
    def run_id(self) -> str:
        """The run in the address bar."""
        return parse_qs(self.query)["run"][0]

    async def open(self, query: str = "", page: str = "overview") -> float:
        """Ask for the page, connect and let the script run; seconds that all of it took."""
        began = monotonic()
        await self.close()
        self.query, self.page, self._name = query, "", page
        reader, writer = await self._ask(f"/{page}?{query}", accept="text/html")
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        cookies = [line for line in head.decode().split("\r\n") if line.startswith("set-cookie: ")]
        pairs = [line.removeprefix("set-cookie: ").partition(";")[0] for line in cookies]
        self.cookie = "; ".join(pairs) or self.cookie
        self._socket = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": self.cookie, "Origin": self.url},
            max_size=LARGEST,
            compression=None,
        )
        await self.rerun()
        return monotonic() - began

    async def rerun(self, press: str | None = None) -> float:
        """Let the script run again, by a button of this key if one is named; seconds."""
        assert self._socket is not None
        began = monotonic()
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_script_hash = self.query, self.page
        state.page_name = "" if self.page else self._name
        if press is not None:
            state.widget_states.widgets.add(id=self._buttons[press], trigger_value=True)
        await self._socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(await self._socket.recv(decode=False))
            match message.WhichOneof("type"):
                case "new_session":
                    self.page = message.new_session.page_script_hash
                case "navigation":
                    self.page = message.navigation.page_script_hash
                case "page_info_changed":
                    self.query = message.page_info_changed.query_string
                case "delta" if message.delta.new_element.WhichOneof("type") == "button":
                    found = message.delta.new_element.button.id
                    self._buttons[found.rpartition("-")[2]] = found
                case "script_finished":
                    return monotonic() - began

    async def read(self, run_id: str, reading: Reading) -> None:
        """Read the stream of a run, until cancelled or the server ends it."""
        reader, writer = await self._ask(f"/live/{run_id}?after=0", accept="text/event-stream")
        try:
            at_start = True
            while chunk := await reader.read(65536):
                reading.received += len(chunk)
                found = chunk.count(b"\ndata: ") + (at_start and chunk.startswith(b"data: "))
                reading.events += [monotonic()] * found
                if TOLD in chunk:
                    reading.trained = min(reading.trained, monotonic())
                at_start = chunk.endswith(b"\n")
        finally:
            writer.close()

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    async def _ask(
        self, path: str, accept: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        at = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port, limit=LARGEST)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        lines = f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\nAccept: {accept}\r\n{cookie}\r\n"
        writer.write(lines.encode())
        await writer.drain()
        return reader, writer
