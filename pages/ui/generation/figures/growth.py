"""Probabilities of the next token over training, one line a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.shapes import Array


class Line(NamedTuple):
    """A token's probability at every snapshot; `chosen` is the one that is looked at."""

    word: str
    token: int
    values: tuple[float, ...]
    chosen: bool


def lines(
    points: Sequence[Array], tokens: Sequence[str], token: int, most: int
) -> tuple[Line, ...]:
    """The tokens that are likeliest in the end, and the chosen one, which is drawn last."""
    best = np.argsort(-points[-1], kind="stable")[:most].tolist()
    shown = [one for one in best if one != token] + [token]
    return tuple(
        Line(escaped(tokens[one]), one, tuple(float(p[one]) for p in points), one == token)
        for one in shown
    )


def figure(
    drawn: Sequence[Line],
    steps: Sequence[int],
    true: float | None,
    palette: Palette,
    t: Texts,
) -> go.Figure:
    """Snapshots stand at equal distances, since learning is fast at first.

    Traces   a line a token; customdata is its id
    """
    drawing = blank(
        palette,
        height=260,
        margin={"l": 46, "r": 110, "t": 10, "b": 40},
        xaxis=axis(
            palette,
            t("figures.updates"),
            tickvals=list(range(len(steps))),
            ticktext=[f"{step:,}" for step in steps],
            range=[-0.2, max(len(steps) - 0.8, 1)],
            fixedrange=True,
        ),
        yaxis=axis(palette, tickformat=".0%", rangemode="tozero", nticks=5, fixedrange=True),
    )
    for line in drawn:
        colour = palette.accent if line.chosen else palette.rung
        drawing.add_scatter(
            uid=f"token{line.token}",
            mode="lines+markers",
            x=list(range(len(steps))),
            y=list(line.values),
            line={"color": colour, "width": 3 if line.chosen else 1.2},
            marker={"color": colour, "size": 8 if line.chosen else 5},
            customdata=[line.token] * len(steps),
            hovertext=[line.word] * len(steps),
            hovertemplate="%{hovertext}: %{y:.1%}<extra></extra>",
        )
    for line, y in zip(drawn, _apart([line.values[-1] for line in drawn]), strict=True):
        drawing.add_annotation(
            x=len(steps) - 1, y=y, xanchor="left", xshift=10, showarrow=False,
            text=f"<b>{line.word}</b>" if line.chosen else line.word,
            font={"size": 12, "color": palette.accent if line.chosen else palette.faint},
        )  # fmt: skip
    if true is not None:
        drawing.add_hline(true, line={"color": palette.floor, "width": 1.5, "dash": "dash"})
        drawing.add_annotation(
            xref="paper", x=0.01, y=true, xanchor="left", yanchor="bottom", showarrow=False,
            text=t("generation.growth.true"), font={"size": 12, "color": palette.floor},
        )  # fmt: skip
    return drawing.finish()


def _apart(values: Sequence[float]) -> list[float]:
    """Heights of labels beside these values, moved so that none runs into another."""
    least = 0.075 * max([*values, 1e-9])
    heights = list(values)
    below = None
    for i in sorted(range(len(values)), key=lambda i: values[i]):
        if below is not None:
            heights[i] = max(heights[i], below + least)
        below = heights[i]
    return heights
