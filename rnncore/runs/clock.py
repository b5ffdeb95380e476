"""The clock of a store: all its processes go by the same one, on whatever machine they are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic, time

log = logging.getLogger(__name__)

AGAIN_SECONDS = 30.0
"""From one comparison of the two clocks to the next."""
JUMP = 0.5
"""Seconds by which this machine's clock may move against its uptime before it is compared anew: it
has been set, or the machine has slept."""
WORTH_TELLING = 2.0
"""Seconds that the clocks may differ before the log says so."""


class Clock:
    """Seconds since 1970, as this machine counts them, corrected to the clock of the database.

    ask   the database's time; None where the database is a file of this machine
    """

    def __init__(self, ask: Callable[[], float] | None) -> None:
        self._ask, self._lock = ask, Lock()
        self._ahead = 0.0  # seconds by which the database's clock is ahead of this one
        self._again_at, self._boot = 0.0, 0.0

    def now(self) -> float:
        """The time.  Raises whatever `ask` does, when the clocks are to be compared."""
        if self._ask is None:
            return time()
        with self._lock:
            if monotonic() >= self._again_at or abs(_boot() - self._boot) > JUMP:
                self._compare(self._ask)
            return time() + self._ahead

    def _compare(self, ask: Callable[[], float]) -> None:
        before, boot = time(), _boot()
        there, after = ask(), time()
        ahead = there - (before + after) / 2  # the answer is from the middle of the journey
        if abs(ahead) > WORTH_TELLING >= abs(self._ahead):
            log.warning(
                "The clock of this machine differs by %.0f s from the database's, which the runs "
                "go by; let both machines set their clocks by the network (NTP).",
                ahead,
            )
        self._ahead, self._boot = ahead, boot
        self._again_at = monotonic() + AGAIN_SECONDS


def _boot() -> float:
    """When this machine was started, by its own clock: it stays the same until the clock is set."""
    return time() - monotonic()
