"""Units by rows, tokens by columns; responses of units to a word; words in a plane."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank, names_axis
from pages.ui.figures.tokens import escape, escaped
from pages.ui.states.figures.clouds import frame_of
from pages.ui.visit.i18n import Texts
from rnncore.shapes import Array

ROW, HEAD, LEFT, COLUMN = 11, 64, 58, 17
MAP_HEIGHT, BARS_HEIGHT = 420, 250


def heat_map(
    activity: Array,
    units: Sequence[int],
    tokens: Sequence[str],
    span: tuple[int, int],
    palette: Palette,
    t: Texts,
) -> go.Figure:
    """Activity of `units` (rows, the first at the top) after each token: blue -1, orange +1. The
    span is framed. A click on a cell gives its token.

    Traces   cells  a heat map
    """
    n = len(tokens)
    drawn = blank(
        palette,
        height=HEAD + ROW * len(units) + 8,
        width=LEFT + COLUMN * n + 8,
        margin={"l": LEFT, "r": 6, "t": HEAD, "b": 4},
        xaxis=names_axis(
            palette, [escaped(token)[:14] for token in tokens], side="top", tickangle=-90
        ),
        yaxis=names_axis(palette, [str(unit) for unit in units], t("states.units.axis"), down=True),
    )
    drawn.update_layout(
        xaxis={"tickfont": {"size": 11, "color": palette.text}}, yaxis={"tickfont": {"size": 9}}
    )
    drawn.add_heatmap(
        uid="cells",
        z=[[round(float(activity[i, unit]), 3) for i in range(n)] for unit in units],
        zmin=-1,
        zmax=1,
        colorscale=[list(stop) for stop in palette.diverging],
        showscale=False,
        customdata=[list(range(n)) for _ in units],
        hovertemplate=t("states.units.hover") + "<extra></extra>",
    )
    first, last = span
    drawn.add_shape(
        type="rect", x0=first - 0.5, x1=last + 0.5, y0=-0.5, y1=len(units) - 0.5,
        line={"color": palette.text, "width": 2},
    )  # fmt: skip
    return drawn.finish()


def bars(units: Sequence[int], values: Sequence[float], palette: Palette, t: Texts) -> go.Figure:
    """Traces   response  a bar for each unit"""
    drawn = blank(
        palette,
        height=BARS_HEIGHT,
        xaxis=axis(
            palette,
            t("states.units.axis"),
            tickvals=list(range(len(units))),
            ticktext=[str(unit) for unit in units],
            showgrid=False,
            fixedrange=True,
        ),
        yaxis=axis(palette, nticks=6, zeroline=True, zerolinecolor=palette.faint, fixedrange=True),
    )
    drawn.add_bar(
        uid="response",
        x=list(range(len(units))),
        y=[round(value, 4) for value in values],
        marker={"color": [palette.held_out if v > 0 else palette.train for v in values]},
        hovertemplate="%{y:+.2f}<extra></extra>",
    )
    return drawn.finish()


def word_map(
    points: Sequence[tuple[float, float]],
    words: Sequence[str],
    kinds: Sequence[str],
    chosen: int | None,
    palette: Palette,
) -> go.Figure:
    """Traces   points, coloured by their words' kind; words, the chosen one first; its ring"""
    order = list(dict.fromkeys(kinds))
    colours = [palette.states[order.index(kind) % len(palette.states)] for kind in kinds]
    plain = {"showticklabels": False, "fixedrange": True}
    across, up = frame_of(points)
    drawn = blank(
        palette,
        height=MAP_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis=axis(palette, None, range=list(across), **plain),
        yaxis=axis(palette, None, range=list(up), **plain),
    )
    drawn.add_scatter(
        uid="points",
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="markers",
        marker={"size": 6, "color": colours},
        customdata=list(range(len(words))),
        hovertext=[f"{escaped(w)}<br>{escape(k)}" for w, k in zip(words, kinds, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    named = sorted(range(len(words)), key=lambda place: place != chosen)
    drawn.add_scatter(
        uid="words",
        x=[points[place][0] for place in named],
        y=[points[place][1] for place in named],
        mode="text",
        text=[escaped(words[place]) for place in named],
        textfont={"size": 11, "color": palette.text},
        meta={"apart": [words[place] for place in named]},
        hoverinfo="skip",
    )
    if chosen is not None:
        drawn.add_scatter(
            uid="chosen",
            x=[points[chosen][0]],
            y=[points[chosen][1]],
            mode="markers",
            marker={
                "size": 16,
                "symbol": "circle-open",
                "color": palette.held_out,
                "line": {"width": 2.5, "color": palette.held_out},
            },
            hoverinfo="skip",
        )
    return drawn.finish()
