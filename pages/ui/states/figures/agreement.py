"""How often the network prefers tokens that agree: near, far, and past an attractor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.visit.i18n import Texts

HEIGHT = 260


class Share(NamedTuple):
    """Of so many places of a condition, the share that is right."""

    condition: str
    places: int
    intact: float
    silenced: float


def figure(
    shares: Sequence[Share], palette: Palette, t: Texts, *, silent: bool, told: bool = True
) -> go.Figure:
    """Traces   intact, silenced   bars with one standard error of their share; where nothing is
    silenced the second are outlines, and where it is not `told` what they would be, left out
    """
    drawn = blank(
        palette,
        height=HEIGHT,
        margin={"l": 40, "r": 8, "t": 24, "b": 40},
        barmode="group",
        bargap=0.3,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis=axis(
            palette,
            tickvals=list(range(len(shares))),
            ticktext=[
                f"{t(f'states.ranks.{one.condition}')}<br>n = {one.places}" for one in shares
            ],
            showgrid=False,
            fixedrange=True,
        ),
        yaxis=axis(palette, range=[0, 1.12], tickformat=".0%", nticks=6, fixedrange=True),
    )
    drawn.update_layout(xaxis={"tickfont": {"size": 12, "color": palette.text}})
    for uid, colour, filled in (
        ("intact", palette.path, True),
        *([("silenced", palette.held_out, silent)] if told else []),
    ):
        values = [getattr(one, uid) for one in shares]
        drawn.add_bar(
            uid=uid,
            name=t(f"states.agreement.{uid}"),
            x=list(range(len(shares))),
            y=values,
            marker={
                "color": colour if filled else "rgba(0,0,0,0)",
                "line": {"width": 1.5, "color": colour},
            },
            text=[f"{value:.0%}" for value in values],
            textposition="outside",
            textfont={"color": palette.text},
            error_y={
                "type": "data",
                "array": [error(one.places, getattr(one, uid)) for one in shares],
                "color": palette.faint,
                "thickness": 1,
                "width": 3,
            },
            hovertemplate="%{x}: %{y:.1%}<extra></extra>",
        )
    drawn.add_hline(0.5, line={"color": palette.faint, "width": 1, "dash": "dot"})
    return drawn.finish()


def error(n: int, share: float) -> float:
    """Standard error of a share of n places."""
    return math.sqrt(max(share * (1 - share), 0) / n) if n else 0.0
