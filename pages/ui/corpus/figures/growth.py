"""How many types the beginnings of a text hold, on logarithmic axes."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.corpus.figures.ranks import logarithmic
from pages.ui.figures.palette import Palette
from pages.ui.visit.i18n import Texts
from rnncore.text.statistics import Growth


def figure(grown: Growth, palette: Palette, t: Texts) -> go.Figure:
    """Traces   new, types"""
    most = int(grown.types[-1])
    drawn = logarithmic(
        palette, t("corpus.growth.tokens"), t("corpus.growth.types"), int(grown.tokens[-1])
    )
    drawn.add_scatter(
        uid="new",
        x=[1, most],
        y=[1, most],
        mode="lines",
        line={"color": palette.rung, "width": 1.5, "dash": "dash"},
        name=t("corpus.growth.new"),
        hoverinfo="skip",
    )
    drawn.add_scatter(
        uid="types",
        x=grown.tokens.tolist(),
        y=grown.types.tolist(),
        mode="lines",
        line={"color": palette.train, "width": 2},
        name=t("corpus.growth.counted"),
        hovertemplate=t("corpus.growth.hover") + "<extra></extra>",
    )
    return drawn.finish()
