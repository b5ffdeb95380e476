"""States in a plane: held-out ones as points, a sentence and its twin as paths with arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.palette import SYMBOLS, Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escape, escaped
from pages.ui.visit.i18n import Texts

HEIGHT, LEGEND = 560, 60
HALO = "0 0 3px {0}, 0 0 3px {0}, 0 0 4px {0}"
"""What keeps words legible on points, in the colour of the ground."""
ROOM = 0.08
"""Of an axis' extent that stays free at each of its ends."""
ARROW = 0.54, 0.6
"""Of the way from one state to the next, where its arrow has its tail and its head."""
Points = Sequence[tuple[float, ...]]
Frame = Sequence[tuple[float, float]]
"""Least and greatest value of each axis: two of a plane, three of a space."""


def frame_of(points: Points) -> Frame:
    """The frame that holds these points, with room around them."""
    sides = [(min(values), max(values)) for values in zip(*points, strict=True)]
    return [
        (least - ROOM * (most - least) - 1e-6, most + ROOM * (most - least) + 1e-6)
        for least, most in sides
    ]


class Group(NamedTuple):
    """Points of one value, and what is told where one points at each."""

    name: str
    points: Points
    told: Sequence[str]


class Path(NamedTuple):
    """A sentence: its tokens and where the state is after each."""

    tokens: Sequence[str]
    points: Points


def figure(
    groups: Sequence[Group],
    paths: Sequence[Path],
    frame: Frame,
    palette: Palette,
    t: Texts,
    activity: Sequence[float] = (),
) -> go.Figure:
    """Groups by colour and symbol; or one group, coloured by the `activity` of a unit, -1 to 1. The
    first path is solid, the second dotted.

    Traces   a cloud for each group; path and words for each path
    """
    plain = {"showticklabels": False, "zeroline": False, "fixedrange": True}
    drawn = blank(
        palette,
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8 if activity else LEGEND},
        showlegend=not activity,
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
        xaxis=axis(palette, None, range=list(frame[0]), **plain),
        yaxis=axis(palette, None, range=list(frame[1]), **plain),
    )
    for number, group in enumerate(groups):
        marker = {
            "size": 7,
            "opacity": 0.75,
            "symbol": SYMBOLS[number % len(SYMBOLS)],
            "color": palette.states[number % len(palette.states)],
            "line": {"width": 0},
        }
        if activity:
            marker |= {
                "color": list(activity),
                "colorscale": [list(stop) for stop in palette.diverging],
                "cmin": -1,
                "cmax": 1,
                "opacity": 1,
                "line": {"width": 0.5, "color": palette.faint},
            }
        drawn.add_scatter(
            uid=f"cloud{number}",
            name=escape(group.name),
            x=[point[0] for point in group.points],
            y=[point[1] for point in group.points],
            mode="markers",
            marker=marker,
            text=[escape(told) for told in group.told],
            hovertemplate="%{text}<extra></extra>",
        )
    for number, path in enumerate(paths):
        colour = palette.text if number == 0 else palette.faint  # no group has it
        drawn.add_scatter(
            uid=f"path{number}",
            x=[point[0] for point in path.points],
            y=[point[1] for point in path.points],
            mode="lines+markers",
            line={"color": colour, "width": 1.5, "dash": "solid" if number == 0 else "dot"},
            marker={"size": 5, "color": colour},
            text=[escaped(token) for token in path.tokens],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
        drawn.add_scatter(
            uid=f"words{number}",
            x=[point[0] for point in path.points],
            y=[point[1] for point in path.points],
            mode="text",
            text=[escaped(token) for token in path.tokens],
            meta={"apart": list(path.tokens)},
            textfont={"size": 12, "color": colour, "shadow": HALO.format(palette.ground)},
            hoverinfo="skip",
            showlegend=False,
        )
        for start, end in zip(path.points, path.points[1:], strict=False):
            (tail_x, tail_y), (head_x, head_y) = (_between(start, end, share) for share in ARROW)
            drawn.add_annotation(
                x=head_x, y=head_y, ax=tail_x, ay=tail_y,
                xref="x", yref="y", axref="x", ayref="y",
                text="", showarrow=True, arrowhead=2, arrowsize=1.1, arrowwidth=1.3,
                arrowcolor=colour, standoff=0,
            )  # fmt: skip
    return drawn.finish()


def _between(start: tuple[float, ...], end: tuple[float, ...], share: float) -> tuple[float, float]:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
