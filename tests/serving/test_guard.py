"""Who may talk to the server, judged request by request."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.serving import hosts
from pages.ui.serving.guard import GuardMiddleware
from pages.ui.serving.hosts import Hosts, Place, is_own_address, own_names, place

LISTED = "rnn.example, *.class.example  proxy.example:8443 [2001:db8::7] münchen.example"
KINDS = ("http", "websocket")


def request(kind: str = "http", *headers: tuple[str, str], method: str = "GET") -> dict[str, Any]:
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    extensions: dict[str, Any] = {"websocket.http.response": {}} if kind == "websocket" else {}
    return {
        **{"type": kind, "method": method, "path": "/explorer/live/x", "query_string": b""},
        **{"headers": pairs, "server": ("127.0.0.1", 8501), "extensions": extensions},
    }


class Answer:
    """What a request gets; `passed` is the scope that reached the app, None if none did."""

    def __init__(self, scope: Scope, app: ASGIApp | None = None) -> None:
        self.passed: Scope | None = None
        self.messages: list[Message] = []

        async def default(scope: Scope, receive: Receive, send: Send) -> None:
            self.passed = scope
            start = {"http": "http.response.start", "websocket": "websocket.accept"}[scope["type"]]
            await send({"type": start, "status": 200, "headers": []})

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            self.messages.append(message)

        self.error: BaseException | None = None
        try:
            asyncio.run(GuardMiddleware(app or default)(scope, receive, send))
        except RuntimeError as error:
            self.error = error

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> Headers:
        return Headers(raw=self.messages[0]["headers"])

    @property
    def body(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages).decode()


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a name, and a list of further ones."""
    monkeypatch.setenv("RNN_EXPLORER_HOSTS", LISTED)
    monkeypatch.setattr(hosts, "own_names", lambda: frozenset({"box.lan", "box.local"}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8501", "LocalHost.:8501", "a.localhost:1", "127.0.0.1:8501"),
        *("127.8.9.10", "[::1]:8501", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:8501"),
        *("box.local:8501", "BOX.lan", "rnn.example", "rnn.example:9000", "RNN.Example.:80"),
        *("a.class.example", "a.b.class.example:8501", "proxy.example:8443", "[2001:db8:0::7]"),
        "xn--mnchen-3ya.example",
    ],
)
def test_a_name_of_the_machine_or_of_the_list_is_answered(kind: str, host: str) -> None:
    assert Answer(request(kind, ("host", host))).passed is not None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8501", "localhost.evil.example", "notlocalhost"),
        *("127.0.0.1.evil.example", "192.0.2.1:8501", "[2001:db8::1]", "0.0.0.0:8501", "[::]"),
        *("class.example", "evilclass.example", "proxy.example:8444", "224.0.0.1", "2130706433"),
        *("rnn.example.evil.example", "box", "0x7f.1"),
    ],
)
def test_any_other_name_is_refused_with_a_page_that_says_what_to_list(kind: str, host: str) -> None:
    answer = Answer(request(kind, ("host", host)))
    assert answer.passed is None
    assert answer.status == 403
    assert answer.headers["content-type"].startswith("text/html")
    shown = place(host)
    assert shown is not None
    assert f"RNN_EXPLORER_HOSTS={shown._replace(port=None)}<" in answer.body
    assert answer.headers["x-refused"] == "Host"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        *([("host", host)] for host in ("", ":8501", "a b", "local host", "localhost:", "x:y")),
        *([("host", host)] for host in ("localhost:99999", "[::1", "[zz]", "::1", "u@localhost")),
        *([("host", host)] for host in ("localhost/x", "<b>x</b>", "a" * 300, "..", "localhöst")),
        [("host", "localhost"), ("host", "evil.example")],
        [("host", "localhost"), ("host", "localhost")],
    ],
)
def test_no_host_two_of_them_or_a_broken_one_is_refused(headers: list[tuple[str, str]]) -> None:
    for kind in KINDS:
        answer = Answer(request(kind, *headers))
        assert (answer.passed, answer.status) == (None, 400)
        assert "<b>" not in answer.body
        assert len(answer.body) < 2000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8501", "http://localhost:8501"),
        ("LOCALHOST:8501", "http://localhost:8501"),
        ("[::1]:8501", "http://[::1]:8501"),
        ("rnn.example", "https://rnn.example"),
        ("rnn.example:443", "https://rnn.example"),
        ("rnn.example", "http://rnn.example:80"),
        ("127.0.0.1:8501", "https://rnn.example"),  # a proxy that replaces the Host
        ("127.0.0.1:8501", "http://rnn.example:8080"),
        ("localhost:8501", "https://a.class.example"),
        ("proxy.example", "https://proxy.example:8443"),  # a proxy that drops the port
    ],
)
def test_the_servers_own_pages_are_answered(kind: str, host: str, origin: str) -> None:
    answer = Answer(request(kind, ("host", host), ("origin", origin)))
    assert answer.passed is not None
    if kind == "websocket":  # Streamlit compares the two once more, letter by letter
        assert Headers(scope=answer.passed)["origin"] == f"http://{host}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("host", "origin", "allow"),
    [
        ("localhost:8501", "http://localhost:3000", "localhost:3000"),
        ("localhost:8501", "http://localhost", "localhost"),
        ("localhost:8501", "http://127.0.0.1:8501", "127.0.0.1:8501"),
        ("localhost:8501", "http://evil.example:8501", "evil.example:8501"),
        ("localhost", "https://localhost:80", "localhost:80"),
        ("rnn.example", "http://rnn.example:9999", "rnn.example:9999"),
        ("127.0.0.1:8501", "https://proxy.example", "proxy.example"),
        ("localhost:8501", "null", None),
        ("localhost:8501", "", None),
        ("localhost:8501", "file://", None),
        ("localhost:8501", "chrome-extension://localhost:8501", None),
        ("localhost:8501", "http://localhost:8501/", None),
        ("localhost:8501", "http://localhost:8501<script>", None),
    ],
)
def test_pages_of_another_site_or_port_are_refused(
    kind: str, method: str, host: str, origin: str, allow: str | None
) -> None:
    answer = Answer(request(kind, ("host", host), ("origin", origin), method=method))
    assert (answer.passed, answer.status) == (None, 403)
    assert "<script>" not in answer.body
    assert ("RNN_EXPLORER_HOSTS" in answer.body) == (allow is not None)
    assert allow is None or f"RNN_EXPLORER_HOSTS={allow}<" in answer.body


