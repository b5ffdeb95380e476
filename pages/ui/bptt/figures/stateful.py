"""Held-out perplexity of two nets that differ only in whether windows hand their state on."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, VALUE, axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.experiments.stateful import CarryPoint

HEIGHT = 270
HEADROOM = 2.2
"""How far above the last values the frame reaches: what came before learning leaves it."""


def figure(
    points: Sequence[CarryPoint], floor: float | None, text: str, palette: Palette, t: Texts
) -> go.Figure:
    """Perplexity of a text by tokens read, each net measured as it was trained; and the one that
    never carried, measured with the state carried all the same.

    Traces   carried, fresh, fresh_carried
    """
    drawn = blank(
        palette,
        height=HEIGHT,
        xaxis=axis(
            palette,
            t("bptt.carrying.tokens"),
            tickformat=COUNT,
            rangemode="tozero",
            fixedrange=True,
        ),
        yaxis=axis(
            palette,
            t("bptt.carrying.axis", text=text),
            type="log",
            dtick="D1",
            tickformat=VALUE,
            range=_heights(points, floor),
            fixedrange=True,
        ),
    )
    drawn.update_layout(margin={"l": 50, "r": 14})
    if floor is not None:
        drawn.add_hline(y=floor, line={"color": palette.floor, "width": 1.6})
        drawn.add_annotation(
            xref="paper",
            x=1,
            xanchor="right",
            y=math.log10(floor),
            yanchor="bottom",
            text=t("figures.perplexity.floor_line", floor=f"{floor:.3g}"),
            showarrow=False,
            font={"size": 11, "color": palette.floor},
        )
    on = [point for point in points if point.stateful]
    off = [point for point in points if not point.stateful]
    for uid, curve, values, colour, dash in (
        ("carried", on, [point.carried for point in on], palette.held_out, "solid"),
        ("fresh", off, [point.fresh for point in off], palette.train, "solid"),
        ("fresh_carried", off, [point.carried for point in off], palette.train, "dot"),
    ):
        drawn.add_scatter(
            uid=uid,
            name=t(f"bptt.carrying.{uid}"),
            x=[point.tokens for point in curve],
            y=values,
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            customdata=[point.step for point in curve],
            hovertemplate=t("bptt.carrying.hover") + "<extra>%{fullData.name}</extra>",
        )
    drawn.update_layout(
        showlegend=True,
        legend={
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "top",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12, "color": palette.text},
        },
    )
    return drawn.finish()


def _heights(points: Sequence[CarryPoint], floor: float | None) -> list[float]:
    """The frame as decades: from below all values to a little above where the nets end."""
    values = [value for point in points[-2:] for value in (point.carried, point.fresh)]
    lowest = min(min(values), floor or min(values))
    return [math.log10(lowest * 0.94), math.log10(max(values) * HEADROOM)]
