"""Parallel coordinates: each trial a line across the settings to its result, brushed by boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import perplexity_of
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.strands import joined, strands
from pages.ui.tune.figures.ticks import ticks
from pages.ui.visit.i18n import Texts
from rnncore.sweeps.analysis import RESULT, Brush, Scale, coordinate
from rnncore.sweeps.trial import Trial

HEIGHT = 330
DIVERGED = 1.14
"""Where diverged trials stand on the axis of results, from 0 to 1 for all others."""
BAND = (1.08, 1.2)
HALF = 0.07
"""Of the width of a brush, in axes."""
EDGE = 0.01
"""Share of an axis that counts as its end: pixels are no finer."""
NEAR = 0.35
"""How far from an axis a box may be drawn, in axes."""


def figure(shown: Shown, palette: Palette, t: Texts) -> go.Figure:
    """Draw the trials over the axes.

    Traces   band (behind diverged ones), axes, one per strand, points, chosen, handles
    Shapes   the brushes, in their order
    """
    scales, trials = shown.scales, shown.trials
    last = len(scales) - 1
    lost = any(trial.status == "diverged" for trial in trials) and scales[last].name == RESULT
    drawn = blank(
        palette,
        height=HEIGHT,
        margin={"l": 62, "r": 62, "t": 26, "b": 10},
        hovermode="closest",
        selectdirection="d",  # a straight drag along an axis is a thin box, not one over all axes
        xaxis={"visible": False, "range": [-0.12, max(last, 1) + 0.12], "fixedrange": True},
        yaxis={
            "visible": False,
            "range": [-0.05, BAND[1] + 0.02 if lost else 1.05],
            "fixedrange": True,
        },
    )
    if lost:
        _band(drawn, last, palette, t)
    drawn.add_scatter(
        uid="axes",
        **joined((-1, [at, at], [0, 1]) for at in range(len(scales))),
        mode="lines",
        line={"color": palette.faint, "width": 1.2},
        hoverinfo="skip",
    )
    for at, scale in enumerate(scales):
        _texts(drawn, at, at == last, scale, shown, palette)
    places = {trial.number: _places(scales, trial) for trial in trials}
    for strand in strands(trials, shown.kept, palette):
        drawn.add_scatter(
            uid=strand.name,
            **joined((one.number, *places[one.number]) for one in strand.trials),
            mode="lines",
            line=strand.line,
            opacity=strand.opacity,
            hoverinfo="skip",
        )
    _points(drawn, shown, places, palette, t)
    if shown.chosen in places:
        drawn.add_scatter(
            uid="chosen",
            **joined([(shown.chosen, *places[shown.chosen])]),
            mode="lines",
            line={"color": palette.accent, "width": 3.5},
            hoverinfo="skip",
        )
    _brushes(drawn, shown, palette)
    return drawn.finish()


def brushed(
    told: Mapping[str, Any], scales: Sequence[Scale], brushes: Mapping[str, Brush]
) -> dict[str, Brush]:
    """The brushes after a person has drawn or moved a box, or has taken all away."""
    if told["range"] is None:
        return {}
    y0, y1 = sorted(told["range"]["y"])
    x0, x1 = sorted(told["range"]["x"])
    if told["at"] is not None:
        names = [scale.name for scale in scales if scale.name in brushes]
        held = [names[told["at"]]] if told["at"] < len(names) else []
        at = [place for place, scale in enumerate(scales) if scale.name in held]
    else:
        at = [place for place in range(len(scales)) if x0 <= place <= x1]
        nearest = min(range(len(scales)), key=lambda place: abs(place - (x0 + x1) / 2))
        if not at and abs(nearest - (x0 + x1) / 2) <= NEAR:
            at = [nearest]
    return {**brushes, **{scales[place].name: span(scales[place], y0, y1) for place in at}}


def span(scale: Scale, low: float, high: float) -> Brush:
    """From one share of an axis to another as coordinates; up to the band means diverged ones,
    too."""
    low, high = (round(end) if abs(end - round(end)) < EDGE else end for end in (low, high))
    start = scale.coordinate(max(0.0, low)) if low <= 1 else inf
    start = -inf if low <= 0 and scale.name == RESULT else start
    end = inf if high > BAND[0] and scale.name == RESULT else scale.coordinate(min(1.0, high))
    return (start, end)


def shares(scale: Scale, brush: Brush) -> tuple[float, float]:
    """Where a brush is drawn on its axis."""
    low, high = brush
    bottom = 0.0 if low == -inf else BAND[0] if low == inf else scale.share(low)
    top = BAND[1] if high == inf else scale.share(high)
    return max(-0.04, bottom), min(BAND[1], top)


def _places(scales: Sequence[Scale], trial: Trial) -> tuple[list[float], list[float]]:
    """The line of a trial; it ends before the results while it has none."""
    x, y = list[float](), list[float]()
    for place, scale in enumerate(scales):
        at = coordinate(scale, trial)
        if at is not None:
            x.append(place)
            y.append(DIVERGED if at == inf else scale.share(at))
    return x, y


def _band(drawn: Drawing, last: int, palette: Palette, t: Texts) -> None:
    left, right = last - 2 * HALF, last + 2 * HALF
    drawn.add_scatter(
        uid="band",
        x=[left, right, right, left],
        y=[BAND[0], BAND[0], BAND[1], BAND[1]],
        mode="lines",
        fill="toself",
        fillcolor=palette.cut,
        line={"width": 0},
        hoverinfo="skip",
    )
    text = {"text": t("tune.statuses.diverged"), "font": {"size": 11, "color": palette.gradient}}
    drawn.add_annotation(x=last, y=DIVERGED, xanchor="left", xshift=6, showarrow=False, **text)


def _texts(
    drawn: Drawing,
    at: int,
    last: bool,
    scale: Scale,
    shown: Shown,
    palette: Palette,
) -> None:
    font = {"size": 12, "color": palette.held_out if scale.name == RESULT else palette.text}
    drawn.add_annotation(
        x=at, y=1, yref="paper", yanchor="bottom", yshift=4,
        text=f"<b>{shown.names[scale.name]}</b>",
        xanchor="left" if at == 0 else "right" if last else "center",
        xshift=-50 if at == 0 else 50 if last else 0, showarrow=False, font=font,
    )  # fmt: skip
    for share, text in ticks(scale, shown.say):
        drawn.add_annotation(
            x=at,
            y=share,
            text=text,
            xanchor="left" if last else "right",
            xshift=7 if last else -7,
            showarrow=False,
            font={"size": 11, "color": palette.faint},
            bgcolor=palette.ground,
            opacity=0.85,
            borderpad=0,
        )


def _points(
    drawn: Drawing,
    shown: Shown,
    places: Mapping[int, tuple[list[float], list[float]]],
    palette: Palette,
    t: Texts,
) -> None:
    """A point of each trial on each axis, which says all of the trial, and may be clicked."""
    x, y, numbers, said = list[float](), list[float](), list[int](), list[str]()
    for trial in shown.trials:
        if trial.number in shown.kept:
            across, up = places[trial.number]
            x += across
            y += up
            numbers += [trial.number] * len(across)
            said += [hover(trial, shown, t)] * len(across)
    drawn.add_scatter(
        uid="points",
        x=x,
        y=y,
        customdata=numbers,
        text=said,
        mode="markers",
        marker={"size": 6, "color": palette.held_out, "opacity": 0.55},
        selected={"marker": {"opacity": 0.9}},
        unselected={"marker": {"opacity": 0.2}},
        hovertemplate="%{text}<extra></extra>",
    )


def hover(trial: Trial, shown: Shown, t: Texts) -> str:
    """All of a trial, a line each."""
    lines = [f"<b>{t('tune.trial', n=trial.number + 1)}</b>"]
    settings = [scale.name for scale in shown.scales if scale.name != RESULT]
    lines += [f"{shown.names[name]} {shown.say(name, trial.settings[name])}" for name in settings]
    if trial.status == "diverged" or trial.value is None:
        lines.append(t(f"tune.statuses.{trial.status}"))
    else:
        lines.append(t("tune.hover_result", perplexity=f"{perplexity_of(trial.value):.4g}"))
    return "<br>".join(lines)


def _brushes(drawn: Drawing, shown: Shown, palette: Palette) -> None:
    ends: list[tuple[int, float]] = []
    for at, scale in enumerate(shown.scales):
        if scale.name not in shown.brushes:
            continue
        low, high = shares(scale, shown.brushes[scale.name])
        ends += [(at, low), (at, high)]
        drawn.add_shape(
            type="rect",
            x0=at - HALF,
            x1=at + HALF,
            y0=low,
            y1=high,
            fillcolor=palette.accent,
            opacity=0.22,
            line={"color": palette.accent, "width": 1},
        )
    drawn.add_scatter(
        uid="handles",
        x=[at for at, _ in ends],
        y=[share for _, share in ends],
        mode="markers",
        marker={
            "symbol": "line-ew",
            "size": 20,
            "line": {"color": palette.accent, "width": 4},
        },
        hoverinfo="skip",
    )
