"""How trials look in every figure: the better, the stronger; those that ended early are dimmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, NamedTuple

from pages.ui.figures.palette import Palette, thinned
from rnncore.sweeps.analysis import sound
from rnncore.sweeps.trial import Trial

LEVELS = 5
FAINTEST = 0.34
"""Share of the colour that is left of the worst."""

Role = Literal["rest", "pruned", "diverged", "level", "running"]


class Strand(NamedTuple):
    """Trials that are drawn alike."""

    name: str
    role: Role
    trials: tuple[Trial, ...]
    line: dict[str, Any]
    opacity: float = 1.0


def strands(trials: Sequence[Trial], kept: Collection[int], palette: Palette) -> list[Strand]:
    """All trials by how they look, from the back to the front; those not among the `kept` ones are
    grey."""
    level = levels(trials)
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        found.setdefault(_name(trial, kept, level), []).append(trial)
    order = ["rest", "pruned", "diverged", *(f"level-{n}" for n in reversed(range(LEVELS)))]
    return [
        Strand(name, _role(name), tuple(found[name]), *_look(name, palette))
        for name in [*order, "running"]
        if name in found
    ]


def levels(trials: Iterable[Trial]) -> dict[int, int]:
    """From 0 for the best to LEVELS - 1 for the worst, by number, by rank."""
    ranked = sorted(sound(trials), key=lambda trial: (trial.value, trial.number))
    return {trial.number: at * LEVELS // len(ranked) for at, trial in enumerate(ranked)}


def colour(level: int, palette: Palette) -> str:
    """The colour of a level."""
    return thinned(palette.held_out, 1 - (1 - FAINTEST) * level / (LEVELS - 1), palette)


def joined(
    paths: Iterable[tuple[int, Sequence[float], Sequence[float]]],
) -> dict[str, list[Any]]:
    """Several lines as one trace, with gaps between them: (number, x, y) of each."""
    x, y, numbers = list[Any](), list[Any](), list[Any]()
    for number, across, up in paths:
        x += [*across, None]
        y += [*up, None]
        numbers += [number] * (len(across) + 1)
    return {"x": x, "y": y, "customdata": numbers}


def _name(trial: Trial, kept: Collection[int], level: dict[int, int]) -> str:
    if trial.number not in kept:
        return "rest"
    if trial.status in ("pruned", "stopped"):
        return "pruned"
    if trial.status in ("diverged", "failed"):
        return "diverged"
    if not trial.ended:
        return "running"
    return f"level-{level.get(trial.number, LEVELS - 1)}"


def _role(name: str) -> Role:
    kinds: dict[str, Role] = {"rest": "rest", "pruned": "pruned", "diverged": "diverged"}
    return kinds.get(name, "running" if name == "running" else "level")


def _look(name: str, palette: Palette) -> tuple[dict[str, Any], float]:
    if name == "rest":
        return {"color": palette.path, "width": 1}, 0.3
    if name == "pruned":
        return {"color": palette.rung, "width": 1}, 0.55
    if name == "diverged":
        return {"color": palette.gradient, "width": 1, "dash": "dash"}, 1.0
    if name == "running":
        return {"color": palette.train, "width": 1.6}, 1.0
    level = int(name.partition("-")[2])
    return {"color": colour(level, palette), "width": 2.4 if level == 0 else 1.4}, 1.0
