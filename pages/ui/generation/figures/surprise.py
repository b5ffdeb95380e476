"""Surprise token by token, beside what was expected, and what the truth would have paid."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.probes.surprise import Told

NAMED = 40
"""Up to so many tokens are written below the axis."""


def figure(
    told: Sequence[Told], tokens: Sequence[str], place: int, palette: Palette, t: Texts
) -> go.Figure:
    """A bar a token; `place` is the chosen one.

    Traces   surprise  bars; customdata is the place
             entropy   what the network expected, a line in steps
             truth     the bits of the true distribution, with a grammar
    """
    n = len(told)
    words = [escaped(token) for token in tokens]
    drawn = blank(
        palette,
        height=230,
        margin={"l": 44, "r": 8, "t": 22, "b": 46 if n <= NAMED else 22},
        bargap=0.25,
        showlegend=True,
        legend={
            "orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom",
            "font": {"size": 12, "color": palette.text},
        },
        xaxis=axis(
            palette,
            tickvals=list(range(n)) if n <= NAMED else [],
            ticktext=words if n <= NAMED else [],
            range=[-0.6, n - 0.4],
            showgrid=False,
            fixedrange=True,
        ),
        yaxis=axis(palette, t("generation.surprise.bits"), rangemode="tozero", fixedrange=True),
    )  # fmt: skip
    drawn.add_bar(
        uid="surprise",
        name=t("generation.surprise.surprise"),
        x=list(range(n)),
        y=[one.surprise for one in told],
        marker={
            "color": [palette.accent if i == place else palette.held_out for i in range(n)],
            "line": {"width": 0},
        },
        customdata=list(range(n)),
        hovertext=words,
        hovertemplate="%{hovertext}: %{y:.2f}<extra></extra>",
    )
    drawn.add_scatter(
        uid="entropy",
        name=t("generation.surprise.entropy"),
        mode="lines",
        x=list(range(n)),
        y=[one.entropy for one in told],
        line={"color": palette.text, "width": 1.5, "shape": "hvh"},
        hoverinfo="skip",
    )
    if any(one.true_bits is not None for one in told):
        drawn.add_scatter(
            uid="truth",
            name=t("generation.surprise.truth"),
            mode="markers",
            x=[i for i, one in enumerate(told) if one.true_bits is not None],
            y=[one.true_bits for one in told if one.true_bits is not None],
            marker={
                "color": palette.floor,
                "size": 7,
                "symbol": "line-ew-open",
                "line": {"width": 3},
            },
            hovertemplate=t("generation.surprise.hover_truth") + "<extra></extra>",
        )
    return drawn.finish()
