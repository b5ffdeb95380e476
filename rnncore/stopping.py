"""Signals that ask a training to end: it finishes its update and keeps what it has learned."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

ORDINARY: dict[signal.Signals, Any] = {
    getattr(signal, name): ordinary
    for name, ordinary in (
        ("SIGINT", signal.default_int_handler),
        ("SIGTERM", signal.SIG_DFL),
        ("SIGHUP", signal.SIG_DFL),
    )
    if hasattr(signal, name)
}
"""What Ctrl-C, `kill` and a closed terminal do to a process that has not decided otherwise."""


class Stoppable(Protocol):
    """A trainer, or anything else that ends when it is asked to."""

    def stop(self) -> None: ...


class Stop:
    """Which signal has asked for the end, if one has."""

    signal: int | None = None

    @property
    def exit_code(self) -> int:
        """128 + the signal's number, as of a process that the signal has ended: 130, 143, 129."""
        return 128 + (self.signal or signal.SIGINT)


@contextmanager
def stopping(trainer: Stoppable) -> Iterator[Stop]:
    """The first signal lets the present update finish, so that a checkpoint is whole; a second
    one acts as ever.

    A signal that the process was started to ignore stays ignored.
    """
    stop = Stop()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.signal = number
        trainer.stop()
        release()

    caught = [
        number for number, ordinary in ORDINARY.items() if signal.getsignal(number) is ordinary
    ]

    def release() -> None:
        for number in caught:
            signal.signal(number, ORDINARY[number])

    for number in caught:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        release()
