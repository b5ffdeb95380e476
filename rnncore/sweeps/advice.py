"""What a person would say of a sweep: which setting mattered most, how sure that is, what next."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import fmean
from typing import Literal, NamedTuple

from rnncore.errors import ConfigError
from rnncore.sweeps.analysis import Scale, coordinate, scale_of, sound
from rnncore.sweeps.importance import Importance, Importances
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.space import Range, is_whole
from rnncore.sweeps.trial import Trial

NEAR = 0.12
"""Share of an axis that counts as its end."""
MARGIN = 0.08
"""Share of an axis that is kept around the best settings."""
NARROWER = 0.6
"""A range is worth narrowing to so much of it, or less."""
STEP = 0.5
"""By how much of itself a range is widened."""

Kind = Literal["wait", "more", "widen", "narrow", "seeds", "enough"]


class Advice(NamedTuple):
    """What to try next.

    kind   wait     until enough settings have been tried
           more     trials: nothing stands out from chance yet
           widen    the range of `setting`: the best lies at its end
           narrow   the range of `setting`: the best lie close together
           seeds    the best settings differ by less than their seeds do
           enough   the range has the best well inside; take it
    """

    kind: Kind
    setting: str | None = None
    low: float | None = None
    high: float | None = None


class Verdict(NamedTuple):
    """The result of a sweep as it stands.

    best      the best trial; None without one
    most      the setting that mattered most; None while too little was tried
    seeds     share of the variance of ranks that seeds alone explain; None where it is not known
    tried     settings that have ended
    """

    best: Trial | None
    most: Importance | None
    seeds: float | None
    tried: int
    advice: Advice


def verdict(plan: Plan, trials: Sequence[Trial], found: Importances) -> Verdict:
    """What the trials say, and what to try next."""
    ended = [trial for trial in sound(trials) if trial.ended]
    best = min(ended, key=lambda trial: (trial.value, trial.number), default=None)
    if best is None or not found.enough or not found.settings:
        return Verdict(best, None, found.seeds, found.tried, Advice("wait"))
    most = found.settings[0]
    return Verdict(best, most, found.seeds, found.tried, _advice(plan, ended, most, found.spread))


def _advice(plan: Plan, ended: Sequence[Trial], most: Importance, spread: float | None) -> Advice:
    if most.sureness == "unsure":
        return Advice("more")
    ranked = _by_setting(ended)
    if isinstance(axis := plan.space[most.setting], Range):
        scale = scale_of(most.setting, plan, ())
        good = ranked[: max(3, ceil(len(ranked) / 4))]
        shares = [scale.share(coordinate(scale, trials[0]) or 0.0) for _, trials in good]
        found = _widened(plan, axis, scale, shares[0]) or _narrowed(plan, axis, scale, shares)
        if found is not None:
            return found
    (first, _), (second, _), *_ = ranked
    if spread is not None and second - first < spread:
        return Advice("seeds")
    return Advice("enough", most.setting)


def _by_setting(ended: Sequence[Trial]) -> list[tuple[float, list[Trial]]]:
    """Mean bits of each setting with its trials, the best first."""
    groups: dict[str, list[Trial]] = {}
    for trial in ended:
        groups.setdefault(repr(sorted(trial.varied.items())), []).append(trial)
    means = [(fmean(t.value or 0.0 for t in group), group) for group in groups.values()]
    return sorted(means, key=lambda each: each[0])


def _widened(plan: Plan, axis: Range, scale: Scale, at: float) -> Advice | None:
    """A wider range, where the best setting stands at an end and the schema has more."""
    if at < NEAR:
        return _changed(plan, axis, scale, -STEP, 1.0, "widen")
    if at > 1 - NEAR:
        return _changed(plan, axis, scale, 0.0, 1.0 + STEP, "widen")
    return None


def _narrowed(plan: Plan, axis: Range, scale: Scale, shares: Sequence[float]) -> Advice | None:
    """A narrower range, where the best settings lie close together."""
    low, high = max(0.0, min(shares) - MARGIN), min(1.0, max(shares) + MARGIN)
    return _changed(plan, axis, scale, low, high, "narrow") if high - low <= NARROWER else None


def _changed(
    plan: Plan, axis: Range, scale: Scale, low: float, high: float, kind: Kind
) -> Advice | None:
    """The range between two places of its axis, in round numbers; None where that cannot be."""
    ends = {
        "low": axis.low if low == 0 else _round(scale, low),
        "high": axis.high if high == 1 else _round(scale, high),
    }
    if (ends["low"], ends["high"]) == (axis.low, axis.high):
        return None
    space = plan.model_dump()["space"]
    space[scale.name] |= ends
    try:
        plan.with_changes(space=space)
    except ConfigError:  # the schema has no more
        return None
    return Advice(kind, scale.name, ends["low"], ends["high"])


def _round(scale: Scale, share: float) -> float:
    value = float(f"{scale.coordinate(share):.2g}")
    return float(round(value)) if is_whole(scale.name) else value
