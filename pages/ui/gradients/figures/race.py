"""Several trainings side by side: held-out bits and gradient norms by tokens read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.letters import room
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, LOG_TEXTS, LOG_TICKS, axis, blank
from pages.ui.streaming.operations import Op, extend
from pages.ui.visit.i18n import Texts
from rnncore.experiments.race import RacePoint

BITS, NORMS = "race_bits", "race_norms"
NARROW, WIDE = 6.2, 11.5
"""Pixels of a letter, and of a wide one."""
ROLES = ("held_out", "train", "gradient", "accent", "start")


def role(runner: int) -> str:
    """The colour of a runner, by its role in the palette; a sixth has that of the first again."""
    return ROLES[runner % len(ROLES)]


class Level(NamedTuple):
    """A horizontal line to compare with."""

    value: float
    label: str
    role: str
    dash: str = "solid"


class Course(NamedTuple):
    """What is known of a race before it starts: names, lines, and tokens that each may read.
    `wide` asks for a logarithmic axis of bits, where one runner may go very wrong; `frame` is what
    is shown of the bits, where they may leave it for a while; `band` is a stretch of bits that
    means one thing."""

    runners: tuple[str, ...]
    tokens: int
    levels: tuple[Level, ...] = ()
    limits: tuple[Level, ...] = ()
    wide: bool = False
    frame: tuple[float, float] | None = None
    band: tuple[float, float] | None = None


def bits(course: Course, palette: Palette, t: Texts) -> go.Figure:
    """Held-out bits per token; lower is better.

    Traces   runner0, runner1, ...
    """
    drawn = _drawing(
        course, course.levels, palette, t, t("gradients.race.bits"), logarithmic=course.wide
    )
    if course.band is not None:
        low, high = course.band
        drawn.add_shape(
            type="rect",
            xref="x domain",
            x0=0,
            x1=1,
            yref="y",
            y0=low,
            y1=high,
            fillcolor=palette.cut,
            line={"width": 0},
            layer="below",
        )
    if course.frame is not None:
        drawn.update_layout(yaxis={"range": course.frame})
    return drawn.finish()


def norms(course: Course, palette: Palette, t: Texts) -> go.Figure:
    """The largest gradient norm between two points, before clipping, on a logarithmic axis.

    Traces   runner0, runner1, ...
    """
    drawn = _drawing(course, course.limits, palette, t, t("gradients.race.norm"), logarithmic=True)
    return drawn.finish()


def ops(points: Sequence[RacePoint]) -> list[Op]:
    """All points so far; those that a curve already has are ignored."""
    drawn = []
    for runner in sorted({point.runner for point in points}):
        own = [point for point in points if point.runner == runner and not point.diverged]
        told = [[point.step, point.seconds] for point in own]
        x = [point.tokens for point in own]
        drawn.append(
            extend(BITS, f"runner{runner}", x, [point.bits for point in own], customdata=told)
        )
        # A point of an untrained runner has no gradient yet.
        later = [point for point in own if point.step]
        drawn.append(
            extend(
                NORMS,
                f"runner{runner}",
                [point.tokens for point in later],
                [point.grad_norm for point in later],
                customdata=told[len(own) - len(later) :],
            )
        )
    return drawn


def beside(names: Sequence[str]) -> int:
    """Pixels that the longest of the names takes at the right of a plot."""
    return 14 + math.ceil(max(room(name, NARROW, WIDE) for name in names))


def _drawing(
    course: Course,
    levels: Sequence[Level],
    palette: Palette,
    t: Texts,
    quantity: str,
    *,
    logarithmic: bool,
) -> Drawing:
    scale = {"type": "log", "tickvals": LOG_TICKS, "ticktext": LOG_TEXTS} if logarithmic else {}
    drawn = blank(
        palette,
        xaxis=axis(
            palette,
            t("gradients.race.tokens"),
            tickformat=COUNT,
            range=[0, course.tokens],
        ),
        yaxis=axis(palette, quantity, **scale),
        yaxis2={"overlaying": "y", "range": [1, 0], "visible": False, "fixedrange": True},
    )
    names = (*course.runners, *(level.label for level in levels))
    drawn.update_layout(margin={"l": 54, "r": beside(names)})
    for level in levels:
        colour = getattr(palette, level.role)
        drawn.add_scatter(
            uid=f"level_{level.role}",
            name=level.label,
            x=[0, course.tokens],
            y=[level.value, level.value],
            mode="lines",
            line={"color": colour, "width": 1.5, "dash": level.dash},
            meta={"tip": level.label, "level": True},
            hoverinfo="skip",
        )
    for number, name in enumerate(course.runners):
        drawn.add_scatter(
            uid=f"runner{number}",
            name=name,
            x=[],
            y=[],
            mode="lines",
            line={"color": getattr(palette, role(number)), "width": 2.2},
            meta={"tip": name},
            hovertemplate=t("gradients.race.hover") + "<extra>%{fullData.name}</extra>",
        )
    return drawn
