"""Mini-batches: the text as one strip and folded into a row a stream, and who reads it now."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette, ink, thinned
from pages.ui.figures.style import COUNT, axis, blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.probes.minibatches.rows import NOBODY, Excerpt, Rows

ROW = 25
"""Height of a row in pixels."""
TINT, READ = 0.13, 0.42
"""How much of a stream's colour its own part has, and what it has read."""


def strip(
    shown: Excerpt, aligned: Rows, book: Rows, tokens: Sequence[str], palette: Palette, t: Texts
) -> go.Figure:
    """The text in one piece, cut into the streams' parts, with the windows of both schemes.

    Traces   parts, aligned, book
    """
    streams, segment = aligned.now.shape
    drawn = blank(
        palette,
        height=86,
        xaxis=axis(
            palette,
            None,
            range=[-segment * 0.012, streams * segment * 1.002],
            tickvals=[row * segment for row in range(streams)],
            ticktext=[f"{row * segment:,}" for row in range(streams)],
            showgrid=False,
            showline=False,
            fixedrange=True,
        ),
        yaxis={
            "range": [-1.25, 1.25],
            "fixedrange": True,
            "tickvals": [0.85, -0.85],
            "ticktext": [t("bptt.batching.aligned_short"), t("bptt.batching.book_short")],
            "tickfont": {"size": 11, "color": palette.faint},
            "ticklabelstandoff": 8,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
        },
        barmode="overlay",
    )
    drawn.update_layout(margin={"l": 72, "r": 10, "t": 2, "b": 20})
    drawn.add_bar(
        uid="parts",
        orientation="h",
        base=[row * segment for row in range(streams)],
        x=[segment - segment * 0.006] * streams,
        y=[0] * streams,
        width=0.8,
        marker={"color": [_mix(palette, row, READ) for row in range(streams)]},
        text=[t("bptt.batching.stream", number=row + 1) for row in range(streams)],
        textposition="inside",
        insidetextanchor="middle",
        textfont={"size": 11, "color": palette.text},
        constraintext="none",
        hovertemplate=t("bptt.batching.hover_part") + "<extra></extra>",
        customdata=[(row * segment, (row + 1) * segment - 1) for row in range(streams)],
    )
    for name, read, height, symbol in (
        ("aligned", aligned, 0.85, "triangle-down"),
        ("book", book, -0.85, "triangle-up"),
    ):
        places = [int(row * segment + column) for row, column in read.arrivals]
        drawn.add_scatter(
            uid=name,
            x=places,
            y=[height] * streams,
            mode="markers",
            cliponaxis=False,
            marker={
                "symbol": symbol,
                "size": 12,
                "color": [_colour(palette, stream) for stream in range(streams)],
            },
            customdata=[
                (stream + 1, escaped(tokens[place])) for stream, place in enumerate(places)
            ],
            hovertemplate=t("bptt.batching.hover_window") + "<extra></extra>",
        )
    return drawn.finish()


def figure(
    read: Rows, tokens: Sequence[str], palette: Palette, t: Texts, *, stateful: bool = True
) -> go.Figure:
    """One row a stream's part, one cell a token: pale is still to come, stronger has been read in
    this epoch, full is being read now, hatched never will be. Dots are the states that come in.

    Traces   cells, states, wrap
    """
    streams, segment = read.now.shape
    drawn = blank(
        palette,
        height=ROW * streams + 26,
        uniformtext={"minsize": 9, "mode": "hide"},
        xaxis=axis(
            palette,
            None,
            range=[-0.4, segment + 0.1],
            tickformat=COUNT,
            showgrid=False,
            showline=False,
            fixedrange=True,
        ),
        yaxis={
            "range": [streams - 0.45, -0.55],
            "tickvals": list(range(streams)),
            "ticktext": [t("bptt.batching.part", number=row + 1) for row in range(streams)],
            "tickfont": {"size": 11, "color": palette.faint},
            "ticklabelstandoff": 10,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "fixedrange": True,
        },
        bargap=0,
        barmode="overlay",
    )
    drawn.update_layout(margin={"l": 72, "r": 10, "t": 2, "b": 20})
    cells = [(row, column) for row in range(streams) for column in range(segment)]
    drawn.add_bar(
        uid="cells",
        orientation="h",
        base=[column + 0.03 for _, column in cells],
        x=[0.94] * len(cells),
        y=[row for row, _ in cells],
        width=0.84,
        marker={
            "color": [_cell_colour(read, row, column, palette) for row, column in cells],
            "pattern": {
                "shape": ["/" if read.never[cell] else "" for cell in cells],
                "size": 5,
                "solidity": 0.35,
                "fgcolor": palette.rung,
            },
        },
        text=[escaped(tokens[row * segment + column]) for row, column in cells],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 12, "color": [_ink(read, cell, palette) for cell in cells]},
        customdata=[
            (
                escaped(tokens[row * segment + column]),
                row * segment + column,
                _said(read, row, column, t),
            )
            for row, column in cells
        ],
        hovertemplate=t("bptt.batching.hover") + "<extra></extra>",
    )
    _states(drawn, read, palette, t, stateful)
    drawn.add_scatter(
        uid="wrap",
        x=[column + 0.02 for _, column in read.wrapped],
        y=[row for row, _ in read.wrapped],
        mode="markers",
        marker={"symbol": "line-ns", "size": ROW, "line": {"width": 4, "color": palette.held_out}},
        hovertemplate=t("bptt.batching.hover_wrap") + "<extra></extra>",
    )
    return drawn.finish()


def _states(figure: Drawing, read: Rows, palette: Palette, t: Texts, stateful: bool) -> None:
    zero = read.zero or not stateful
    streams = len(read.arrivals)
    colours = [_colour(palette, stream) for stream in range(streams)]
    key = "zero" if zero else "carried"
    figure.add_scatter(
        uid="states",
        x=[int(column) - 0.02 for _, column in read.arrivals],
        y=[int(row) for row, _ in read.arrivals],
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 10,
            "color": palette.ground if zero else colours,
            "line": {"width": 2, "color": colours if zero else palette.ground},
        },
        customdata=[stream + 1 for stream in range(streams)],
        hovertemplate=t(f"bptt.batching.hover_{key}") + "<extra></extra>",
    )


def _cell_colour(read: Rows, row: int, column: int, palette: Palette) -> str:
    reader = int(read.reader[row, column])
    if read.now[row, column]:
        return _colour(palette, reader)
    if read.never[row, column]:
        return palette.grid
    return _mix(palette, row, TINT) if reader == NOBODY else _mix(palette, reader, READ)


def _ink(read: Rows, cell: tuple[int, int], palette: Palette) -> str:
    if read.now[cell]:
        return ink(_colour(palette, int(read.reader[cell])))
    return palette.faint if read.reader[cell] == NOBODY else palette.text


def _said(read: Rows, row: int, column: int, t: Texts) -> str:
    reader = int(read.reader[row, column])
    if read.never[row, column]:
        return t("bptt.batching.cell_never")
    if reader == NOBODY:
        return t("bptt.batching.cell_coming")
    key = "now" if read.now[row, column] else "read"
    foreign = "foreign_" if reader != row else ""
    return t(f"bptt.batching.cell_{foreign}{key}", number=reader + 1)


def _colour(palette: Palette, stream: int) -> str:
    return palette.states[stream % len(palette.states)]


def _mix(palette: Palette, stream: int, share: float) -> str:
    """A stream's colour thinned with the page's ground, solid so that overlaps do not add up."""
    return thinned(_colour(palette, stream), share, palette)
