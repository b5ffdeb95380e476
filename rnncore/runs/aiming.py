"""When the plane that hidden states are drawn in is turned to what the network has learned."""

from __future__ import annotations

from collections.abc import Callable

from rnncore.probes.snapshot import Prober
from rnncore.runs.records import Record, aimed_record

SETTLED, AGAIN = 300, 1.5
"""Updates after which the plane is first aimed by itself, and how much farther the run is at each
later aim: what parts two sentences is a direction that the default run learns around update 2,000.
Axes are fixed in between."""


class Aiming:
    """Aims a prober's plane and reports it with `add`; `at` is the update of the last time."""

    def __init__(self, prober: Prober, add: Callable[[Record], None]) -> None:
        self._prober, self._add = prober, add
        self.at = 0

    def due(self, step: int) -> bool:
        return step >= max(SETTLED, AGAIN * self.at)

    def aim(self, step: int) -> None:
        self._prober.aim()
        self.at = step
        self.report(step)

    def report(self, step: int) -> None:
        """Report the plane as it is."""
        self._add(aimed_record(step, self._prober.plane))
