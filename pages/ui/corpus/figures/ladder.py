"""Bits per token against the tokens of memory, and the floor below them."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import VALUE, axis, blank
from pages.ui.visit.i18n import Texts

HEIGHT = 300


def figure(
    bits: Sequence[float], floor: float | None, title: str, palette: Palette, t: Texts
) -> go.Figure:
    """`bits` of a memory of 0, 1, 2, ... tokens; `floor` where it is known. `title` is that of the
    axis of memories.

    Traces   rungs, floor
    """
    lowest = min(bits) if floor is None else floor
    room = max(max(bits) - lowest, 0.1) * 0.08
    drawn = blank(
        palette,
        height=HEIGHT,
        xaxis=axis(
            palette,
            title,
            dtick=1,
            range=[-0.3, len(bits) - 0.7],
            showgrid=False,
            fixedrange=True,
        ),
        yaxis=axis(
            palette,
            t("corpus.ladder.bits_axis"),
            tickformat=VALUE,
            range=[max(lowest - room, 0), max(bits) + room],
            fixedrange=True,
        ),
    )
    drawn.update_layout(margin={"l": 56, "b": 40})
    drawn.add_scatter(
        uid="rungs",
        x=list(range(len(bits))),
        y=list(bits),
        mode="lines+markers",
        line={"color": palette.train, "width": 2, "shape": "hvh"},
        marker={"size": 7, "color": palette.train},
        customdata=[2**each for each in bits],
        hovertemplate=t("corpus.ladder.hover") + "<extra></extra>",
    )
    if floor is not None:
        drawn.add_scatter(
            uid="floor",
            x=[-0.3, len(bits) - 0.7],
            y=[floor, floor],
            mode="lines",
            line={"color": palette.floor, "width": 2, "dash": "dash"},
            hoverinfo="skip",
        )
        drawn.add_annotation(
            x=0,
            y=floor,
            xref="x domain",
            xanchor="left",
            yanchor="bottom",
            text=t("corpus.ladder.floor_line", floor=f"{floor:.3f}"),
            font={"size": 12, "color": palette.floor},
            showarrow=False,
        )
    return drawn.finish()
