"""Whether what sets trials apart may be chance: the settings of one, trained from other seeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rnncore.experiments.seeds import Course, Seeds
from rnncore.runs.limit import Limit
from rnncore.sweeps.analysis import sound
from rnncore.sweeps.dispatching import PART
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial


class Alike(NamedTuple):
    """Trials beside the seeds of one of them, by the lowest bits per token that each has reached.

    low, high   of the seeds
    within      other trials from `low` to `high`: by chance they might have changed places
    others      trials that have a result, without the one whose settings these are
    """

    low: float
    high: float
    within: int
    others: int


def course_of(plan: Plan, trial: Trial) -> Course:
    """As many updates as the trial has made, measured as it was. Where the budget is of seconds,
    the clock has chosen the trial's measurements: the seeds are measured at updates."""
    every = Limit(updates=plan.updates).every if plan.updates else None
    return Course(trial.step, every, PART)


def alike(trials: Iterable[Trial], chosen: int, found: Seeds) -> Alike | None:
    """The trials beside the seeds of the one with number `chosen`; None before those have been
    measured, or where all have diverged."""
    if not found.lowest:
        return None
    low, high = found.lowest[0], found.lowest[-1]
    values = [trial.value for trial in sound(trials) if trial.number != chosen]
    within = sum(value is not None and low <= value <= high for value in values)
    return Alike(low, high, within, len(values))
