"""What a trial came to: how its run has ended, and the number that the sampler is told."""

from __future__ import annotations

from collections.abc import Iterable

from rnncore.runs.row import RunRow
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.pruning import progress
from rnncore.sweeps.trial import Trial, TrialStatus

PENALTY = 1.0
"""Bits that a diverged trial is worse than the worst loss that any trial has measured."""


def outcome(plan: Plan, trial: Trial, run: RunRow) -> TrialStatus | None:
    """How a trial has ended; None if it has not."""
    if run.status == "failed":
        return "failed"
    if run.status != "finished":
        return None
    if run.reason == "diverged":
        return "diverged"
    if progress(plan, trial) >= 1 or run.reason == "completed":
        return "complete"
    return trial.status if trial.ended else "stopped"


def value_of(status: TrialStatus, trial: Trial, trials: Iterable[Trial]) -> float | None:
    """The bits that the sampler is told. Of a diverged trial they are finite, and more than any
    loss that was measured before, an untrained network's included."""
    if status != "diverged":
        return trial.value
    measured = [bits for other in trials for _, bits in other.curve]
    told = [t.value for t in trials if t.value is not None and t.status != "diverged"]
    return max([*measured, *told], default=0.0) + PENALTY
