"""Heartbeat thread: tells the store that the worker is alive, also during a long update, and
watches the lease of its run."""

from __future__ import annotations

import os
from threading import Event, Thread
from time import monotonic

from rnncore.errors import StoreError
from rnncore.runs.claim import Claim, ClaimLost

INTERVAL = 1.0


def lease_seconds() -> float:
    """How long a run trains with nobody watching: 60 s, or RNN_EXPLORER_LEASE_SECONDS."""
    return float(os.environ.get("RNN_EXPLORER_LEASE_SECONDS", "60"))


class Heartbeat:
    """Renews the run's heartbeat and watches its lease and its claim. Use it as a context.

    The lease's age is counted from when its renewal was seen here, on a clock that neither jumps
    nor runs while the machine sleeps: no clocks are compared, and a laptop that wakes up goes on.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim_lost = False
        self._claim = claim
        self._lease, self._renewed = claim.run.lease, monotonic()
        self._interval = min(INTERVAL, lease_seconds() / 4)
        self._over = Event()
        self._thread = Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def unwatched(self) -> float:
        """Seconds since someone was seen watching; 0 for a run that needs no watcher."""
        return 0.0 if self._lease is None else monotonic() - self._renewed

    def seen(self) -> None:
        """Whoever gives a command is there: count from now, before the lease says so."""
        self._renewed = monotonic()

    def _run(self) -> None:
        while not self._over.wait(self._interval):
            try:
                lease = self._claim.heartbeat()
            except StoreError:
                continue  # the main thread meets the same error and reports it
            except ClaimLost:
                self.claim_lost = True
                return
            if lease != self._lease:
                self._lease, self._renewed = lease, monotonic()
