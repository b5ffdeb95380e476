"""Gradient norms of real updates as a histogram, with the norm that clipping lets through."""

from __future__ import annotations

import itertools
import math

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, LOG_TEXTS, LOG_TICKS, axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.probes.explosion import NormHistogram


def figure(
    before: NormHistogram, found: NormHistogram, clipped: bool, palette: Palette, t: Texts,
    height: int,
) -> go.Figure:  # fmt: skip
    """Counts by norm on a logarithmic axis: with Wh as it is in grey, scaled in colour.

    Traces   as_it_is, scaled
    """
    drawn = blank(
        palette,
        height=height,
        barmode="overlay",
        bargap=0.06,
        xaxis=axis(
            palette,
            t("gradients.explosion.norm"),
            type="log",
            tickvals=LOG_TICKS,
            ticktext=LOG_TEXTS,
        ),
        yaxis=axis(
            palette,
            t("gradients.explosion.windows"),
            tickformat=COUNT,
            rangemode="tozero",
            dtick=max(1, math.ceil(max(map(int, (*before.counts, *found.counts, 1))) / 5)),
        ),
    )
    drawn.update_layout(margin={"l": 50, "r": 14, "t": 22})
    for uid, histogram, colour in (
        ("as_it_is", before, palette.start),
        ("scaled", found, palette.gradient),
    ):
        edges = histogram.edges
        drawn.add_bar(
            uid=uid,
            name=t(f"gradients.explosion.{uid}"),
            x=[math.sqrt(low * high) for low, high in itertools.pairwise(edges)],
            width=[float(high - low) for low, high in itertools.pairwise(edges)],
            y=histogram.counts.tolist(),
            marker={"color": colour, "opacity": 1 if uid == "as_it_is" else 0.8},
            hovertemplate=t("gradients.explosion.hover") + "<extra>%{fullData.name}</extra>",
        )
    if found.limit:
        drawn.add_vline(
            x=found.limit,
            line={
                "color": palette.held_out,
                "width": 2,
                "dash": "solid" if clipped else "dot",
            },
        )
        drawn.add_annotation(
            x=math.log10(found.limit),
            yref="paper",
            y=1,
            yanchor="bottom",
            xanchor="center",
            text=t("gradients.explosion.limit", limit=f"{found.limit:g}"),
            showarrow=False,
            font={"size": 12, "color": palette.held_out},
        )
    return drawn.finish()
