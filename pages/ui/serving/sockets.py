"""How the server's connections behave: quick where there is somebody, closed where nobody is."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from contextlib import suppress

PATIENCE = 60
"""Seconds that the other end of a connection may be silent when it is asked, or take in nothing."""
PROBES = 3
"""How often it is asked within that time."""


def tune_listeners(patience: int = PATIENCE) -> None:
    """Set up the sockets this process listens on. Connections inherit what they are set to.

    Small answers leave at once, not when the browser has acknowledged the one before (Nagle's
    algorithm). asyncio does the same for sockets that were made for TCP by name, which Streamlit's
    is not; a browser that delays its acknowledgements then gets a file every 40 ms, and a page is
    sixty of them.

    Whoever has vanished without a word, such as a machine that was switched off, is asked while
    nothing is sent, and a connection is dropped after about `patience` seconds without an answer,
    or in which what was sent is not taken in. Otherwise the system waits a quarter of an hour, or
    for ever. Someone who is there answers by the system itself: quiet streams stay.
    """
    options = _options(patience)
    for listener in _listeners():
        for level, option, value in options:
            listener.setsockopt(level, option, value)


def _options(patience: int) -> list[tuple[int, int, int]]:
    """(level, option, value) of all that this platform knows."""
    pause = max(1, patience // (PROBES + 1))
    named = {
        "TCP_NODELAY": 1,
        "TCP_KEEPIDLE": pause,
        "TCP_KEEPALIVE": pause,  # macOS's name of the same
        "TCP_KEEPINTVL": pause,
        "TCP_KEEPCNT": PROBES,
        "TCP_USER_TIMEOUT": patience * 1000,
    }
    known = [
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in named.items()
        if hasattr(socket, name)
    ]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *known]


def port() -> int | None:
    """The port this process listens on; None if it listens on none."""
    return next((int(listener.getsockname()[1]) for listener in _listeners()), None)


def _listeners() -> Iterator[socket.socket]:
    for candidate in gc.get_objects():
        # Its true type: a weak proxy of something that is gone cannot be asked for its class.
        if issubclass(type(candidate), socket.socket) and candidate.fileno() >= 0:
            with suppress(OSError):  # not every kind of socket knows whether it listens
                internet = candidate.family in (socket.AF_INET, socket.AF_INET6)
                if internet and candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    yield candidate
