"""Which trials end early: those that do worse than others did at the same share of the budget.

Runs measure held-out text at each tenth of a budget of updates. Rungs are such tenths, so that
losses at the same place are compared. Whether a trial ends follows from the trials' curves alone,
so that nothing is lost with the process that looks after a sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial

TENTHS = 10
FIRST_TENTH = 2
"""Rung below which the median rule says nothing: curves cross often in the beginning."""
FEWEST = 4
"""Other trials that must have reached a rung before the median rule says something."""
HALVING_RUNGS = (1, 3)
"""Tenths at which successive halving keeps one in KEPT: a ninth and a third, nearly."""
KEPT = 3


def ends_early(plan: Plan, trials: Sequence[Trial], trial: Trial) -> bool:
    """Whether a trial that is under way is worth no more of its budget."""
    rung = int(TENTHS * progress(plan, trial))
    if plan.pruner == "none" or not 0 < rung < TENTHS:
        return False
    own = bits_at(plan, trial, rung)
    if own is None:
        return False
    others = [
        bits
        for other in trials
        if other.number != trial.number and (bits := bits_at(plan, other, rung)) is not None
    ]
    if plan.pruner == "median":
        return rung >= FIRST_TENTH and len(others) >= FEWEST and own > median(others)
    if rung not in HALVING_RUNGS or len(others) + 1 < KEPT:
        return False
    better = sum(bits < own for bits in others)
    return better >= (len(others) + 1) // KEPT


def progress(plan: Plan, trial: Trial) -> float:
    """The share of its budget that a trial has used."""
    if plan.updates is not None:
        return trial.step / plan.updates
    assert plan.seconds is not None
    return trial.seconds / plan.seconds


def bits_at(plan: Plan, trial: Trial, rung: int) -> float | None:
    """The lowest bits up to a tenth of the budget; None if the trial has not come so far or has
    measured nothing."""
    used = progress(plan, trial)
    if used * TENTHS < rung:
        return None
    last = trial.step * rung / TENTHS / used
    if plan.updates is not None:  # exactly: the measurement of this very update counts
        last = plan.updates * rung / TENTHS
    return min((bits for step, bits in trial.curve if 0 < step <= last + 1), default=None)
