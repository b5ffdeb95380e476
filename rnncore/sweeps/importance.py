"""How much each setting of a sweep matters, beside chance and beside what seeds alone do.

The method is a one-way analysis of variance on ranks. The ended trials are ranked by their result:
a diverged one shares the last place, and one that was pruned stands where it was when it ended. The
values of a setting are put into bins of about as many settings each, and its importance is the
share of the variance of ranks that lies between the bins. What chance gives is measured: the bins
are dealt to the settings anew, SHUFFLES times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.sweeps.analysis import coordinate, scale_of
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial

SHUFFLES = 400
ENOUGH = 8
"""Settings that have been tried before anything is said of them."""
PER_BIN = 3
MOST_BINS = 5
LIKELY, SURE = 0.1, 0.01
"""Shares of shuffles that do as well by chance."""

Sureness = Literal["sure", "likely", "unsure"]


class Importance(NamedTuple):
    """Of one setting, as shares of the variance of ranks.

    share    between its bins
    chance   what 95 of 100 shuffles stay below
    luck     share of the shuffles that reach `share`
    """

    setting: str
    share: float
    chance: float
    luck: float

    @property
    def sureness(self) -> Sureness:
        return "sure" if self.luck < SURE else "likely" if self.luck < LIKELY else "unsure"


class Importances(NamedTuple):
    """Of all settings that vary, the largest first.

    seeds    share of the variance of ranks between trials that differ in the seed alone; None where
             no setting was tried with two
    spread   the same as a standard deviation in bits, over trials that ended as planned
    tried    settings that were tried
    """

    settings: tuple[Importance, ...]
    seeds: float | None
    spread: float | None
    tried: int

    @property
    def enough(self) -> bool:
        """Whether enough settings have been tried to say anything."""
        return self.tried >= ENOUGH

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(one.setting for one in self.settings)


def importances(plan: Plan, trials: Sequence[Trial]) -> Importances:
    """The importance of each setting that the plan varies, and the noise of seeds."""
    ended = [t for t in trials if t.value is not None and t.status not in ("failed", "waiting")]
    ended = [t for t in ended if t.ended]
    groups = _groups(ended)
    ranks, of = _ranks(ended), np.array([groups[_key(trial)] for trial in ended], dtype=int)
    found = [
        _importance(name, _labels(plan, name, ended, of, len(groups)), ranks, of)
        for name in plan.space
    ]
    order = sorted(found, key=lambda one: -one.share)
    return Importances(tuple(order), *_noise(ended, ranks, of, len(groups)), len(groups))


def _key(trial: Trial) -> tuple[Any, ...]:
    return tuple(sorted((name, repr(value)) for name, value in trial.varied.items()))


def _groups(trials: Sequence[Trial]) -> dict[tuple[Any, ...], int]:
    """The settings that were tried, numbered."""
    return {key: place for place, key in enumerate(dict.fromkeys(map(_key, trials)))}


def _ranks(trials: Sequence[Trial]) -> NDArray[np.float64]:
    """Ranks from 0; those that are equal share the mean of theirs."""
    values = np.array(
        [np.inf if trial.status == "diverged" else float(trial.value or 0) for trial in trials]
    )
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts) - 1
    return (last - (counts - 1) / 2)[places]


def _labels(
    plan: Plan, name: str, trials: Sequence[Trial], of: NDArray[np.int_], settings: int
) -> NDArray[np.int_]:
    """The bin of each setting that was tried."""
    scale = scale_of(name, plan, trials)
    at = np.zeros(settings)
    for trial, group in zip(trials, of, strict=True):
        at[group] = coordinate(scale, trial) or 0.0
    known, places = np.unique(at, return_inverse=True)
    bins = max(2, min(MOST_BINS, settings // PER_BIN))
    if scale.values or len(known) <= bins:
        return places
    order = np.argsort(at, kind="stable")
    labels = np.empty(settings, dtype=int)
    labels[order] = np.arange(settings) * bins // settings
    first = {
        value: labels[place] for value, place in zip(at[order][::-1], order[::-1], strict=True)
    }
    return np.array([first[value] for value in at], dtype=int)  # equal values share a bin


def _importance(
    name: str, labels: NDArray[np.int_], ranks: NDArray[np.float64], of: NDArray[np.int_]
) -> Importance:
    total = float(((ranks - ranks.mean()) ** 2).sum()) if len(ranks) else 0.0
    if total == 0 or len(np.unique(labels)) < 2:
        return Importance(name, 0.0, 0.0, 1.0)
    rng = np.random.default_rng(0)  # the same trials always have the same noise
    dealt = np.array([labels, *(rng.permutation(labels) for _ in range(SHUFFLES))])
    sums = np.zeros(len(dealt))
    for bin in np.unique(labels):
        held = (dealt == bin)[:, of]  # (shuffle, trial)
        counts = held.sum(1)
        means = held @ (ranks - ranks.mean()) / np.maximum(counts, 1)
        sums += counts * means**2
    shares = sums / total
    luck = float((shares[1:] >= shares[0] - 1e-12).mean())
    return Importance(name, float(shares[0]), float(np.quantile(shares[1:], 0.95)), luck)


def _noise(
    trials: Sequence[Trial], ranks: NDArray[np.float64], of: NDArray[np.int_], settings: int
) -> tuple[float | None, float | None]:
    """What seeds alone do: a share of the variance of ranks, and bits."""
    free = len(trials) - settings
    variance = float(ranks.var(ddof=1)) if len(trials) > 1 else 0.0
    if free < 1 or variance == 0:
        return None, None
    share = _within(ranks, of) / free / variance
    whole = np.array([trial.status == "complete" for trial in trials])
    bits = np.array([float(trial.value or 0) for trial in trials])
    free = int(whole.sum()) - len(np.unique(of[whole]))
    return share, (_within(bits[whole], of[whole]) / free) ** 0.5 if free else None


def _within(values: NDArray[np.float64], of: NDArray[np.int_]) -> float:
    """The sum of squares within groups."""
    parts = (values[of == one] for one in np.unique(of))
    return float(sum(((part - part.mean()) ** 2).sum() for part in parts))
