"""Scatter columns: the results against each setting, side by side, brushed by the same boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.tune.figures.parallel import BAND, DIVERGED, HEIGHT, hover, shares, span
from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.strands import strands
from pages.ui.tune.figures.ticks import ticks
from pages.ui.visit.i18n import Texts
from rnncore.sweeps.analysis import RESULT, Brush, Scale, coordinate
from rnncore.sweeps.trial import Trial

_COLUMN = re.compile(r"x(\d*)")
GAP = 0.025
"""Between two columns, as a share of the width."""


def figure(shown: Shown, palette: Palette, t: Texts) -> go.Figure:
    """Draw a column for each setting; all have the axis of results, with diverged trials above.

    Traces   for each column one per strand, and the chosen trial
    Shapes   the brushes, in their order
    """
    *settings, result = shown.scales
    trials, names = shown.trials, shown.names
    width = (1 - GAP * (len(settings) - 1)) / len(settings)
    drawn = blank(palette, height=HEIGHT, margin={"l": 58, "r": 14, "t": 8, "b": 40})
    at_left = [*ticks(result, shown.say), (DIVERGED, t("tune.statuses.diverged"))]
    if all(trial.status != "diverged" for trial in trials):
        at_left.pop()
    drawn.update_layout(
        yaxis=axis(
            palette,
            None,
            range=[-0.06, BAND[1] if len(at_left) > len(ticks(result, shown.say)) else 1.06],
            tickvals=[share for share, _ in at_left],
            ticktext=[text for _, text in at_left],
            fixedrange=True,
        )
    )
    for place, scale in enumerate(settings):
        named, left = ticks(scale, shown.say), place * (width + GAP)
        across = axis(
            palette,
            names[scale.name],
            domain=[left, min(1.0, left + width)],
            range=[-0.06, 1.06],
            tickvals=[share for share, _ in named],
            ticktext=[text for _, text in named],
            fixedrange=True,
            anchor="y",
        )
        drawn.update_layout(**{f"xaxis{_number(place)}": across})
        for strand in strands(trials, shown.kept, palette):
            drawn.add_scatter(
                uid=f"{scale.name}-{strand.name}",
                xaxis=f"x{_number(place)}",
                **_standing(scale, result, strand.trials, shown, t),
                mode="markers",
                marker={
                    "color": strand.line["color"],
                    "size": 8,
                    "symbol": "x-thin-open" if strand.role == "diverged" else "circle",
                    "opacity": strand.opacity,
                },
                hovertemplate="%{text}<extra></extra>",
            )
        picked = [trial for trial in trials if trial.number == shown.chosen]
        drawn.add_scatter(
            uid=f"{scale.name}-chosen",
            xaxis=f"x{_number(place)}",
            **_standing(scale, result, picked, shown, t),
            mode="markers",
            marker={
                "color": palette.accent,
                "size": 15,
                "symbol": "circle-open",
                "line": {"width": 3},
            },
            hoverinfo="skip",
        )
    for name, place in _held(settings, shown.brushes):
        _brush(drawn, name, place, shown, palette)
    return drawn.finish()


def _brush(drawn: Drawing, name: str, place: int, shown: Shown, palette: Palette) -> None:
    """A box, and lines at the ends that one may move."""
    *settings, result = shown.scales
    x, y = (0.0, 1.0), (-0.06, BAND[1])
    if name == RESULT:
        y = shares(result, shown.brushes[name])
        ends = [(at, [-0.06, 1.06], [end, end]) for at in range(len(settings)) for end in y]
    else:
        x = shares(settings[place], shown.brushes[name])
        ends = [(place, [end, end], [-0.06, BAND[1]]) for end in x]
    for at, across, up in ends:
        drawn.add_scatter(
            uid=f"{name}-end",
            xaxis=f"x{_number(at)}",
            x=across,
            y=up,
            mode="lines",
            line={"color": palette.accent, "width": 2.5},
            hoverinfo="skip",
        )
    drawn.add_shape(
        type="rect",
        xref="paper" if name == RESULT else f"x{_number(place)}",
        x0=x[0],
        x1=x[1],
        y0=y[0],
        y1=y[1],
        fillcolor=palette.accent,
        opacity=0.14,
        line={"width": 0},
    )


def brushed(
    told: Mapping[str, Any], scales: Sequence[Scale], brushes: Mapping[str, Brush]
) -> dict[str, Brush]:
    """The brushes after a person has drawn or moved a box, or has taken all away. A new box brushes
    the setting of its column and the results."""
    if told["range"] is None:
        return {}
    *settings, result = scales
    held = _held(settings, brushes)
    moved = held[told["at"]][0] if told["at"] is not None and told["at"] < len(held) else None
    found = dict(brushes)
    for ref, ends in told["range"].items():
        low, high = sorted(ends)
        column = _COLUMN.fullmatch(ref)
        place = int(column[1] or 1) - 1 if column else None
        scale = result if ref == "y" else None
        if place is not None and place < len(settings):
            scale = settings[place]
        if scale is not None and moved in (None, scale.name):
            found[scale.name] = span(scale, low, high)
    return found


def _held(settings: Sequence[Scale], brushes: Mapping[str, Brush]) -> list[tuple[str, int]]:
    """The brushes that are drawn, each with its column."""
    columns = [(scale.name, at) for at, scale in enumerate(settings) if scale.name in brushes]
    return [*columns, (RESULT, 0)] if RESULT in brushes else columns


def _number(place: int) -> str:
    return str(place + 1) if place else ""


def _standing(
    scale: Scale,
    result: Scale,
    trials: Sequence[Trial],
    shown: Shown,
    t: Texts,
) -> dict[str, Any]:
    found = [(trial, coordinate(scale, trial), coordinate(result, trial)) for trial in trials]
    there = [(trial, x, y) for trial, x, y in found if x is not None and y is not None]
    return {
        "x": [scale.share(x) for _, x, _ in there],
        "y": [DIVERGED if y > result.high else result.share(y) for _, _, y in there],
        "customdata": [trial.number for trial, *_ in there],
        "text": [hover(trial, shown, t) for trial, *_ in there],
    }
