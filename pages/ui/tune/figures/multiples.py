"""Small multiples: each trial in a frame of its own, all with the same axes and the same floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.strands import joined, strands
from pages.ui.tune.figures.ticks import perplexity
from pages.ui.visit.i18n import Texts
from rnncore.sweeps.trial import Trial

COLUMNS = 6
MOST = 48
HEIGHT = 118
SEEN = 0.95
"""Share of all measured values that frames show: the first ones lie far above."""
INNER = (0.92, 0.62)
"""Of a frame, what the curve takes across and up; the title stands above."""


class Span(NamedTuple):
    """What all frames show: updates from 0 to `end`, bits from `low` to `high`."""

    end: float
    low: float
    high: float


def figure(
    trials: Sequence[Trial], titles: Mapping[int, str], shown: Shown, palette: Palette, t: Texts
) -> go.Figure:
    """Draw at most MOST trials, in the given order.

    titles   by number, as Plotly shows them
    Traces   frames, floors (where there is one), one per strand, the chosen trial
    """
    trials = trials[:MOST]
    rows = max(1, ceil(len(trials) / COLUMNS))
    drawn = blank(
        palette,
        height=HEIGHT * rows + 10,
        margin={"l": 6, "r": 6, "t": 4, "b": 4},
        xaxis={"visible": False, "range": [0, COLUMNS], "fixedrange": True},
        yaxis={"visible": False, "range": [-rows, 0], "fixedrange": True},
    )
    span = _span(trials, shown.floor)
    cell = {trial.number: divmod(place, COLUMNS) for place, trial in enumerate(trials)}
    drawn.add_scatter(
        uid="frames",
        **joined((number, *_frame(*at)) for number, at in cell.items()),
        mode="lines",
        line={"color": palette.grid, "width": 1.2},
        hoverinfo="skip",
    )
    if shown.floor is not None:
        height = _up(shown.floor, span)
        drawn.add_scatter(
            uid="floors",
            **joined(
                (number, [column, column + INNER[0]], [height - row - 1] * 2)
                for number, (row, column) in cell.items()
            ),
            mode="lines",
            line={"color": palette.floor, "width": 1.2},
            hoverinfo="skip",
        )
    for number, (row, column) in cell.items():
        drawn.add_annotation(
            x=column, y=-row - 1 + INNER[1], xanchor="left", yanchor="bottom", align="left",
            text=titles[number], showarrow=False, font={"size": 11, "color": palette.text},
        )  # fmt: skip
    curves = {trial.number: _curve(trial, cell[trial.number], span) for trial in trials}
    for strand in strands(trials, shown.kept, palette):
        lines = joined((one.number, *curves[one.number]) for one in strand.trials)
        texts = [text for one in strand.trials for text in [*_texts(one, t), None]]
        drawn.add_scatter(
            uid=strand.name,
            **lines,
            text=texts,
            mode="lines",
            line={**strand.line, "width": 2},
            opacity=strand.opacity,
            hovertemplate="%{text}<extra></extra>",
        )
    picked = [trial for trial in trials if trial.number == shown.chosen]
    drawn.add_scatter(
        uid="chosen",
        **joined((one.number, *curves[one.number]) for one in picked),
        mode="lines",
        line={"color": palette.accent, "width": 3.5},
        hoverinfo="skip",
    )
    return drawn.finish()


def _span(trials: Sequence[Trial], floor: float | None) -> Span:
    steps = [step for trial in trials for step, _ in trial.curve]
    bits = sorted(bits for trial in trials for _, bits in trial.curve)
    lowest = bits if floor is None else [*bits, floor]
    high = bits[int(SEEN * (len(bits) - 1))] if bits else 1.0
    return Span(max(steps, default=1) or 1, min(lowest, default=0.0), high)


def _frame(row: int, column: int) -> tuple[list[float], list[float]]:
    left, right = column, column + INNER[0]
    bottom, top = -row - 1 + 0.02, -row - 1 + INNER[1]
    return [left, left, right], [top, bottom, bottom]


def _up(bits: float, span: Span) -> float:
    high = span.high if span.high > span.low else span.low + 1
    return 0.05 + (INNER[1] - 0.07) * (min(bits, high) - span.low) / (high - span.low)


def _curve(trial: Trial, at: tuple[int, int], span: Span) -> tuple[list[float], list[float]]:
    row, column = at
    x = [column + INNER[0] * step / span.end for step, _ in trial.curve]
    return x, [_up(bits, span) - row - 1 for _, bits in trial.curve]


def _texts(trial: Trial, t: Texts) -> list[str]:
    return [
        t("tune.hover_multiple", n=trial.number + 1, step=f"{step:,}", perplexity=perplexity(bits))
        for step, bits in trial.curve
    ]
