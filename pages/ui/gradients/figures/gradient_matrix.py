"""The gradient of every loss at every earlier state: the matrix, and its profile by distance."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.gradient_profile import COLOURED
from pages.ui.figures.palette import RAMP, Palette
from pages.ui.figures.style import COUNT, POWERS, axis, blank
from pages.ui.figures.tokens import escaped, visible
from pages.ui.streaming.operations import Op, replace
from pages.ui.visit.i18n import Texts
from rnncore.probes.gradient_flow import FlowView
from rnncore.views import DECADES, profile_decades

DARKEST = RAMP[0][1]
"""Under the white line of T, so that it is seen on bright and dark cells alike."""
MATRIX, PROFILE = "flow_matrix", "flow_profile"


class FlowFrame(NamedTuple):
    """What stays while the network learns: the tokens of the matrix, and T of the training."""

    state_read: tuple[str, ...]
    loss_of: tuple[str, ...]
    time_size: int


def matrix(frame: FlowFrame, palette: Palette, t: Texts) -> go.Figure:
    """Losses down, states along; what lies after the loss stays empty.

    Traces   matrix
    """
    ticks = len(frame.state_read)
    tokens = {"tickvals": list(range(ticks)), "showgrid": False, "automargin": True}
    states = [escaped(token) for token in frame.state_read]
    losses = [escaped(token) for token in frame.loss_of]
    angle = 0 if max(len(visible(token)) for token in frame.state_read) < 3 else -50
    drawn = blank(
        palette,
        xaxis=axis(palette, t("gradients.flow.state"), ticktext=states, tickangle=angle, **tokens),
        yaxis=axis(
            palette, t("gradients.flow.loss"), ticktext=losses, range=[ticks - 0.5, -0.5], **tokens
        ),
    )
    drawn.update_layout(margin={"l": 56, "r": 12, "b": 50})
    drawn.add_heatmap(
        uid="matrix",
        x=list(range(ticks)),
        y=list(range(ticks)),
        z=[],
        customdata=[
            [[losses[row], states[column], row - column] for column in range(ticks)]
            for row in range(ticks)
        ],
        zmin=COLOURED[0],
        zmax=COLOURED[1],
        colorscale=[list(stop) for stop in palette.ramp],
        showscale=False,
        xgap=1,
        ygap=1,
        hoverongaps=False,
        hovertemplate=t("gradients.flow.hover") + "<extra></extra>",
    )
    if frame.time_size < ticks:
        for line in (
            {"color": DARKEST, "width": 3},
            {"color": "white", "width": 1.6, "dash": "dash"},
        ):
            drawn.add_shape(
                type="line",
                x0=-0.5,
                y0=frame.time_size - 0.5,
                x1=ticks - frame.time_size - 0.5,
                y1=ticks - 0.5,
                line=line,
            )
    return drawn.finish()


def profile(frame: FlowFrame, palette: Palette, t: Texts) -> go.Figure:
    """Norm by distance on a logarithmic axis: how fast the past fades from the gradient.

    Traces   band (10 to 90 % of all pairs), start (the untrained network), median, mean
    """
    lowest, highest = DECADES
    last = len(frame.state_read) - 1
    drawn = blank(
        palette,
        xaxis=axis(
            palette, t("gradients.flow.distance"), range=[-0.5, last + 0.5], tickformat=COUNT
        ),
        yaxis=axis(
            palette,
            t("gradients.flow.norm"),
            tickvals=list(range(lowest, highest + 1)),
            ticktext=[POWERS[power] for power in range(lowest, highest + 1)],
            autorangeoptions={"include": [lowest + 2, 1.2]},
        ),
    )
    drawn.update_layout(margin={"l": 56, "r": 12})
    drawn.add_scatter(
        uid="band",
        x=[],
        y=[],
        mode="lines",
        fill="toself",
        fillcolor=palette.cut,
        line={"width": 0},
        hoverinfo="skip",
    )
    for uid, colour, width, dash in (
        ("start", palette.start, 1.5, "solid"),
        ("median", palette.gradient, 1.5, "dot"),
        ("mean", palette.gradient, 2.2, "solid"),
    ):
        drawn.add_scatter(
            uid=uid,
            name=t(f"figures.{PROFILE}.{uid}"),
            x=[],
            y=[],
            mode="lines",
            line={"color": colour, "width": width, "dash": dash},
            hovertemplate=t("gradients.flow.hover_profile") + "<extra>%{fullData.name}</extra>",
        )
    if frame.time_size <= last:
        drawn.add_vline(
            x=frame.time_size - 0.5, line={"color": palette.mark, "width": 1.2, "dash": "dash"}
        )
        drawn.add_annotation(
            x=frame.time_size - 0.5,
            yref="paper",
            y=1,
            xanchor="right",
            yanchor="top",
            text=f"T = {frame.time_size}",
            showarrow=False,
            font={"size": 11, "color": palette.faint},
        )
    return drawn.finish()


def ops(view: FlowView, *, trained: bool = True) -> list[Op]:
    """The matrix as it is now, and its profile; or the profile of the untrained network alone."""
    ticks = len(view.norms)
    decades = [
        [*profile_decades(row[: t + 1].tolist()), *[None] * (ticks - t - 1)]
        for t, row in enumerate(view.norms)
    ]
    said = [[f"{norm:.2g}" for norm in row] for row in view.norms]
    distances = list(range(len(view.mean)))
    low, median, high = (profile_decades(row.tolist()) for row in view.quantiles)
    drawn = [replace(MATRIX, "matrix", view.step, z=decades, text=said)]
    curves = [("start", view.start, profile_decades(view.start.tolist()))]
    if trained:
        around = {"x": [*distances, *distances[::-1]], "y": [*low, *high[::-1]]}
        drawn.append(replace(PROFILE, "band", view.step, **around))
        curves.append(("median", view.quantiles[1], median))
        curves.append(("mean", view.mean, profile_decades(view.mean.tolist())))
    for uid, norms, line in curves:
        said_of = [float(norm) for norm in norms]
        points = {"x": distances, "y": list(line), "customdata": said_of}
        drawn.append(replace(PROFILE, uid, view.step, **points))
    return drawn
