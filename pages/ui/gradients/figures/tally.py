"""How many seeds have learnt, by the tokens that they have read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.ends import apart
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, axis, blank
from pages.ui.gradients.figures.race import role
from pages.ui.visit.i18n import Texts
from rnncore.experiments.lag import Tally

HEIGHT = 300


class Stairs(NamedTuple):
    """So many have learnt after so many tokens: a step up for each, and on to what was read."""

    tokens: tuple[int, ...]
    seeds: tuple[int, ...]


def stairs(tally: Tally) -> Stairs:
    """The stairs of one T."""
    count = len(tally.learnt)
    return Stairs((0, *tally.learnt, tally.tokens), (0, *range(1, count + 1), count))


def figure(
    tallies: Sequence[Tally], tokens: int, seeds: int, palette: Palette, t: Texts
) -> go.Figure:
    """Stairs of each T, named at their ends.  Traces   runner0, runner1, ..."""
    margin, rows = {"l": 54, "r": 70, "t": 12, "b": 40}, (-0.4, seeds + 0.6)
    drawn = blank(
        palette,
        height=HEIGHT,
        margin=margin,
        xaxis=axis(palette, t("gradients.race.tokens"), tickformat=COUNT, range=[0, tokens]),
        yaxis=axis(palette, t("gradients.lag.seeds_learnt"), tickformat="d", range=list(rows)),
    )
    ends = [len(tally.learnt) for tally in tallies]
    heights = apart(ends, rows, HEIGHT - margin["t"] - margin["b"])
    for runner, (tally, height) in enumerate(zip(tallies, heights, strict=True)):
        up, name = stairs(tally), f"T = {tally.time_size}"
        colour = getattr(palette, role(runner))
        drawn.add_scatter(
            uid=f"runner{runner}",
            x=up.tokens,
            y=up.seeds,
            mode="lines",
            line={"color": colour, "width": 2.4, "shape": "hv"},
            hovertemplate=f"{name}: %{{y}} · %{{x:,}}<extra></extra>",
        )
        drawn.add_annotation(
            x=up.tokens[-1],
            y=height,
            text=name,
            xanchor="left",
            xshift=4,
            showarrow=False,
            font={"size": 12, "color": colour},
        )
    return drawn.finish()
