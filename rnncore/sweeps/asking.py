"""Which setting a sweep tries next: a function of its plan and of what has been tried.

Nothing is kept from one asking to the next. Each builds a study from the trials in the order in
which they were told, and a sampler seeded by the plan's seed and the trial's number: whoever looks
after a sweep after a crash asks for the same trial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState, create_trial

from rnncore.sweeps.plan import Plan
from rnncore.sweeps.space import Range, is_log, is_whole
from rnncore.sweeps.trial import Trial

STARTUP = 5
"""Trials of a combination that are drawn at random before the estimator is asked."""
DRAWS = 50
"""Draws after which whole numbers within small ranges count as all tried."""

DIGITS = 4
"""Significant ones of a number that is drawn."""

optuna.logging.set_verbosity(optuna.logging.WARNING)


def ask(plan: Plan, trials: Sequence[Trial], number: int) -> list[dict[str, Any]]:
    """The settings of the trials numbered from `number` on: one setting with each of the seeds that
    it has not been tried with. Nothing if all settings there are have been tried.

    trials   all of the sweep, in the order of their numbers
    """
    tried = [dict(trial.settings) for trial in trials]
    combinations = sorted(plan.combinations(), key=lambda one: _count(one, tried))  # is stable
    if plan.size is not None:
        return next(filter(None, (_untried(plan, one, tried) for one in combinations)), [])
    for draw in range(DRAWS):
        drawn = _drawn(plan, trials, combinations[0], (plan.seed, number, draw))
        found = _untried(plan, {name: drawn[name] for name in plan.space}, tried)
        if found:
            return found
    return []


def _untried(
    plan: Plan, varied: Mapping[str, Any], tried: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    return [settings for settings in plan.seeded(varied) if settings not in tried]


def _count(combination: Mapping[str, Any], tried: Sequence[Mapping[str, Any]]) -> int:
    """How many trials have these listed values."""
    return sum(_is_of(combination, settings) for settings in tried)


def _is_of(combination: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return all(settings[name] == value for name, value in combination.items())


def _drawn(
    plan: Plan, trials: Sequence[Trial], combination: Mapping[str, Any], seed: tuple[int, ...]
) -> dict[str, Any]:
    """A combination of listed values, with a number from each range.

    Each combination is searched for itself: the best learning rate of one optimizer says little of
    another's.
    """
    sampler, known = _sampler(plan, seed), list[FrozenTrial]()
    if plan.sampler == "tpe":
        own = [trial for trial in trials if _is_of(combination, trial.settings)]
        told = sorted((t for t in own if t.told is not None), key=lambda t: t.told or 0)
        under_way = [t for t in own if t.told is None and not t.ended]
        found = (_frozen(plan, trial) for trial in [*told, *under_way])
        known = [trial for trial in found if trial is not None]
    study = optuna.create_study(sampler=sampler)
    study.add_trials(known)
    ranges = {name: distribution(name, axis) for name, axis in plan.ranges.items()}
    drawn = study.ask(ranges).params
    numbers = {name: _short(axis, drawn[name]) for name, axis in plan.ranges.items()}
    return {**combination, **numbers}


def _short(axis: Range, value: float) -> float:
    """A drawn number with as many digits as people read; a whole one stays whole."""
    if isinstance(value, int):
        return value
    return min(max(float(f"{value:.{DIGITS}g}"), axis.low), axis.high)


def _sampler(plan: Plan, seed: tuple[int, ...]) -> BaseSampler:
    (state,) = np.random.SeedSequence(seed).generate_state(1)
    if plan.sampler == "tpe":
        return TPESampler(seed=int(state), n_startup_trials=STARTUP)
    return RandomSampler(seed=int(state))


def distribution(name: str, axis: Range, *also: float) -> BaseDistribution:
    """The numbers within a range, widened to hold `also`."""
    low, high = min(axis.low, *also, axis.high), max(axis.high, *also, axis.low)
    if is_whole(name):
        return IntDistribution(int(low), int(high), log=is_log(name))
    return FloatDistribution(low, high, log=is_log(name))


def _frozen(plan: Plan, trial: Trial) -> FrozenTrial | None:
    """A trial as a study knows it; None for one that tells it nothing."""
    params = {name: trial.settings[name] for name in plan.ranges}
    if any(is_log(name) and value <= 0 for name, value in params.items()):
        return None  # a zero that somebody asked for has no place on the axis
    ranges = {name: distribution(name, plan.ranges[name], params[name]) for name in params}
    if trial.told is None:
        return create_trial(state=TrialState.RUNNING, params=params, distributions=ranges)
    if trial.value is None or trial.status == "failed":
        return None
    if trial.status in ("pruned", "stopped"):
        return create_trial(
            state=TrialState.PRUNED,
            params=params,
            distributions=ranges,
            intermediate_values={trial.step: trial.value},
        )
    return create_trial(value=trial.value, params=params, distributions=ranges)
