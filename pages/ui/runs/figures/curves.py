"""Held-out curves of several runs in one plot, and the mean of those that differ in their seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette, thinned
from pages.ui.figures.style import COUNT, LOG_TEXTS, LOG_TICKS, axis, blank
from pages.ui.figures.tokens import escape
from pages.ui.visit.i18n import Texts
from rnncore.runs.curves import Across

Scale = Literal["perplexity", "above"]
HEIGHT = 290
WIDTH, THIN = 2.2, 1.0
BAND = 0.22
"""Share of its colour that a band has."""
DASHES = ("solid", "dash", "dot")
"""What tells curves apart that have the same colour."""


class Line(NamedTuple):
    """A curve: the name in the legend, the one that pointing at it tells, and its points.

    best   the same as the lowest value until each point, where that is drawn
    """

    short: str
    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    best: tuple[float, ...] = ()


class Group(NamedTuple):
    """The mean of several runs, with the lowest and the highest of them."""

    short: str
    name: str
    xs: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def figure(
    lines: Sequence[Line],
    groups: Sequence[Group],
    across: Across,
    scale: Scale,
    palette: Palette,
    t: Texts,
) -> go.Figure:
    """All of them over updates, tokens or seconds, on a logarithmic axis.

    Traces   band<n> and mean<n> of each group, then run<n> of each line, and best<n> where it has
             one
    """
    drawn = blank(
        palette,
        height=HEIGHT,
        xaxis=axis(palette, t(f"runs.curves.{across}"), tickformat=COUNT, rangemode="tozero"),
        yaxis=axis(
            palette,
            t(f"runs.curves.axis_{scale}"),
            type="log",
            tickvals=LOG_TICKS,
            ticktext=LOG_TEXTS,
        ),
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 12, "color": palette.text},
        },
    )
    drawn.update_layout(margin={"l": 54, "t": 34})
    for place, group in enumerate(groups):
        _group(drawn, place, group, across, scale, palette, t)
    for place, line in enumerate(lines, len(groups)):
        _line(drawn, place, line, across, scale, palette, t)
    return drawn.finish()


def _look(place: int, palette: Palette) -> tuple[str, str]:
    """Colour and dash of the curve at this place."""
    many = len(palette.states)
    return palette.states[place % many], DASHES[place // many % len(DASHES)]


def _line(
    drawn: Drawing,
    place: int,
    line: Line,
    across: Across,
    scale: Scale,
    palette: Palette,
    t: Texts,
) -> None:
    colour, dash = _look(place, palette)
    hover = t(f"runs.curves.hover_{scale}", across=t(f"runs.curves.{across}"))
    common = {
        "name": escape(line.short),
        "legendgroup": str(place),
        "x": line.xs,
        "mode": "lines",
        "text": [escape(line.name)] * len(line.xs),
        "hovertemplate": hover,
    }
    faint = thinned(colour, 0.45, palette) if line.best else colour
    drawn.add_scatter(
        uid=f"run{place}",
        y=line.ys,
        line={"color": faint, "width": THIN if line.best else WIDTH, "dash": dash},
        showlegend=not line.best,
        **common,
    )
    if line.best:
        drawn.add_scatter(
            uid=f"best{place}",
            y=line.best,
            line={"color": colour, "width": WIDTH, "dash": dash, "shape": "hv"},
            **common,
        )


def _group(
    drawn: Drawing,
    place: int,
    group: Group,
    across: Across,
    scale: Scale,
    palette: Palette,
    t: Texts,
) -> None:
    colour, dash = _look(place, palette)
    drawn.add_scatter(
        uid=f"band{place}",
        x=[*group.xs, *reversed(group.xs)],
        y=[*group.high, *reversed(group.low)],
        fill="toself",
        fillcolor=thinned(colour, BAND, palette),
        mode="none",
        hoverinfo="skip",
        showlegend=False,
        legendgroup=str(place),
    )
    drawn.add_scatter(
        uid=f"mean{place}",
        name=escape(group.short),
        legendgroup=str(place),
        x=group.xs,
        y=group.mean,
        mode="lines",
        line={"color": colour, "width": WIDTH, "dash": dash},
        text=[escape(group.name)] * len(group.xs),
        hovertemplate=t(f"runs.curves.hover_{scale}", across=t(f"runs.curves.{across}")),
    )
