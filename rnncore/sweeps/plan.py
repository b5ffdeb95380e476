"""What a sweep searches, and how: its plan, and everything that can be wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import product
from math import ceil, prod
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from rnncore.config import Config
from rnncore.config_problems import problem
from rnncore.errors import ConfigError
from rnncore.sweeps.space import (
    Axis,
    Problem,
    Range,
    as_held,
    axis_problems,
    configured,
    said,
    together_problems,
)

Sampler = Literal["random", "grid", "tpe"]
Pruner = Literal["none", "median", "halving"]
LONGEST_EPOCHS = 1_000_000
SHOWN_GRID = 10**9
"""Settings of a grid beyond which nobody counts."""


class Plan(BaseModel):
    """A sweep to be. Frozen: what is changed while it runs makes another plan (`with_changes`).

    base      settings of all trials that differ from the defaults
    space     what varies: setting -> Range, or a tuple of values. Listed values are a grid: each
              combination of them gets as many trials as any other, under every sampler
    sampler   how numbers within ranges are drawn: random, grid (Range.points), or tpe (the tree-
              structured Parzen estimator)
    pruner    which trials end early: none; median, those worse than half of the others at the same
              place; halving, all but the best third at each of some places (successive halving)
    trials    runs in all
    seeds     trials of each setting that differ in the seed alone: base's, base's + 1, ...
    updates, seconds   budget of a trial, one of the two; seconds of training
    seed      of the sampler
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    base: dict[str, Any] = {}
    space: dict[str, Axis]
    sampler: Sampler = "random"
    pruner: Pruner = "none"
    trials: Annotated[int, Field(ge=1, le=10_000)] = 20
    seeds: Annotated[int, Field(ge=1, le=100)] = 1
    updates: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    seconds: Annotated[float, Field(gt=0, le=1e7)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Plan:
        """Build a plan from names and values, such as those of a TOML file.

        Raises   ConfigError naming everything that is wrong, all at once.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as failure:
            problems = [each for error in failure.errors() for each in _problems(error)]
            sentence = "; ".join(each["message"] for each in problems) + "."
            raise ConfigError("settings", sentence, problems=problems) from None

    def with_changes(self, **changes: Any) -> Plan:
        """A new, validated plan that differs in `changes`.  Raises   ConfigError as `parse`."""
        return self.parse({**self.model_dump(), **changes})

    def config(self, settings: Mapping[str, Any], updates_per_epoch: int | None = None) -> Config:
        """The config of a trial with these varied settings, and perhaps a seed.

        With `updates_per_epoch` its epochs are enough for its budget of updates, and no more: a
        cosine schedule ends with it, but for a part of an epoch. A budget of seconds leaves a
        cosine schedule the base's epochs; any other schedule never runs out of them.
        Raises   ConfigError if they do not fit together.
        """
        config = configured({**self.base, "pace": 0}, settings)  # nobody watches all of them
        if self.updates is not None and updates_per_epoch is not None:
            epochs = ceil(self.updates / updates_per_epoch)
            return config.with_changes(epochs=min(epochs, LONGEST_EPOCHS))
        if self.seconds is not None and config.schedule != "cosine":
            return config.with_changes(epochs=LONGEST_EPOCHS)
        return config

    def seeded(self, varied: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The settings of the trials of one setting: the same with each seed."""
        first = configured(self.base, {}).seed
        return [{**varied, "seed": (first + k) % 2**32} for k in range(self.seeds)]

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """The axes that are ranges."""
        return {name: axis for name, axis in self.space.items() if isinstance(axis, Range)}

    @cached_property
    def lists(self) -> dict[str, tuple[Any, ...]]:
        """The axes that are lists of values."""
        return {name: axis for name, axis in self.space.items() if not isinstance(axis, Range)}

    @property
    def size(self) -> int | None:
        """How many settings there are; None if any number within a range may be drawn."""
        if self.sampler != "grid" and self.ranges:
            return None
        points = [len(axis.grid(name)) for name, axis in self.ranges.items()]
        return prod([*points, *map(len, self.lists.values())])

    def combinations(self) -> list[dict[str, Any]]:
        """All settings of the grid, or of the listed values where the sampler draws the rest."""
        axes = {
            name: axis.grid(name) if isinstance(axis, Range) else axis
            for name, axis in self.space.items()
            if self.sampler == "grid" or not isinstance(axis, Range)
        }
        return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]

    @field_validator("base")
    @classmethod
    def _base_is_a_config(cls, base: dict[str, Any]) -> dict[str, Any]:
        try:
            return Config.parse(base).differences()
        except ConfigError as error:
            raise _found(error.values["problems"]) from None

    @field_validator("space", mode="before")
    @classmethod
    def _axes_are_sound(cls, space: Any, info: ValidationInfo) -> Any:
        if not isinstance(space, Mapping):
            raise _found([said("sweep_space", "the space is no table of settings; name some")])
        if not space:
            message = "the space is empty, so all trials would be alike; name a setting to vary"
            raise _found([said("sweep_empty", message)])
        base, problems, axes = info.data.get("base", {}), [], {}
        for name, given in space.items():
            try:
                axis = axes[str(name)] = _axis(str(name), given)
            except ConfigError as error:
                problems += list(error.values["problems"])  # type: ignore[call-overload]
            else:
                problems += axis_problems(base, str(name), axis)
        if not problems and "base" in info.data:
            problems = together_problems(base, axes)
        if problems:
            raise _found(problems)
        return {name: as_held(base, name, axis) for name, axis in axes.items()}

    @model_validator(mode="after")
    def _fit_together(self) -> Plan:
        problems = []
        if (self.updates is None) == (self.seconds is None):
            came = "neither" if self.updates is None else "both"
            message = (
                f"a trial ends after updates or after seconds, and {came} came; give one of the two"
            )
            problems.append(said("sweep_budget", message))
        if not configured(self.base, {}).valid_fraction:
            message = (
                "a sweep compares held-out text, but valid_fraction is 0; raise it in base, such "
                "as to 0.05"
            )
            problems.append(said("sweep_blind", message))
        if self.seeds > self.trials:
            message = (
                f"seeds = {self.seeds} is more than trials = {self.trials}, so not one setting "
                f"would be tried with all of them; raise trials or lower seeds"
            )
            values = {"seeds": self.seeds, "trials": self.trials}
            problems.append(said("sweep_seeds", message, **values))
        problems += self._too_large()
        if problems:
            raise _found(problems)
        return self

    def _too_large(self) -> list[Problem]:
        count = prod([1, *map(len, self.lists.values())])
        if self.sampler == "grid":
            count *= prod([1, *(len(axis.grid(name)) for name, axis in self.ranges.items())])
        needed = count * self.seeds
        if needed <= max(self.trials, self.seeds):
            return []
        shown = f"{needed:,}" if needed <= SHOWN_GRID else f"more than {SHOWN_GRID:,}"
        message = (
            f"the grid takes {shown} trials, one of each combination and seed, but trials = "
            f"{self.trials}; raise trials, list fewer values, or draw them at random from a range"
        )
        return [said("sweep_large", message, needed=shown, trials=self.trials)]


