"""How far the loss reaches back: gradient norms by distance, now and over the whole run."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.i18n import Texts
from pages.ui.operations import Op, column, replace
from rnncore.views import DECADES, RunView, SnapshotView, profile_decades

NAME = "gradients"
SPLIT = (0.42, 0.53, 0.93)
"""Where the profile ends, the history begins and ends, as shares of the width."""
POWERS = {-7: "10⁻⁷", -6: "10⁻⁶", -5: "10⁻⁵", -4: "10⁻⁴", -3: "10⁻³", -2: "10⁻²", -1: "0.1"}
POWERS |= {0: "1", 1: "10", 2: "100"}


def figure(run: RunView, palette: Palette, t: Texts) -> go.Figure:
    """Profile and history side by side, the truncation drawn on both.

    Traces   start (the untrained network), profile, history
    """
    last = run.distances - 1
    cut = run.time_size - 0.5
    lowest, highest = DECADES
    drawn = blank(
        palette,
        xaxis=axis(
            palette,
            t("figures.gradients.distance"),
            domain=[0, SPLIT[0]],
            range=[-0.5, last + 0.5],
            tickformat="d",
        ),
        yaxis=axis(
            palette,
            t("figures.gradients.norm"),
            range=[lowest + 0.6, 1.3],
            tickvals=list(range(lowest, highest + 1)),
            ticktext=[POWERS[power] for power in range(lowest, highest + 1)],
            autorange=False,
        ),
        xaxis2=axis(
            palette,
            t("figures.updates"),
            domain=[SPLIT[1], SPLIT[2]],
            anchor="y2",
            tickformat=",~d",
            nticks=4,
        ),
        yaxis2=axis(
            palette,
            None,
            anchor="x2",
            range=[-0.5, last + 0.5],
            tickformat="d",
        ),
    )
    drawn.update_layout(margin={"l": 50, "r": 8})
    if cut < last:
        _truncation(drawn, run, palette, t)
    hover = t("figures.gradients.hover") + "<extra>%{fullData.name}</extra>"
    for uid, colour, width in (
        ("start", palette.start, 1.5),
        ("profile", palette.gradient, 2),
    ):
        drawn.add_scatter(
            uid=uid,
            name=t(f"figures.gradients.{uid}"),
            x=[],
            y=[],
            mode="lines" if uid == "start" else "lines+markers",
            line={"color": colour, "width": width},
            marker={"color": colour, "size": 4},
            hovertemplate=hover,
        )
    drawn.add_heatmap(
        uid="history",
        name="",
        x=[],
        y=list(range(run.distances)),
        z=[],
        transpose=True,
        xaxis="x2",
        yaxis="y2",
        zmin=lowest,
        zmax=1,
        colorscale=[list(stop) for stop in palette.ramp],
        meta={"limit": 160},
        colorbar={
            "x": 0.945,
            "xanchor": "left",
            "thickness": 7,
            "len": 1,
            "outlinewidth": 0,
            "tickvals": [-6, -4, -2, 0],
            "ticktext": [POWERS[power] for power in (-6, -4, -2, 0)],
            "tickfont": {"size": 10, "color": palette.faint},
        },
        hovertemplate=t("figures.gradients.hover_history") + "<extra></extra>",
    )
    return drawn


def ops(view: SnapshotView) -> list[Op]:
    """The profile now, and one more column of its history."""
    decades = profile_decades(view.gradient_profile)
    distances = list(range(len(decades)))
    drawn = [
        replace(
            NAME,
            "profile",
            view.step,
            x=distances,
            y=decades,
            customdata=view.gradient_profile,
        ),
        column(NAME, "history", view.step, decades),
    ]
    if view.step == 0:
        first = replace(NAME, "start", 0, x=distances, y=decades, customdata=view.gradient_profile)
        return [first, *drawn]
    return drawn


def _truncation(figure: go.Figure, run: RunView, palette: Palette, t: Texts) -> None:
    cut, end = run.time_size - 0.5, run.distances - 0.5
    figure.add_shape(
        type="rect",
        xref="x",
        yref="y domain",
        x0=cut,
        x1=end,
        y0=0,
        y1=1,
        fillcolor=palette.cut,
        line={"width": 0},
        layer="below",
    )
    line = {"color": palette.mark, "width": 1.2, "dash": "dash"}
    figure.add_shape(type="line", xref="x", yref="y domain", x0=cut, x1=cut, y0=0, y1=1, line=line)
    figure.add_shape(
        type="line", xref="x2 domain", yref="y2", x0=0, x1=1, y0=cut, y1=cut, line=line
    )
    figure.add_annotation(
        xref="x",
        yref="y domain",
        x=cut,
        y=1,
        xanchor="right",
        yanchor="top",
        text=t("figures.gradients.truncation", T=run.time_size),
        showarrow=False,
        font={"size": 11, "color": palette.faint},
    )