def test_two_origins_are_refused_if_one_of_them_is() -> None:
    own, other = ("origin", "http://localhost:8501"), ("origin", "http://localhost:3000")
    host = ("host", "localhost:8501")
    assert Answer(request("http", host, own, other)).status == 403
    assert Answer(request("http", host, other, own)).status == 403


def test_a_websocket_is_closed_where_its_server_can_send_no_page() -> None:
    scope = {**request("websocket", ("host", "evil.example")), "extensions": {}}
    assert [message["type"] for message in Answer(scope).messages] == ["websocket.close"]


def test_addresses_of_this_machine_are_its_own_and_others_are_not() -> None:
    assert is_own_address("127.0.0.1")
    for other in ("192.0.2.1", "2001:db8::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "box"):
        assert not is_own_address(other), other
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but its loopback ones")
        own = probe.getsockname()[0]
    assert Answer(request("http", ("host", f"{own}:8501"))).passed is not None
    page = ("origin", f"http://{own}:8501")
    assert Answer(request("websocket", ("host", f"{own}:8501"), page)).passed is not None


def test_the_machine_has_its_names() -> None:
    short = socket.gethostname().lower().partition(".")[0]
    assert {socket.gethostname().lower(), f"{short}.local"} <= own_names()


def test_the_machines_names_are_asked_for_only_if_nothing_else_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The domain name system may be slow; who is alone on a machine never waits for it."""

    def never() -> frozenset[str]:
        raise AssertionError("asked")

    monkeypatch.setattr(hosts, "own_names", never)
    for host in ("localhost:8501", "127.0.0.1", "[::1]", "rnn.example"):
        assert Answer(request("http", ("host", host))).passed is not None


def test_what_is_no_name_in_the_list_is_said_and_the_others_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listed = Hosts("https://a.example/x, *, b.example:port, good.example,,")
    assert asyncio.run(listed.know(Place("good.example", None)))
    assert not asyncio.run(listed.know(Place("a.example", None)))
    said = [record.getMessage() for record in caplog.records]
    assert [sentence.split("'")[1] for sentence in said] == [
        *("https://a.example/x", "*", "b.example:port")
    ]


def test_every_answer_says_what_a_browser_may_do_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    local = ("host", "localhost:8501")
    for scope in (
        request("http", local),
        request("http", ("host", "evil.example")),
        request("websocket", ("host", "evil.example")),
        request("http"),
    ):
        headers = Answer(scope).headers
        assert headers["content-security-policy"] == "frame-ancestors 'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"

    allowed = "https://moodle.example/, http://*.school.example:* 'none';x  a\nb;c"
    monkeypatch.setenv("RNN_EXPLORER_FRAME_ANCESTORS", allowed)
    assert Answer(request("http", local)).headers["content-security-policy"] == (
        "frame-ancestors 'self' https://moodle.example http://*.school.example:* a"
    )


def test_an_error_of_the_app_has_the_headers_too_and_is_not_swallowed() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("broken")

    answer = Answer(request("http", ("host", "localhost")), broken)
    assert answer.status == 500
    assert "nosniff" in answer.headers.values()
    assert str(answer.error) == "broken"


def test_what_is_refused_is_logged_once_for_each_name(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("reached")

    async def ignore(message: Message) -> None:
        pass

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    guard = GuardMiddleware(app)
    asked = ["evil.example", "evil.example:1", "evil.example", "a\x1bb", *map(str, range(2000))]

    async def ask_all() -> None:
        for host in asked:
            await guard(request("http", ("host", host)), nothing, ignore)

    with caplog.at_level(logging.WARNING):
        asyncio.run(ask_all())
    said = [record.getMessage() for record in caplog.records]
    assert sum("'evil.example'" in sentence for sentence in said) == 1
    assert len(said) == 1000, "a stranger cannot fill the log"
    assert not any("\x1b" in sentence for sentence in said)
