"""A sweep and its trials as the store knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from rnncore.sweeps.plan import Plan

TrialStatus = Literal["waiting", "running", "complete", "pruned", "diverged", "stopped", "failed"]
SweepStatus = Literal["running", "paused", "complete", "stopped", "failed"]
ENDED: tuple[TrialStatus, ...] = ("complete", "pruned", "diverged", "stopped", "failed")


class Trial(NamedTuple):
    """One run of a sweep, or one to be.

    number     counted from 0 in the order of asking
    run_id     None: it waits for its turn
    settings   those the sweep varies, and the seed
    status     waiting  it has not begun, or gave its place to a person and goes on later
               running, complete  on its way to its budget, or there
               pruned   ended early, as others did better
               diverged, failed  its training was lost, or could not be done
               stopped  ended by hand
    value      lowest bits per token of held-out text; of a diverged one a penalty, which is higher
               than what any sound one had; None before the first measurement
    step, seconds, tokens   updates, seconds of training and tokens read so far, within the sweep
    curve      ((step, bits), ...) of held-out text, in the order of steps
    told       its place in the order in which the sampler was told; None: it was not told
    """

    number: int
    run_id: str | None
    settings: Mapping[str, Any]
    status: TrialStatus
    value: float | None = None
    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    curve: tuple[tuple[int, float], ...] = ()
    told: int | None = None

    @property
    def ended(self) -> bool:
        """Whether the sweep is done with it."""
        return self.status in ENDED

    @property
    def varied(self) -> dict[str, Any]:
        """Its settings without the seed: trials that have the same differ in the seed alone."""
        return {name: value for name, value in self.settings.items() if name != "seed"}


class SweepRow(NamedTuple):
    """A sweep.

    created   seconds since 1970
    owner     visitor who began it; None: nobody's, such as the command line's
    plan      what it searches, with all that was changed since it began
    status    running: asked for; paused: its trials are paused, and go on when it is resumed;
              complete: all trials have ended; stopped: by hand; failed: `error` says why
    error     None or {code, message, values}
    workers   trials at a time
    alive     whether a process looks after it now
    """

    id: str
    created: float
    owner: str | None
    plan: Plan
    status: SweepStatus
    error: Mapping[str, Any] | None
    workers: int
    alive: bool


def best(trials: list[Trial]) -> Trial | None:
    """The complete or pruned trial with the lowest value, the first of several; None if none has
    one."""
    sound = [t for t in trials if t.value is not None and t.status not in ("diverged", "failed")]
    return min(sound, key=lambda t: (t.value, t.number), default=None)
