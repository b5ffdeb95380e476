"""What people give a sweep themselves: a setting to try, or a run that they have made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnncore.errors import ConfigError
from rnncore.runs.records import encode
from rnncore.runs.row import RunRow
from rnncore.sweeps.checking import check_trial
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.reading import Measured
from rnncore.sweeps.space import Range

NEUTRAL = {"seed", "epochs", "temperature", "pace", "threads"}
"""Settings in which a run made by hand may differ from the trials of a sweep."""


def own_settings(plan: Plan, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The varied settings of a trial that somebody asks for, as the schema holds them.

    Raises   ConfigError if one is missing, is not varied, they fit no network, or it could not be
             trained.
    """
    if settings.keys() != plan.space.keys():
        given, wanted = ", ".join(settings) or "nothing", ", ".join(plan.space)
        raise ConfigError(
            "sweep_own",
            f"A trial gives a value for each setting that the sweep varies ({wanted}), and {given} "
            f"came; give just these.",
            wanted=wanted,
            given=given,
        )
    config = plan.config(settings)
    check_trial(plan, settings)
    return {name: getattr(config, name) for name in plan.space}


def ranged(plan: Plan, setting: str, low: float, high: float) -> Plan:
    """The plan with another range of a number.

    Raises   ConfigError if the setting is not a range of it, or this is none.
    """
    if setting not in plan.ranges:
        known = ", ".join(plan.ranges) or "none"
        raise ConfigError(
            "sweep_not_range",
            f"{setting} is no range of this sweep, which has {known}; choose one of them.",
            setting=setting,
            known=known,
        )
    space = plan.model_dump()["space"]
    space[setting] |= {"low": low, "high": high}
    return plan.with_changes(space=space)


def adopted(plan: Plan, run: RunRow, measured: Measured) -> dict[str, Any]:
    """The row of a trial for a run that was made by hand, with what it reached within a trial's
    budget.

    Raises   ConfigError if it cannot be compared with the trials of the plan.
    """
    made = {name: getattr(run.config, name) for name in plan.space}
    outside = [name for name, value in made.items() if not _holds(plan, name, value)]
    if outside:
        raise ConfigError(
            "sweep_outside",
            f"The run {run.id} has another {', '.join(outside)} than the sweep searches; widen the "
            f"range, or choose another run.",
            run_id=run.id,
            settings=", ".join(outside),
        )
    there, trial = run.config.model_dump(), plan.config(made).model_dump()
    unlike = [name for name in trial if name not in NEUTRAL and there[name] != trial[name]]
    if unlike:
        raise ConfigError(
            "sweep_unlike",
            f"The run {run.id} differs from the trials in {', '.join(unlike)}, which the sweep "
            f"does not vary; choose a run with the same settings.",
            run_id=run.id,
            settings=", ".join(unlike),
        )
    within = measured.until(_budget(plan, measured))
    if within.lowest is None:
        raise ConfigError(
            "sweep_unmeasured",
            f"The run {run.id} has measured no held-out text after its first update; train it a "
            f"little, or choose another run.",
            run_id=run.id,
        )
    return {
        "run_id": run.id,
        "settings": encode({**made, "seed": run.config.seed}),
        "status": "complete",
        "value": within.lowest,
        "step": within.step,
        "seconds": within.seconds,
    }


def _holds(plan: Plan, name: str, value: Any) -> bool:
    axis = plan.space[name]
    return axis.low <= value <= axis.high if isinstance(axis, Range) else value in axis


def _budget(plan: Plan, measured: Measured) -> int:
    """The updates of a run that a trial would have made."""
    if plan.updates is not None:
        return plan.updates
    assert plan.seconds is not None
    if measured.seconds <= plan.seconds:
        return measured.step
    return int(measured.step * plan.seconds / measured.seconds)
