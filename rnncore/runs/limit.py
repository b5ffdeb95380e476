"""The budget of a run that is one of a sweep: where it stops by itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from rnncore.training.trainer import Trainer

PARTS = 10
"""Measurements of held-out text within a budget of updates."""


@dataclass(frozen=True)
class Limit:
    """Updates, or seconds of training, after which a run stops; without either it has no limit.

    part   tokens of held-out text that all trials are measured on; None: each by its own rule
    """

    updates: float = inf
    seconds: float = inf
    part: int | None = None

    @property
    def every(self) -> int:
        """Updates from one measurement to the next; 0: that is not counted in updates."""
        return 0 if self.updates == inf else max(1, int(self.updates) // PARTS)

    def reached(self, trainer: Trainer) -> bool:
        return trainer.steps >= self.updates or trainer.seconds >= self.seconds
