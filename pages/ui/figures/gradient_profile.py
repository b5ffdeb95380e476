"""How far the loss reaches back: gradient norms by distance, now and over the whole run."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, POWERS, axis, blank
from pages.ui.streaming.operations import Op, column, readout, replace
from pages.ui.visit.i18n import Texts
from rnncore.views import DECADES, RunView, SnapshotView, gradient_share, profile_decades

NAME = "gradients"
SPLIT = (0.43, 0.57)
"""Where the profile ends and the history begins, as shares of the width."""
FORMULA = (
    "<math><mrow><mo>‖</mo><mfrac>"
    "<mrow><mo>∂</mo><msub><mi>L</mi><mi>t</mi></msub></mrow>"
    "<mrow><mo>∂</mo><msub><mi>h</mi><mrow><mi>t</mi><mo>−</mo><mi>d</mi></mrow></msub></mrow>"
    "</mfrac><mo>‖</mo></mrow></math>"
)
"""What is drawn: how much the loss of a tick depends on the state d ticks before, in MathML."""
ROOM = 0.4
"""Share of the distances that the words about the cut need before it."""
COLOURED = (DECADES[0], 1)
"""Powers of ten from the first to the last colour of the history."""


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
            tickformat=COUNT,
        ),
        yaxis=axis(
            palette,
            t("figures.gradients.norm"),
            tickvals=list(range(lowest, highest + 1)),
            ticktext=[POWERS[power] for power in range(lowest, highest + 1)],
            autorangeoptions={"include": [lowest + 0.6, 1.3]},
        ),
        xaxis2=axis(
            palette,
            t("figures.updates"),
            domain=[SPLIT[1], 1],
            anchor="y2",
            tickformat=COUNT,
            nticks=4,
            autorangeoptions={"include": [0, 4.5]},  # one column alone is no axis
        ),
        yaxis2=axis(
            palette,
            t("figures.gradients.short_distance"),
            anchor="x2",
            range=[-0.5, last + 0.5],
            tickformat=COUNT,
        ),
        meta={"rows": {"last": last, "colour": palette.accent}},
    )
    drawn.update_layout(margin={"l": 50, "r": 12})
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
            mode="lines",
            line={"color": colour, "width": width},
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
        zmin=COLOURED[0],
        zmax=COLOURED[1],
        colorscale=[list(stop) for stop in palette.ramp],
        meta={"limit": 90},
        showscale=False,  # the panel shows it: a colour bar is the slowest part to redraw
        hovertemplate=t("figures.gradients.hover_history") + "<extra></extra>",
    )
    return drawn.finish()


def scale(palette: Palette) -> tuple[str, list[str], str]:
    """The colours of the history, and what stands at their two ends."""
    lowest, highest = COLOURED
    return POWERS[lowest], [colour for _, colour in palette.ramp], POWERS[highest]


def ops(view: SnapshotView) -> list[Op]:
    """The profile now, and one more column of its history."""
    decades = profile_decades(view.gradient_profile)
    distances = list(range(len(decades)))
    # The curve ends where it leaves the plot: along the edge it would seem to fade no more.
    curve = [place if place > DECADES[0] else None for place in decades]
    _, share = gradient_share(view.gradient_profile)
    drawn = [
        replace(
            NAME,
            "profile",
            view.step,
            x=distances,
            y=curve,
            customdata=view.gradient_profile,
        ),
        column(NAME, "history", view.step, decades),
        readout(NAME, "share", share),
    ]
    if view.step == 0:
        first = replace(NAME, "start", 0, x=distances, y=curve, customdata=view.gradient_profile)
        return [first, *drawn, readout(NAME, "start_share", share)]
    return drawn


def _truncation(figure: Drawing, run: RunView, palette: Palette, t: Texts) -> None:
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
    # On a heat map a dash is seen on dark and on bright values only with a light line beneath it.
    for beneath in ({"color": "#FFFFFF", "width": 3}, {**line, "color": "#000000"}):
        figure.add_shape(
            type="line", xref="x2 domain", yref="y2", x0=0, x1=1, y0=cut, y1=cut, line=beneath
        )
    figure.add_annotation(
        xref="x",
        yref="y domain",
        x=cut,
        y=1,
        xanchor="left" if cut < ROOM * end else "right",
        yanchor="top",
        text=t("figures.gradients.truncation", T=run.time_size),
        showarrow=False,
        font={"size": 11, "color": palette.faint},
    )
