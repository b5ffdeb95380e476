"""The parts of a text as a band: where each begins, and how long it is."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette, ink
from pages.ui.figures.style import COUNT, axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.text.statistics import Part

HEIGHT = 92


def colours(palette: Palette) -> dict[str, str]:
    """The colour of each part."""
    return {"train": palette.train, "valid": palette.held_out, "test": palette.floor}


def figure(parts: Sequence[Part], palette: Palette, t: Texts) -> go.Figure:
    """Traces   one for each part, by its name"""
    whole = sum(part.tokens for part in parts)
    drawn = blank(
        palette,
        height=HEIGHT,
        barmode="overlay",
        xaxis=axis(
            palette,
            t("corpus.split.position"),
            range=[0, whole],
            tickformat=COUNT,
            showgrid=False,
            fixedrange=True,
        ),
        yaxis={"visible": False, "fixedrange": True},
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    drawn.update_layout(margin={"l": 10, "r": 30, "t": 4, "b": 40})
    for part in parts:
        name = t(f"corpus.parts.{part.name}")
        drawn.add_bar(
            uid=part.name,
            orientation="h",
            base=[part.start],
            x=[part.tokens],
            y=[0],
            marker={
                "color": colours(palette)[part.name],
                "line": {"width": 1.5, "color": palette.ground},
            },
            text=[name],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": 12, "color": ink(colours(palette)[part.name])},
            customdata=[(name, part.start, part.start + part.tokens - 1, part.tokens)],
            hovertemplate=t("corpus.split.hover") + "<extra></extra>",
        )
    return drawn.finish()
