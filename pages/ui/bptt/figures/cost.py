"""What an update costs against the window's length: computed as lines, measured as points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import VALUE, axis, blank
from pages.ui.visit.i18n import Texts

HEIGHT = 230


class Curve(NamedTuple):
    """A quantity by T: what shapes say at all T, what was measured at some, and the T chosen.

    `reserved` is what the fast layers take beyond what they need, where that is the quantity.
    """

    time_sizes: Sequence[int]
    computed: Sequence[float]
    measured: Sequence[tuple[int, float]]
    chosen: int
    reserved: Sequence[tuple[int, float]] = ()


TICKS = [digit * 10.0**power for power in range(-3, 5) for digit in (1, 2, 5)]


def figure(
    curve: Curve, quantity: Literal["memory", "work"], palette: Palette, t: Texts
) -> go.Figure:
    """One quantity by T, both axes logarithmic, so that proportional is a straight slope.

    Traces   computed, reserved, measured
    """
    drawn = blank(
        palette,
        height=HEIGHT,
        xaxis=axis(
            palette,
            t("bptt.cost.window"),
            type="log",
            tickvals=[1, 2, 5, 10, 20, 50, 100],
            fixedrange=True,
        ),
        yaxis=axis(
            palette,
            t(f"bptt.cost.{quantity}_axis"),
            type="log",
            tickvals=TICKS,
            tickformat=VALUE,
            fixedrange=True,
        ),
    )
    drawn.update_layout(margin={"l": 62, "r": 14, "t": 18})
    drawn.add_scatter(
        uid="computed",
        name=t("bptt.cost.computed"),
        x=list(curve.time_sizes),
        y=list(curve.computed),
        mode="lines",
        line={"color": palette.rung, "width": 2},
        hovertemplate=t(f"bptt.cost.{quantity}_hover") + "<extra>%{fullData.name}</extra>",
    )
    for uid, points, symbol in (
        ("reserved", curve.reserved, "circle-open"),
        ("measured", curve.measured, "circle"),
    ):
        drawn.add_scatter(
            uid=uid,
            name=t(f"bptt.cost.{uid}"),
            x=[T for T, _ in points],
            y=[value for _, value in points],
            mode="markers",
            marker={"color": palette.held_out, "size": 8, "symbol": symbol},
            hovertemplate=t(f"bptt.cost.{quantity}_hover") + "<extra>%{fullData.name}</extra>",
        )
    drawn.add_vline(x=curve.chosen, line={"color": palette.mark, "width": 1.2, "dash": "dash"})
    drawn.add_annotation(
        x=_exponent(curve.chosen),
        yref="paper",
        y=1,
        xanchor="center",
        yanchor="bottom",
        text=f"T = {curve.chosen}",
        showarrow=False,
        font={"size": 11, "color": palette.faint},
    )
    return drawn.finish()


def _exponent(value: float) -> float:
    """Plotly places annotations on a logarithmic axis by exponent."""
    return math.log10(value)
