"""The learning-rate range test: the loss while the rate rises, and what it points to."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import VALUE, axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.experiments.range_test import HIGHEST, LOWEST, Found, RangePoint, smoothed

HEIGHT = 190


def figure(
    points: Sequence[RangePoint], told: Found | None, rate: float, palette: Palette, t: Texts
) -> go.Figure:
    """Losses as dots and their smoothed course over the rate; `rate` is the one in the box.

    Traces   losses, smooth, and with a result: marks at the steepest fall and at the lowest point
    """
    rates, smooth = [point.rate for point in points], smoothed(points).tolist()
    least, most = min(smooth), max(smooth[0], min(smooth) + 0.5)
    drawn = blank(
        palette,
        height=HEIGHT,
        margin={"l": 50, "r": 14, "t": 24, "b": 42},
        xaxis=axis(
            palette,
            t("rates.axis"),
            type="log",
            range=[math.log10(LOWEST), math.log10(HIGHEST)],
            dtick=2,
            tickformat="~g",
            fixedrange=True,
        ),
        yaxis=axis(
            palette,
            t("rates.loss"),
            tickformat=VALUE,
            fixedrange=True,
            range=[least - 0.4 * (most - least), most + 0.3 * (most - least)],
        ),
    )
    drawn.add_scatter(
        uid="losses",
        x=rates,
        y=[point.bits for point in points],
        mode="markers",
        marker={"size": 3, "color": palette.faint, "opacity": 0.5},
        hoverinfo="skip",
    )
    drawn.add_scatter(
        uid="smooth",
        x=rates,
        y=smooth,
        mode="lines",
        line={"color": palette.train, "width": 2},
        hovertemplate=t("rates.hover") + "<extra></extra>",
    )
    if LOWEST <= rate <= HIGHEST:
        line = {"color": palette.rung, "width": 1.2, "dash": "dot"}
        drawn.add_vline(x=rate, line=line)
        drawn.add_annotation(
            x=math.log10(rate), yref="paper", y=1, yanchor="bottom", showarrow=False,
            text=t("rates.present"), font={"size": 11, "color": palette.faint},
        )  # fmt: skip
    if told is not None:
        for uid, at, colour, symbol in (
            ("steepest", told.steepest, palette.floor, "circle"),
            ("lowest", told.lowest, palette.train, "circle-open"),
        ):
            if at is None:
                continue
            drawn.add_scatter(
                uid=uid,
                x=[at],
                y=[smooth[rates.index(at)]],
                mode="markers+text",
                marker={"size": 10, "color": colour, "symbol": symbol, "line": {"width": 2}},
                text=[t(f"rates.{uid}_short", rate=f"{at:.1g}")],
                textposition="bottom left" if uid == "steepest" else "bottom right",
                textfont={"size": 12, "color": colour},
                cliponaxis=False,
                hoverinfo="skip",
            )
    return drawn.finish()
