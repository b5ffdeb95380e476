"""Time budgets: what is not training gets a share of the worker's time and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic, thread_time

CROWD = 3
"""Other processes that may share a core before waiting for it counts."""


class TimeBudget:
    """Lets an activity happen at most every `interval` seconds and for `share` of the time.

    It is paid afterwards: an activity that cost more than was saved up keeps it quiet until the
    debt is earned, so over any long stretch the share holds exactly, without foreseeing a cost.
    Savings never exceed what one interval earns, so that a pause gives no burst.
    After `longest` seconds it may happen in any case.
    A cost is the time computed; on a crowded machine waiting counts as well, but only in part,
    so that the figures still move there and most of what is left is training.
    """

    def __init__(self, share: float, interval: float, now: float, longest: float = inf) -> None:
        self._share = share
        self._interval = interval
        self._longest = longest
        self._latest = now + longest
        self._savings = 0.0
        self._seen = now
        self._next = now

    def due(self, now: float) -> bool:
        earned = (now - self._seen) * self._share
        self._savings = min(self._savings + earned, self._interval * self._share)
        self._seen = now
        return now >= self._latest or (self._savings >= 0 and now >= self._next)

    def spend(self, now: float, cost: float) -> None:
        """The activity began at `now` and cost so much, whether it was due or asked for."""
        self._savings -= cost
        self._next = now + self._interval
        self._latest = now + self._longest

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Measure what is done inside and spend it."""
        now, computed = monotonic(), thread_time()
        yield
        self.spend(now, max(thread_time() - computed, (monotonic() - now) / CROWD))
