"""What a sweep varies: ranges and lists of values, read against the schema of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from rnncore.cells import CELLS
from rnncore.config import Config, choices, is_number, text_settings
from rnncore.errors import ConfigError
from rnncore.setting import about

Problem = dict[str, Any]
"""A sentence of its own, like an error's: {code, message, values}."""
Settings = Mapping[str, Any]

UNVARIED = {*text_settings(), "seed", "epochs", "threads", "temperature", "pace"}
"""Settings under which losses cannot be compared, that have a place of their own in the plan, or
that change nothing of what is learned."""
CORNERS = 256
"""Trials at the ends of all axes that are tried out before a sweep begins, at most."""


class Range(BaseModel):
    """A number between `low` and `high`, both included.

    points   values of a grid, evenly spaced on the setting's axis; other samplers draw any number
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    low: float
    high: float
    points: Annotated[int, Field(ge=2, le=1_000)] = 5

    def grid(self, name: str) -> tuple[float, ...]:
        """The values of a grid; whole numbers that come twice stand once."""
        spaced = np.geomspace if is_log(name) else np.linspace
        inner = spaced(self.low, self.high, self.points)[1:-1]
        values = [self.low, *(float(f"{value:.6g}") for value in inner), self.high]
        return tuple(dict.fromkeys(rounded(name, value) for value in values))


Values = tuple[Any, ...]
Axis = Range | Values


def is_log(name: str) -> bool:
    """Whether equal ratios of a setting are equal steps of its axis."""
    return bool(about(Config.model_fields[name])["scale"] == "log")


def is_whole(name: str) -> bool:
    """Whether a setting is a whole number."""
    return Config.model_fields[name].annotation is int


def varied_settings() -> tuple[str, ...]:
    """Names of the settings that a sweep can vary, in the schema's order."""
    return tuple(name for name in Config.model_fields if name not in UNVARIED)


def rounded(name: str, value: float) -> float:
    """A value as its setting holds it."""
    return round(value) if is_whole(name) else float(value)


def configured(base: Settings, settings: Settings) -> Config:
    """The config of a trial. The embedding of a tied network follows its hidden size, unless it is
    varied itself.

    Raises   ConfigError if the settings do not fit together.
    """
    chosen = {**base, **settings}
    if chosen.get("tied") in (True, "true", "True") and "embedding_size" not in settings:
        chosen["embedding_size"] = chosen.get("hidden_size", Config().hidden_size)
    return Config.parse(chosen)


def axis_problems(base: Settings, name: str, axis: Axis) -> list[Problem]:
    """What is wrong with an axis by itself."""
    if name not in Config.model_fields:
        known = ", ".join(varied_settings())
        return [
            said(
                "setting_unknown",
                f"there is no setting {name[:60]}; the settings are {known}",
                name=name[:60],
                known=known,
            )
        ]
    if name in UNVARIED:
        return [
            said(
                "sweep_unvaried",
                f"{name} cannot be varied: it changes the text that losses are compared on, or "
                f"nothing that is learned; take it out, or give it in base",
                setting=name,
            )
        ]
    shape = _range_problems(name, axis) if isinstance(axis, Range) else _list_problems(name, axis)
    values = (axis.low, axis.high) if isinstance(axis, Range) else axis
    return shape or _value_problems(base, name, values)


def as_held(base: Settings, name: str, axis: Axis) -> Axis:
    """A sound axis with its values as the schema holds them: 0.1 and not "0.1"."""
    if isinstance(axis, Range):
        return axis
    return tuple(getattr(_alone(base, name, value), name) for value in axis)


def together_problems(base: Settings, space: Mapping[str, Axis]) -> list[Problem]:
    """What is wrong with axes that are right by themselves: trials that no network can be."""
    found: list[Problem] = []
    cells = space.get("cell", (configured(base, {}).cell,))
    bias = all(CELLS[str(cell)].forget is None for cell in cells)
    if "forget_bias" in space and bias:
        found.append(
            said(
                "sweep_idle",
                "forget_bias does nothing in these cells; take it out, or choose lstm",
                setting="forget_bias",
            )
        )
    for corner in corners(space):
        try:
            configured(base, corner)
        except ConfigError as error:
            for problem in _told(error):
                if problem not in found:
                    found.append(problem)
    return found


def corners(space: Mapping[str, Axis]) -> list[dict[str, Any]]:
    """Settings at the ends of all ranges, with all listed values; not more than CORNERS."""
    ends = [
        tuple(rounded(name, end) for end in (axis.low, axis.high))
        if isinstance(axis, Range)
        else axis
        for name, axis in space.items()
    ]
    return [dict(zip(space, values, strict=True)) for values in islice(product(*ends), CORNERS)]


def _told(error: ConfigError) -> list[Problem]:
    problems = error.values["problems"]
    assert isinstance(problems, list)
    return problems


def said(code: str, message: str, **values: Any) -> Problem:
    return {"code": code, "message": message, "values": values}


def _range_problems(name: str, axis: Range) -> list[Problem]:
    if not is_number(name):
        named = ", ".join(choices(name)) or "true, false"
        message = f"{name} is chosen, not measured, so it has no range; list some of {named}"
        return [said("sweep_no_range", message, setting=name, choices=named)]
    low, high = f"{axis.low:g}", f"{axis.high:g}"
    if axis.low > axis.high:
        message = f"{name} goes from {low} down to {high}; put the lower end first"
        return [said("sweep_turned", message, setting=name, low=low, high=high)]
    if axis.low == axis.high:
        message = f"{name} goes from {low} to {low}, which is one value; give it in base, or widen"
        return [said("sweep_one_value", message, setting=name, low=low)]
    if is_log(name) and axis.low == 0:
        message = f"{name} has a logarithmic axis, which has no 0; begin above it, or list values"
        return [said("sweep_log_zero", message, setting=name)]
    return []


def _list_problems(name: str, values: Sequence[Any]) -> list[Problem]:
    if not values:
        return [said("sweep_no_values", f"{name} has no values; list some", setting=name)]
    if len({repr(value) for value in values}) < len(values):
        message = f"{name} lists a value twice; list each once"
        return [said("sweep_twice", message, setting=name)]
    return []


def _value_problems(base: Settings, name: str, values: Sequence[Any]) -> list[Problem]:
    """What the schema says of each value alone."""
    found = []
    for value in values:
        try:
            _alone(base, name, value)
        except ConfigError as error:
            for problem in _told(error):
                if problem["values"].get("setting") == name and problem not in found:
                    found.append(problem)
    return found


def _alone(base: Settings, name: str, value: Any) -> Config:
    """The config of one value, whatever would have to be changed with it."""
    return Config.parse({**base, "tied": False, name: value} if name != "tied" else {name: value})
