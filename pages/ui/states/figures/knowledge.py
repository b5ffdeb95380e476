"""How well states know the grammar over training, never without the baselines."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.probes.knowledge import Knowledge

HEIGHT = 320
MEASURES = ("v", "probe")


def figure(
    steps: Sequence[int], found: Sequence[Knowledge], alone: Knowledge, palette: Palette, t: Texts
) -> go.Figure:
    """Stages side by side, the first before training.

    Traces   v, probe            a line each, as far as it is measured
    Lines    dashed what the token alone knows; dotted what the untrained network knows
    """
    drawn = blank(
        palette,
        height=HEIGHT,
        margin={"l": 40, "r": 8, "t": 28, "b": 34},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis=axis(
            palette,
            t("figures.updates"),
            tickvals=list(range(len(steps))),
            ticktext=[f"{step:,}" for step in steps],
            range=[-0.2, len(steps) - 0.8],
            fixedrange=True,
        ),
        yaxis=axis(palette, range=[0, 1.04], nticks=6, fixedrange=True),
    )
    for name, colour in zip(MEASURES, (palette.train, palette.held_out), strict=True):
        values = [getattr(one, name) for one in found]
        levels = [(getattr(alone, name), "dash", "token")]
        if values:
            levels.append((values[0], "dot", "untrained"))
        drawn.add_scatter(
            uid=name,
            name=t(f"states.grammar.{name}"),
            x=list(range(len(values))),
            y=values,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 7},
            hovertemplate="%{y:.3f}<extra></extra>",
        )
        for level, dash, baseline in levels:
            drawn.add_scatter(
                uid=f"{name}.{baseline}",
                name=t(f"states.grammar.{name}_{baseline}"),
                x=[-0.2, len(steps) - 0.8],
                y=[level, level],
                mode="lines",
                line={"color": colour, "width": 1.3, "dash": dash},
                hovertemplate="%{y:.3f}<extra></extra>",
            )
    return drawn.finish()
