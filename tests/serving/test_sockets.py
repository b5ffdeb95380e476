"""Connections are quick, and end when nobody is at their other end or takes in what is sent."""

from __future__ import annotations

import errno
import socket
import sys
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from pages.ui.serving.sockets import PATIENCE, tune_listeners


@contextmanager
def listening(patience: int = PATIENCE) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        tune_listeners(patience)
        yield listener


def test_a_weak_proxy_of_something_that_is_gone_is_passed_over() -> None:
    class Gone:
        pass

    left = weakref.proxy(Gone())
    with listening() as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    del left


def test_connections_inherit_it_and_other_sockets_are_left_alone() -> None:
    with (
        socket.socket(socket.AF_INET) as idle,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    ):
        closed = socket.socket()
        closed.close()
        with listening() as listener, socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
            with connection:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                if hasattr(socket, "TCP_USER_TIMEOUT"):
                    idle_for, pause, times, unanswered = (
                        connection.getsockopt(socket.IPPROTO_TCP, option)
                        for option in (
                            *(socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT),
                            socket.TCP_USER_TIMEOUT,
                        )
                    )
                    assert idle_for + pause * times == PATIENCE
                    assert unanswered == PATIENCE * 1000
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not idle.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems wait as long as they like")
def test_who_takes_nothing_in_is_dropped_and_who_is_only_quiet_is_not() -> None:
    with ExitStack() as opened:
        listener = opened.enter_context(listening(patience=1))
        deaf, quiet = (
            opened.enter_context(socket.create_connection(listener.getsockname())) for _ in range(2)
        )
        to_deaf, to_quiet = (opened.enter_context(listener.accept()[0]) for _ in range(2))
        to_deaf.settimeout(120)
        with pytest.raises(OSError) as dropped:
            while True:
                to_deaf.sendall(b"x" * 65536)
        assert dropped.value.errno == errno.ETIMEDOUT
        quiet.settimeout(120)
        to_quiet.sendall(b"still there")
        assert quiet.recv(100) == b"still there"
        assert deaf.fileno() >= 0
