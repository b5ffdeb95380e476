"""How often the types stand in a text, the most frequent first, on logarithmic axes."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import percent
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, axis, blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.text.statistics import Ranking, spread, zipf
from rnncore.text.vocabulary import Vocabulary

HEIGHT = 330
POINTS = 300
"""Ranks that are drawn, at most: they rise by a factor, as the axis does."""
NAMED = (1, 3, 10, 30, 100, 1_000, 10_000)
"""Ranks whose token is written beside them."""
LONGEST = 14
"""Letters of a token beside its point."""


def figure(ranked: Ranking, vocabulary: Vocabulary, palette: Palette, t: Texts) -> go.Figure:
    """Traces   zipf, counts, names"""
    types = len(ranked.ids)
    drawn = logarithmic(palette, t("corpus.frequencies.rank"), t("corpus.frequencies.count"), types)
    places = spread(types, POINTS)
    ends = np.array([1, types])
    drawn.add_scatter(
        uid="zipf",
        x=ends.tolist(),
        y=zipf(ranked.tokens, ends, types).tolist(),
        mode="lines",
        line={"color": palette.rung, "width": 1.5, "dash": "dash"},
        name=t("corpus.frequencies.zipf"),
        hoverinfo="skip",
    )
    counts = ranked.counts[places - 1]
    tokens = vocabulary.decode(ranked.ids[places - 1])
    expected = zipf(ranked.tokens, places, types)
    drawn.add_scatter(
        uid="counts",
        x=places.tolist(),
        y=counts.tolist(),
        mode="lines+markers",
        line={"color": palette.train, "width": 1.5},
        marker={"size": 5, "color": palette.train},
        name=t("corpus.frequencies.counted"),
        customdata=[
            (escaped(token), percent(count / ranked.tokens), f"{zipfs:,.1f}")
            for token, count, zipfs in zip(tokens, counts.tolist(), expected, strict=True)
        ],
        hovertemplate=t("corpus.frequencies.hover") + "<extra></extra>",
    )
    named = [rank for rank in NAMED if rank <= types]
    drawn.add_scatter(
        uid="names",
        x=named,
        y=[int(ranked.counts[rank - 1]) for rank in named],
        mode="text",
        text=[_short(vocabulary.tokens[ranked.ids[rank - 1]]) for rank in named],
        textposition="top right",
        textfont={"size": 12, "color": palette.text},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    return drawn.finish()


def logarithmic(palette: Palette, x: str, y: str, widest: int) -> Drawing:
    """A plot of two counts on logarithmic axes, with the names of its lines above it."""
    right = max(np.log10(widest), 0.1)
    drawn = blank(
        palette,
        height=HEIGHT,
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 12},
        },
        xaxis=axis(
            palette, x, type="log", dtick=1, tickformat=COUNT, range=[-0.06 * right, right * 1.08],
        ),
        yaxis=axis(palette, y, type="log", dtick=1, tickformat=COUNT),
    )  # fmt: skip
    drawn.update_layout(margin={"l": 74, "t": 26, "b": 40})
    return drawn


def _short(token: str) -> str:
    return escaped(token if len(token) <= LONGEST else f"{token[: LONGEST - 1]}…")
