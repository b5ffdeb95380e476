"""States on three axes, to be turned: held-out ones as points, sentences as paths with arrows."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, dist, radians, sin

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import FONT, blank
from pages.ui.figures.tokens import escape, escaped, isolated
from pages.ui.states.figures.clouds import HEIGHT, LEGEND, Frame, Group, Path
from pages.ui.visit.i18n import Texts

SYMBOLS = ("circle", "square", "diamond", "cross")
"""Those of figures/palette.py, as far as plotly has them in three dimensions."""
DISTANCE, ELEVATION = 1.35, 20
"""From which the scene is seen, in its own units, and at how many degrees above the ground."""
HEAD, PLACE = 0.035, 0.57
"""Size of an arrow's head as a share of the frame's longest side; where on its way it stands."""
NARROW = 0.15
"""The least side of the frame that is drawn, as a share of the longest: states may be flat."""


def figure(
    groups: Sequence[Group],
    paths: Sequence[Path],
    frame: Frame,
    palette: Palette,
    t: Texts,
    activity: Sequence[float] = (),
    turn: int = 0,
) -> go.Figure:
    """As `clouds.figure` on three axes, seen from `turn` degrees round the third one.

    Traces   a cloud for each group; path and heads for each path
    """
    longest = max(high - low for low, high in frame)
    drawn = blank(
        palette,
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0 if activity else LEGEND},
        showlegend=not activity,
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
        scene={
            **{
                name: _axis(palette, t("states.clouds.axis", number=number), ends)
                for number, (name, ends) in enumerate(zip(_AXES, frame, strict=True), 1)
            },
            "aspectmode": "manual",
            "aspectratio": {
                name[0]: max((high - low) / longest, NARROW)
                for name, (low, high) in zip(_AXES, frame, strict=True)
            },
            "dragmode": "turntable",
            "camera": {"eye": _eye(turn)},
            "uirevision": turn,
        },
    )
    for number, group in enumerate(groups):
        marker = {
            "size": 3.5,
            "opacity": 0.8,
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
        points = {
            "type": "scatter3d",
            "uid": f"cloud{number}",
            "name": escape(group.name),
            **_columns(group.points),
            "mode": "markers",
            "marker": marker,
            "text": [escape(told) for told in group.told],
            "hovertemplate": "%{text}<extra></extra>",
        }
        drawn.add_traces([points])
    for number, path in enumerate(paths):
        colour = palette.text if number == 0 else palette.faint  # no group has it
        drawn.add_traces(
            [_path(path, number, colour), _heads(path, number, colour, HEAD * longest)]
        )
    return drawn.finish()


_AXES = ("xaxis", "yaxis", "zaxis")


def _axis(palette: Palette, title: str, ends: tuple[float, float]) -> dict[str, object]:
    return {
        "title": {"text": title, "font": {"size": 12, "color": palette.faint, "family": FONT}},
        "range": list(ends),
        "autorange": False,
        "showticklabels": False,
        "ticks": "",
        "showspikes": False,
        "zeroline": False,
        "color": palette.faint,
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "showbackground": False,
    }


def _eye(turn: int) -> dict[str, float]:
    round_, above = radians(turn), radians(ELEVATION)
    return {
        "x": DISTANCE * cos(above) * sin(round_),
        "y": -DISTANCE * cos(above) * cos(round_),
        "z": DISTANCE * sin(above),
    }


def _columns(points: Sequence[tuple[float, ...]]) -> dict[str, list[float]]:
    return {name: [point[place] for point in points] for place, name in enumerate("xyz")}


def _path(path: Path, number: int, colour: str) -> dict[str, object]:
    return {
        "type": "scatter3d",
        "uid": f"path{number}",
        **_columns(path.points),
        "mode": "lines+markers+text",
        "line": {"color": colour, "width": 4, "dash": "solid" if number == 0 else "dot"},
        "marker": {"size": 3, "color": colour},
        "text": [_bare(token) for token in path.tokens],
        "hovertext": [escaped(token) for token in path.tokens],
        "textposition": "top center" if number == 0 else "bottom center",
        "textfont": {"size": 12, "color": colour, "family": FONT},
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _bare(token: str) -> str:
    """A token for WebGL's letters, where plotly knows tags and no entities: an unseen joiner makes
    a `<` begin none."""
    return isolated(token).replace("<", "<\u2060")


def _heads(path: Path, number: int, colour: str, size: float) -> dict[str, object]:
    """Heads of arrows on the way from each state to the next one that differs."""
    ways = [
        (start, [(b - a) / length for a, b in zip(start, end, strict=True)], length)
        for start, end in zip(path.points, path.points[1:], strict=False)
        if (length := dist(start, end)) > size
    ]
    at = [
        tuple(a + PLACE * length * d for a, d in zip(start, direction, strict=True))
        for start, direction, length in ways
    ]
    return {
        "type": "cone",
        "uid": f"heads{number}",
        **_columns(at),
        **{
            name: [direction[place] for _, direction, _ in ways] for place, name in enumerate("uvw")
        },
        "sizemode": "raw",
        "sizeref": size,
        "anchor": "center",
        "colorscale": [[0, colour], [1, colour]],
        "showscale": False,
        "hoverinfo": "skip",
    }
