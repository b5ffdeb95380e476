"""Curves of all trials, and the best result so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10
from typing import Any

import plotly.graph_objects as go

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, VALUE, axis, blank
from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.strands import joined, strands
from pages.ui.visit.i18n import Texts
from rnncore.sweeps.analysis import best_so_far, sound
from rnncore.sweeps.trial import Trial
from rnncore.views import Ghost

HEIGHT = 330
SMALL = 190
SHOWN = 0.95
"""Share of all measured values that the axis shows."""
TEN = log10(2)


def figure(shown: Shown, palette: Palette, t: Texts, seeds: Ghost | None = None) -> go.Figure:
    """Held-out perplexity of each trial by updates, on a logarithmic axis.

    Traces   floor (where it is known), band of seeds of the chosen trial (where they are trained),
             one per strand, the chosen trial
    """
    floor = shown.floor
    steps = [step for trial in shown.trials for step, _ in trial.curve]
    drawn = blank(
        palette,
        height=HEIGHT,
        dragmode="zoom",
        margin={"l": 54, "r": 14, "t": 26, "b": 38},
        xaxis=axis(palette, t("tune.updates"), tickformat=COUNT, rangemode="tozero"),
        yaxis=axis(
            palette,
            None,
            type="log",
            tickformat=VALUE,
            nticks=8,
            autorangeoptions=_sight(shown),
        ),
    )
    drawn.add_annotation(
        xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", showarrow=False,
        text=f"<b>{t('tune.perplexity')}</b>", font={"size": 12, "color": palette.held_out},
    )  # fmt: skip
    if floor is not None:
        # A trace, not a shape: it holds the range of the axis.
        drawn.add_scatter(
            uid="floor", x=[0, max(steps, default=1)], y=[2**floor] * 2, mode="lines",
            line={"color": palette.floor, "width": 1.4}, hoverinfo="skip",
        )  # fmt: skip
        drawn.add_annotation(
            xref="paper", x=0, y=floor * TEN, xanchor="left", yanchor="bottom",
            text=t("tune.floor", floor=f"{2**floor:.3g}"), showarrow=False,
            font={"size": 11, "color": palette.floor},
        )  # fmt: skip
    if seeds is not None:
        drawn.add_scatter(
            uid="seeds", **_around(seeds), mode="lines", fill="toself", hoverinfo="skip",
            line={"color": palette.accent, "width": 0}, opacity=0.6,
        )  # fmt: skip
    for strand in strands(shown.trials, shown.kept, palette):
        drawn.add_scatter(
            uid=strand.name,
            **_lines(strand.trials),
            mode="lines",
            line=strand.line,
            opacity=strand.opacity,
            hovertemplate=t("tune.hover_curve") + "<extra></extra>",
        )
    picked = [trial for trial in shown.trials if trial.number == shown.chosen]
    drawn.add_scatter(
        uid="chosen",
        **_lines(picked),
        mode="lines",
        line={"color": palette.accent, "width": 3.5},
        hovertemplate=t("tune.hover_curve") + "<extra></extra>",
    )
    return drawn.finish()


def best(trials: Sequence[Trial], floor: float | None, palette: Palette, t: Texts) -> go.Figure:
    """The best result after so many trials, above the result of each.

    Traces   trials, best
    """
    told = sorted((one for one in trials if one.told is not None), key=lambda one: one.told or 0)
    places = {trial.number: place for place, trial in enumerate(told, 1)}
    found = best_so_far(trials)
    drawn = blank(
        palette,
        height=SMALL,
        margin={"l": 54, "r": 14, "t": 8, "b": 38},
        xaxis=axis(palette, t("tune.ended_trials"), tickformat=COUNT, rangemode="tozero"),
        yaxis=axis(palette, None, type="log", tickformat=VALUE, nticks=5),
    )
    if floor is not None:
        drawn.add_hline(2**floor, line={"color": palette.floor, "width": 1.4})
    ended = sound(told)
    drawn.add_scatter(
        uid="trials",
        x=[places[trial.number] for trial in ended],
        y=[perplexity_of(trial.value or 0.0) for trial in ended],
        customdata=[trial.number for trial in ended],
        text=[t("tune.trial", n=trial.number + 1) for trial in ended],
        mode="markers",
        marker={"color": palette.path, "size": 6},
        hovertemplate="%{text}: %{y:.4g}<extra></extra>",
    )
    drawn.add_scatter(
        uid="best",
        x=[one.ended for one in found],
        y=[perplexity_of(one.value) for one in found],
        customdata=[one.number for one in found],
        text=[t("tune.trial", n=one.number + 1) for one in found],
        mode="lines",
        line={"color": palette.held_out, "width": 2.4, "shape": "hv"},
        hovertemplate=t("tune.hover_best") + "<extra></extra>",
    )
    return drawn.finish()


def _sight(shown: Shown) -> dict[str, float]:
    """Where the axis ends as long as nobody has zoomed: the first values of some trials lie far
    above."""
    values = sorted(bits for trial in shown.trials for _, bits in trial.curve)
    return {"clipmax": 2 ** values[int(SHOWN * (len(values) - 1))]} if values else {}


def _around(seeds: Ghost) -> dict[str, list[float]]:
    """Along the best of the seeds, and back along the worst; without the untrained networks."""
    updates, low, high = (list(one)[1:] for one in (seeds.updates, seeds.low, seeds.high))
    return {
        "x": [*updates, *reversed(updates)],
        "y": [perplexity_of(bits) for bits in (*low, *reversed(high))],
    }


def _lines(trials: Iterable[Trial]) -> dict[str, Any]:
    """The curves of trials as one trace, with the number of each that people read."""
    lines = joined(map(_curve, trials))
    return {**lines, "text": [number + 1 for number in lines["customdata"]]}


def _curve(trial: Trial) -> tuple[int, list[float], list[float]]:
    after = [(step, bits) for step, bits in trial.curve if bits < 40]
    return trial.number, [step for step, _ in after], [perplexity_of(bits) for _, bits in after]
