"""Records where the states of held-out text stand, less often than the sentence among them."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from rnncore.probes.snapshot import Prober
from rnncore.runs.budget import TimeBudget
from rnncore.runs.records import Record, cloud_record

SHARE, SECONDS = 0.01, 0.5
"""Share of the time that it may take, and from one to the next."""
SPACING = 1.02
"""States move ever more slowly: the next is due when the run is so many times farther."""


class CloudRecorder:
    """Gives `add` a record of the cloud. Where the run's frame knows nothing of its states
    (`framed` is false), nobody could draw it, and nothing is measured."""

    def __init__(self, prober: Prober, add: Callable[[Record], None]) -> None:
        self.framed = True
        self._prober, self._add = prober, add
        self._budget = TimeBudget(SHARE, SECONDS, monotonic())
        self._last = 0

    def due(self, step: int, now: float) -> bool:
        """Whether it is time for the next one."""
        return step > self._last * SPACING and self._budget.due(now)

    def record(self) -> None:
        """Measure now. All weights have to be finite."""
        if self.framed:
            with self._budget.spending():
                cloud = self._prober.cloud()
            self._last = cloud.step
            self._add(cloud_record(cloud))