def _axis(name: str, given: Any) -> Axis:
    """An axis as it was given: {low, high} or a list.  Raises ConfigError."""
    if isinstance(given, Range):
        return given
    if isinstance(given, list | tuple):
        return tuple(given)
    if isinstance(given, Mapping):
        try:
            return Range.model_validate(dict(given))
        except ValidationError as failure:
            problems = [_of_range(name, error) for error in failure.errors()]
            raise ConfigError("settings", "", problems=problems) from None
    message = f"{name[:60]} is neither a range with low and high nor a list; write one of the two"
    found = said("sweep_axis", message, setting=name[:60])
    raise ConfigError("settings", "", problems=[found])


def _of_range(name: str, error: ErrorDetails) -> Problem:
    """What pydantic says of a range."""
    if error["type"] == "missing":
        end = str(error["loc"][0])
        message = f"{name[:60]} has no {end}; a range has low and high"
        return said("sweep_no_end", message, setting=name[:60], end=end)
    return problem({**error, "loc": (name, *error["loc"])}, ("low", "high", "points"))


def _found(problems: object) -> PydanticCustomError:
    """What a validator of pydantic raises to tell several problems."""
    return PydanticCustomError("sweep_problems", "problems", {"problems": problems})


def _problems(error: ErrorDetails) -> list[Problem]:
    told = error.get("ctx", {}).get("problems")
    return list(told) if told else [problem(error, Plan.model_fields)]
