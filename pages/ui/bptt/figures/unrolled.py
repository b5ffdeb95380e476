"""The unrolled network: state goes forward along all ticks, gradient back inside windows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.probes.minibatches.unrolled import Stretch

HEIGHT = 262
LANE = 0.16
"""How far above and below the middle the links run, where a cell is at 0."""
CELL = (0.22, 0.34)
"""Half a cell's width, in ticks, and half its height."""


def figure(view: Stretch, palette: Palette, t: Texts, marked: int | None = None) -> go.Figure:
    """Cells with their links between the tokens read (below) and to be predicted (above); over
    them the gradient that reaches each state. The cell of the `marked` tick is filled.

    Traces   whole, kept (bars), forward, forward_heads, backward, backward_heads, cuts, cells
    """
    ticks, links = view.ticks, view.links
    drawn = blank(
        palette,
        height=HEIGHT,
        barmode="overlay",
        bargap=0.3,
        xaxis=_tokens(palette, view.inputs, ticks, side="bottom", anchor="y"),
        xaxis2=_tokens(
            palette, view.targets, ticks, side="top", anchor="y2", matches="x", color=palette.faint
        ),
        yaxis=_lanes(palette, t),
        yaxis2=axis(
            palette,
            t("bptt.unrolled.axis"),
            domain=[0.47, 1],
            rangemode="tozero",
            nticks=3,
            fixedrange=True,
            showline=False,
        ),
    )
    drawn.update_layout(margin={"l": 72, "r": 10, "t": 20, "b": 20})
    _windows(drawn, view, palette, t)
    hover = t("bptt.unrolled.hover") + "<extra></extra>"
    told = [
        (escaped(read), escaped(wanted), int(reach), int(learns), kept, whole)
        for read, wanted, reach, learns, kept, whole in zip(
            view.inputs,
            view.targets,
            links.reach,
            links.learns,
            map(float, view.kept),
            map(float, view.whole),
            strict=True,
        )
    ]
    for name, values, colour in (
        ("whole", view.whole, palette.start),
        ("kept", view.kept, palette.gradient),
    ):
        drawn.add_bar(
            name=t(f"bptt.unrolled.{name}"),
            uid=name,
            x=list(range(ticks)),
            y=[float(value) for value in values],
            xaxis="x2",
            yaxis="y2",
            marker={"color": colour},
            customdata=told,
            hovertemplate=hover,
        )
    _links(drawn, "forward", links.forward.tolist(), LANE, 1, palette.train)
    _links(drawn, "backward", links.backward.tolist(), -LANE, -1, palette.gradient)
    cut = [t - 0.5 for t in range(1, ticks) if not links.backward[t]]
    drawn.add_scatter(
        uid="cuts",
        x=cut,
        y=[-LANE] * len(cut),
        mode="markers",
        marker={"symbol": "x-thin", "size": 8, "line": {"width": 2, "color": palette.text}},
        hovertemplate=t("bptt.unrolled.cut") + "<extra></extra>",
    )
    drawn.add_bar(
        uid="cells",
        x=list(range(ticks)),
        base=-CELL[1],
        y=[2 * CELL[1]] * ticks,
        width=2 * CELL[0],
        marker={
            "color": [palette.mark if tick == marked else palette.grid for tick in range(ticks)],
            "line": {"width": 1.2, "color": palette.faint},
        },
        customdata=told,
        hovertemplate=hover,
    )
    return drawn.finish()


def _lanes(palette: Palette, t: Texts) -> dict[str, Any]:
    """The axis of the cells: its only ticks name the two kinds of links."""
    return {
        "domain": [0, 0.34],
        "range": [-0.55, 0.55],
        "tickvals": [LANE, -LANE],
        "ticktext": [
            f'<span style="color:{colour}">{t(f"bptt.unrolled.{name}")}</span>'
            for name, colour in (("state", palette.train), ("gradient", palette.gradient))
        ],
        "tickfont": {"size": 12},
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _tokens(palette: Palette, tokens: Sequence[str], ticks: int, **extra: Any) -> dict[str, Any]:
    """An axis whose ticks are tokens."""
    return {
        **axis(palette, None),
        "tickvals": list(range(ticks)),
        "ticktext": [escaped(token) for token in tokens],
        "range": [-0.6, ticks - 0.4],
        "tickfont": {"size": 12, "color": extra.pop("color", palette.text)},
        "showgrid": False,
        "showline": False,
        "automargin": True,
        "fixedrange": True,
        **extra,
    }


def _windows(figure: Drawing, view: Stretch, palette: Palette, t: Texts) -> None:
    """A pale band for every window, its update above it, the present one framed."""
    T = view.links.time_size
    for number in range(int(view.links.window[-1]) + 1):
        start = number * T - 0.5
        end = min((number + 1) * T, view.ticks) - 0.5
        chosen = number == view.chosen
        figure.add_shape(
            type="rect",
            xref="x",
            yref="paper",
            x0=start + 0.06,
            x1=end - 0.06,
            y0=0,
            y1=1,
            fillcolor=palette.cut if chosen else "rgba(0,0,0,0)",
            line={
                "width": 1.6 if chosen else 0.8,
                "color": palette.text if chosen else palette.grid,
            },
            layer="below",
        )
        if T > 1 or chosen:
            figure.add_annotation(
                xref="x",
                yref="paper",
                x=start + 0.15,
                y=0.4,
                xanchor="left",
                yanchor="middle",
                text=t("bptt.unrolled.update", number=view.first + number + 1),
                showarrow=False,
                font={"size": 11, "color": palette.text if chosen else palette.faint},
            )


def _links(
    figure: Drawing, uid: str, alive: Sequence[bool], height: float, towards: int, colour: str
) -> None:
    """Arrows between neighbours; arrow t leads from tick t-1 to tick t, or back."""
    xs: list[float | None] = []
    heads: list[float] = []
    for tick, linked in enumerate(alive):
        if linked and tick:
            ends = (tick - 1 + CELL[0], tick - CELL[0])
            xs += [*ends, None]
            heads.append(ends[1] if towards > 0 else ends[0])
    figure.add_scatter(
        uid=uid,
        x=xs,
        y=[None if x is None else height for x in xs],
        mode="lines",
        line={"color": colour, "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        uid=f"{uid}_heads",
        x=heads,
        y=[height] * len(heads),
        mode="markers",
        marker={
            "symbol": "triangle-right" if towards > 0 else "triangle-left",
            "size": 7,
            "color": colour,
        },
        hoverinfo="skip",
    )
