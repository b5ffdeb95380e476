"""The unigram entropy of each part, and what it would be if all types were equally frequent."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import plotly.graph_objects as go

from pages.ui.corpus.figures.band import colours
from pages.ui.figures.palette import Palette, ink
from pages.ui.figures.style import VALUE, axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.text.statistics import Part

HEIGHT = 170


def figure(parts: Sequence[Part], vocabulary: int, palette: Palette, t: Texts) -> go.Figure:
    """Traces   bits"""
    even = log2(vocabulary)
    paint = [colours(palette)[part.name] for part in parts]
    drawn = blank(
        palette,
        height=HEIGHT,
        xaxis=axis(
            palette,
            t("corpus.split.entropy"),
            range=[0, max(even, 1) * 1.04],
            tickformat=VALUE,
            fixedrange=True,
        ),
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "tickfont": {"size": 12, "color": palette.text},
            "ticklabelstandoff": 6,
            "showgrid": False,
            "fixedrange": True,
        },
        bargap=0.25,
    )
    drawn.update_layout(margin={"l": 70, "r": 14, "t": 22, "b": 40})
    drawn.add_bar(
        uid="bits",
        orientation="h",
        x=[part.bits for part in parts],
        y=[t(f"corpus.parts.{part.name}") for part in parts],
        marker={"color": paint},
        text=[f"{part.bits:.3f}" for part in parts],
        textposition="inside",
        insidetextanchor="end",
        textfont={"size": 12, "color": [ink(colour) for colour in paint]},
        hoverinfo="skip",
    )
    drawn.add_vline(even, line={"color": palette.rung, "width": 1.5, "dash": "dash"})
    drawn.add_annotation(
        x=even,
        y=1,
        yref="y domain",
        xanchor="right",
        yanchor="bottom",
        text=t("corpus.split.even", V=f"{vocabulary:,}"),
        font={"size": 12, "color": palette.faint},
        showarrow=False,
    )
    return drawn.finish()
