"""Shares of legal and of new strings by temperature, with Wilson intervals."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.probes.novelty import AtTemperature


def figure(
    points: Sequence[AtTemperature], temperatures: Sequence[float], palette: Palette, t: Texts
) -> go.Figure:
    """A dot a temperature, with an error bar from end to end of its interval.

    Traces   legal (with a grammar), new
    """
    drawn = blank(
        palette,
        height=250,
        margin={"l": 46, "r": 14, "t": 24, "b": 40},
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.0,
            "yanchor": "bottom",
            "font": {"size": 12, "color": palette.text},
        },
        xaxis=axis(
            palette,
            t("generation.temperature"),
            range=[0, max(temperatures) + 0.1],
            tickvals=list(temperatures),
            fixedrange=True,
        ),
        yaxis=axis(palette, range=[-0.03, 1.03], tickformat=".0%", nticks=5, fixedrange=True),
    )
    for name, colour, symbol in (
        ("legal", palette.legal, "circle"),
        ("new", palette.held_out, "square"),
    ):
        known = [
            (point.temperature, share)
            for point in points
            if (share := getattr(point, name)) is not None and share.of
        ]
        if not known:
            continue
        drawn.add_scatter(
            uid=name,
            name=t(f"generation.copies.{name}"),
            mode="lines+markers",
            x=[temperature for temperature, _ in known],
            y=[share.value for _, share in known],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [share.high - share.value for _, share in known],
                "arrayminus": [share.value - share.low for _, share in known],
                "color": colour,
                "thickness": 1.4,
                "width": 4,
            },
            line={"color": colour, "width": 2},
            marker={"color": colour, "size": 7, "symbol": symbol},
            customdata=[[share.hits, share.of] for _, share in known],
            hovertemplate=t("generation.copies.hover") + "<extra></extra>",
        )
    return drawn.finish()
