"""What has to happen when the server is told to stop, before it waits for open streams."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any


@contextmanager
def before_shutdown(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` when the server is told to stop: it waits for open streams before its lifespan
    ends, and they would wait for the lifespan."""
    if current_thread() is not main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: Any) -> None:
        act()
        then = previous[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    for number in previous:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if signal.getsignal(number) is handle:
                signal.signal(number, handler)
