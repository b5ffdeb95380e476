"""Small answers are sent at once on whatever socket the server listens on."""

from __future__ import annotations

import socket

from pages.ui.serving.sockets import disable_nagle


def test_connections_inherit_it_and_other_sockets_are_left_alone() -> None:
    with (
        socket.socket(socket.AF_INET) as listener,
        socket.socket(socket.AF_INET) as idle,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    ):
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        closed = socket.socket()
        closed.close()
        disable_nagle()
        with socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
            with connection:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
