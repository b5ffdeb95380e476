"""Quantities by distance on a logarithmic axis: measured ones, bounds and what is taken for one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, axis, blank, decades
from pages.ui.visit.i18n import Texts
from rnncore.shapes import Array


class Line(NamedTuple):
    """Values at distances 0, 1, ... in the colour of a role of the palette."""

    uid: str
    name: str
    values: Array
    role: str
    dash: str = "solid"
    width: float = 2.0


class Reach(NamedTuple):
    """A distance that is marked: a vertical line with a label."""

    distance: float
    label: str
    role: str


class Band(NamedTuple):
    """What lies between two curves, drawn pale behind the lines."""

    low: Array
    high: Array


def figure(
    lines: Sequence[Line],
    palette: Palette,
    t: Texts,
    *,
    quantity: str,
    along: str,
    height: int,
    band: Band | None = None,
    reaches: Sequence[Reach] = (),
    level: float | None = None,
    floor: float = 1e-9,
) -> go.Figure:
    """Curves by distance; what is below `floor` is not drawn.

    Traces   band, then one per line by its uid
    """
    drawn = blank(
        palette,
        height=height,
        xaxis=axis(palette, along, tickformat=COUNT, fixedrange=True),
        yaxis=axis(
            palette,
            quantity,
            type="log",
            fixedrange=True,
            **decades(_decades(lines, floor)),
        ),
    )
    drawn.update_layout(margin={"l": 62, "r": 14, "t": 22})
    if band is not None:
        shown = [d for d, value in enumerate(band.low) if value > floor and band.high[d] > 0]
        drawn.add_scatter(
            uid="band",
            x=[*shown, *shown[::-1]],
            y=[*(float(band.low[d]) for d in shown), *(float(band.high[d]) for d in shown[::-1])],
            mode="lines",
            fill="toself",
            fillcolor=palette.cut,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
    for line in lines:
        drawn.add_scatter(
            uid=line.uid,
            name=line.name,
            x=list(range(len(line.values))),
            y=[float(value) if value > floor else None for value in line.values],
            mode="lines",
            line={"color": getattr(palette, line.role), "width": line.width, "dash": line.dash},
            hovertemplate=t("gradients.decay.hover") + "<extra>%{fullData.name}</extra>",
        )
    for place, reach in enumerate(reaches):
        colour = getattr(palette, reach.role)
        drawn.add_vline(x=reach.distance, line={"color": colour, "width": 1.4, "dash": "dash"})
        drawn.add_annotation(
            x=reach.distance,
            yref="paper",
            y=1 - 0.07 * place,
            xanchor="left",
            yanchor="top",
            xshift=3,
            text=reach.label,
            showarrow=False,
            font={"size": 12, "color": colour},
        )
    if level is not None:
        drawn.add_hline(y=level, line={"color": palette.mark, "width": 1, "dash": "dot"})
    drawn.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12, "color": palette.text},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    return drawn.finish()


def _decades(lines: Sequence[Line], floor: float) -> int:
    """Decades between two ticks, so that about eight of them are there."""
    shown = [float(v) for line in lines for v in line.values if v > floor and math.isfinite(v)]
    if not shown:
        return 1
    return max(1, round((math.log10(max(shown)) - math.log10(min(shown))) / 8))
