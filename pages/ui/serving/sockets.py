"""Small answers leave at once, not when the browser has acknowledged the one before."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from contextlib import suppress


def disable_nagle() -> None:
    """Turn off Nagle's algorithm for the sockets this process listens on.

    Connections inherit it. asyncio does the same for sockets that were made for TCP by name, which
    Streamlit's is not; a browser that delays its acknowledgements then gets a file every 40 ms,
    and a page is sixty of them.
    """
    for listener in _listeners():
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def port() -> int | None:
    """The port this process listens on; None if it listens on none."""
    return next((int(listener.getsockname()[1]) for listener in _listeners()), None)


def _listeners() -> Iterator[socket.socket]:
    for candidate in gc.get_objects():
        if isinstance(candidate, socket.socket) and candidate.fileno() >= 0:
            with suppress(OSError):  # not every kind of socket knows whether it listens
                internet = candidate.family in (socket.AF_INET, socket.AF_INET6)
                if internet and candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    yield candidate
