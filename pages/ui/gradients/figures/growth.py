"""The largest singular value and the largest eigenvalue of Wh over training."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.probes.spectra import Spectrum


def figure(
    known: Mapping[int, Spectrum], at: int, palette: Palette, t: Texts, height: int
) -> go.Figure:
    """`known` is one gate's spectrum by update, in order; `at` is marked.

    Traces   one, largest, radius, at
    """
    drawn = blank(
        palette,
        height=height,
        xaxis=axis(palette, t("gradients.spectrum.at"), tickformat=COUNT, fixedrange=True),
        yaxis=axis(palette, None, rangemode="tozero", fixedrange=True, nticks=4),
    )
    drawn.update_layout(margin={"l": 50, "r": 34, "t": 8})
    steps = list(known)
    drawn.add_scatter(
        uid="one",
        x=[steps[0], steps[-1]],
        y=[1, 1],
        mode="lines",
        line={"color": palette.floor, "width": 1.6},
        hoverinfo="skip",
    )
    for uid, values, role, dash, sign in (
        ("largest", [known[step].largest for step in steps], "rung", "solid", "σ"),
        ("radius", [known[step].radius for step in steps], "held_out", "dot", "ρ"),
    ):
        colour = getattr(palette, role)
        drawn.add_scatter(
            uid=uid,
            x=steps,
            y=values,
            mode="lines+text",
            text=[*[""] * (len(steps) - 1), f"   {sign}"],
            textposition="middle right",
            textfont={"size": 13, "color": colour},
            cliponaxis=False,
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate=t("gradients.spectrum.hover_growth", sign=sign) + "<extra></extra>",
        )
    drawn.add_scatter(
        uid="at",
        x=[at, at],
        y=[known[at].largest, known[at].radius],
        mode="markers",
        marker={"color": palette.gradient, "size": 8},
        hoverinfo="skip",
    )
    return drawn.finish()
