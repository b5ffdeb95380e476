"""A real server below a base path, open to the network: who gets in, and what everybody gets."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pages.ui.serving.scripts import folder
from tests.browser.overview import eventually
from tests.browser.server import Server, start_server

BASE = "/explorer"
SOCKETS = Path("/proc/net/tcp")
KEEP_ALIVE = "02"
"""How the kernel lists a connection whose other end is asked when it is quiet."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on all addresses of this machine, for which a name is listed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNN_EXPLORER_HOSTS", "rnn.example")
        patch.setenv("RNN_EXPLORER_FRAME_ANCESTORS", "https://moodle.example")
        home = tmp_path_factory.mktemp("network")
        running = start_server(home, None, None, "--server.address", "0.0.0.0", base=BASE)
    yield running
    running.stop()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """The head of the answer to a request; `Host` is the address unless it is given."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    connection.close()
    return answer


def handshake(server: Server, address: str = "127.0.0.1", **headers: str) -> int:
    """The status of the app's websocket asked for with these headers; 101 where it opens."""
    port = urlsplit(server.url).port
    host = headers.pop("Host", f"{address}:{port}")
    try:
        with (
            socket.create_connection((address, port)) as connection,
            connect(
                f"ws://{host}{BASE}/_stcore/stream",
                sock=connection,
                additional_headers=headers,
                open_timeout=60,
            ),
        ):
            return 101
    except InvalidStatus as refused:
        assert b"<html" in refused.response.body
        return refused.response.status_code


def own_address() -> str:
    """An address of this machine in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but its loopback ones")
        return str(probe.getsockname()[0])


@pytest.mark.slow
def test_every_kind_of_answer_has_the_headers(server: Server) -> None:
    for path, status in (
        ("/", 200),
        ("/cell", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        (f"/{folder()}/panels.js", 200),
        ("/vendor/js/0/none.js", 404),
        ("/vendor/plotly.min.js", 200),
        ("/vendor/plotly-gl3d.min.js", 200),
        ("/live/unknown", 404),
        ("/live/unknown?await=", 200),
        ("/media/none.png", 404),
        ("/../../etc/passwd", 400),
    ):
        answer = ask(server, BASE + path)
        assert answer.status == status, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert answer.headers["Content-Security-Policy"] == (
            "frame-ancestors 'self' https://moodle.example"
        ), path


@pytest.mark.slow
def test_the_network_gets_in_by_address_and_by_the_listed_name(server: Server) -> None:
    address, port = own_address(), urlsplit(server.url).port
    assert ask(server, f"{BASE}/", Host=f"{address}:{port}").status == 200
    assert handshake(server, address, Origin=f"http://{address}:{port}") == 101
    for host in ("rnn.example", f"rnn.example:{port}"):
        assert ask(server, f"{BASE}/", Host=host).status == 200
        assert handshake(server, Host=host, Origin=f"http://{host}") == 101
    assert handshake(server, Host="rnn.example", Origin="https://rnn.example") == 101


def test_a_proxy_that_replaces_the_host_gets_in_for_the_listed_name(server: Server) -> None:
    assert handshake(server, Origin="https://rnn.example") == 101
    assert handshake(server, Origin="https://other.example") == 403


def test_a_name_that_was_made_to_point_here_does_not(server: Server) -> None:
    port = urlsplit(server.url).port
    for path in ("/", "/live/unknown?await=", "/_stcore/health", "/vendor/plotly.min.js"):
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            asked = f"evil.example:{port}"
            assert ask(server, BASE + path, method, Host=asked).status == 403, (path, method)
    assert handshake(server, Host=f"evil.example:{port}") == 403
    own = f"http://evil.example:{port}"
    assert handshake(server, Host=f"evil.example:{port}", Origin=own) == 403


def test_a_page_of_another_port_does_not(server: Server) -> None:
    port = urlsplit(server.url).port
    for origin in ("http://127.0.0.1:1", f"http://localhost:{port}", "http://localhost", "null"):
        assert handshake(server, Origin=origin) == 403, origin
        assert ask(server, f"{BASE}/live/unknown?await=", Origin=origin).status == 403, origin
    assert handshake(server, Origin=f"http://127.0.0.1:{port}") == 101
    assert handshake(server) == 101, "a program sends no Origin"


@pytest.mark.skipif(not SOCKETS.exists(), reason="this system does not list its sockets")
def test_a_quiet_stream_asks_now_and_then_whether_somebody_is_there(server: Server) -> None:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=60)
    connection.request("GET", f"{BASE}/live/unknown?await=")
    mine = connection.sock.getsockname()[1]
    ends = [f"{address.port:04X}", f"{mine:04X}"]

    def timer() -> str:
        """The kind of timer that runs for the server's end of the connection."""
        rows = (row.split() for row in SOCKETS.read_text().splitlines()[1:])
        return next(row[5][:2] for row in rows if [end[9:] for end in row[1:3]] == ends)

    with closing(connection), connection.getresponse() as answer:
        assert answer.readline().startswith(b"retry")
        # Another timer runs while the first bytes are not yet acknowledged.
        eventually(lambda: timer() == KEEP_ALIVE, "timer that keeps the connection alive")


def test_the_log_tells_what_to_do(server: Server) -> None:
    ask(server, f"{BASE}/", Host="told.example")
    ask(server, f"{BASE}/", Host="told.example")
    assert server.log.count("'told.example'; RNN_EXPLORER_HOSTS") == 1
