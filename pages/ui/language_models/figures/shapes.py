"""The whole model on a window: layer above layer, tick beside tick, with shapes and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.probes.time_layers import TimeLayers
from rnncore.shapes import Array

UNITS = 5
"""Numbers of a vector that are drawn: its first ones."""
CELL, BOX, GAP = 11, 28, 24
"""Pixels: a row of numbers, a layer, and what is between a strip and the layers beside it."""
SHEETS, SLANT = 3, 4
"""Sheets behind a layer, which stand for the other streams, and how far each is set off."""
LEFT, RIGHT = 1.5, 2.1
"""Room beside the ticks, in ticks."""


class Strip(NamedTuple):
    """Numbers between two layers: what is drawn of them, (rows, T); their name and shape.
    `rows` name what each row is."""

    name: str
    shape: str
    numbers: Array
    rows: tuple[str, ...]


class Band(NamedTuple):
    """A layer: its name, and its weights with their shapes. `links` says whether a state goes from
    tick to tick in it."""

    name: str
    weights: str
    links: bool = False


Part = Strip | Band


def parts(view: TimeLayers, config: Config, tokens: Sequence[str], stream: int) -> list[Part]:
    """Layers and what passes between them for one stream, from below."""
    (T, N), V = view.xs.shape, view.scores.shape[-1]
    D, H = config.embedding_size, config.hidden_size
    gates = len(CELLS[config.cell].gates)
    name = {"rnn": "TimeRNN", "lstm": "TimeLSTM", "gru": "TimeGRU"}.get(config.cell, config.cell)
    drawn: list[Part] = [
        Band("TimeEmbedding", f"W ({V:,}, {D})"),
        _vectors("xs", view.xs_vec[:, stream], f"(T, N, D) = ({T}, {N}, {D})"),
    ]
    for i, hs in enumerate(view.hs):
        if config.dropout:
            drawn.append(Band("TimeDropout", f"{config.dropout:g}"))
        inputs = H if i else D
        drawn.append(
            Band(
                f"{name}{f' {i + 1}' if len(view.hs) > 1 else ''}",
                f"Wx ({inputs}, {gates * H})  Wh ({H}, {gates * H})  b ({gates * H},)",
                links=True,
            )
        )
        drawn.append(_vectors("hs", hs[:, stream], f"(T, N, H) = ({T}, {N}, {H})"))
    if config.dropout:
        drawn.append(Band("TimeDropout", f"{config.dropout:g}"))
    scores = view.scores[:, stream]
    best = np.argsort(-scores.max(axis=0), kind="stable")[:UNITS]
    drawn += [
        Band("TimeAffine", f"W ({H}, {V:,})  b ({V:,},)"),
        Strip(
            "scores",
            f"(T, N, V) = ({T}, {N}, {V:,})",
            scores[:, best].T,
            tuple(escaped(tokens[i]) for i in best),
        ),
        Band("TimeSoftmaxWithLoss", f"ts (T, N) = ({T}, {N})"),
        Strip(
            "−ln P",
            f"(T, N) = ({T}, {N})",
            view.losses.T,
            tuple(str(n + 1) for n in range(N)),
        ),
    ]
    return drawn


def _vectors(name: str, vectors: Array, shape: str) -> Strip:
    shown = vectors[:, :UNITS].T
    return Strip(name, shape, shown, tuple(str(i) for i in range(len(shown))))


def figure(
    view: TimeLayers,
    drawn: Sequence[Part],
    tokens: Sequence[str],
    tick: int,
    stream: int,
    palette: Palette,
    t: Texts,
    *,
    told: bool = True,
) -> go.Figure:
    """Time goes to the right, layers go up. A click on a number or a token chooses its tick.

    Traces   ids  what is read and what should come; strip0, strip1, ...  heat maps of numbers, the
             last one of the losses of all streams. `told` says over how many the loss is a mean.
    """
    T = len(view.xs)
    places, y = [], 54.0
    for part in drawn:
        height = BOX if isinstance(part, Band) else CELL * len(part.numbers)
        places.append((y, y + height))
        y += height + GAP
    top = y + 14
    drawing = blank(
        palette,
        height=round(top),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis={"range": [-LEFT, T - 0.5 + RIGHT], "visible": False, "fixedrange": True},
        yaxis={"range": [0, top], "visible": False, "fixedrange": True},
    )
    drawing.add_shape(
        type="rect", x0=tick - 0.48, x1=tick + 0.48, y0=4, y1=top - 8, layer="below",
        line={"color": palette.accent, "width": 1.5}, fillcolor=palette.cut,
    )  # fmt: skip
    strips = 0
    for part, (bottom, ceiling) in zip(drawn, places, strict=True):
        _arrows(drawing, T, bottom, palette)
        if isinstance(part, Band):
            _band(drawing, part, T, bottom, palette, t)
        else:
            last = part is drawn[-1]
            _strip(drawing, part, strips, (bottom, ceiling), palette, t, stream if last else None)
            strips += 1
    _ids(drawing, view, tokens, stream, palette, t)
    bottom, ceiling = places[-1]
    drawing.add_annotation(
        x=T - 0.35, y=(bottom + ceiling) / 2 - 16, xanchor="left", showarrow=False, align="left",
        text=t(
            f"language_models.shapes.{'mean' if told else 'loss'}",
            n=view.losses.size,
            loss=f"{view.loss:.3f}",
        ),
        font={"size": 13, "color": palette.accent},
    )  # fmt: skip
    return drawing.finish()


def _arrows(drawing: Drawing, T: int, bottom: float, palette: Palette) -> None:
    """From what is below into a part, at every tick."""
    for t in range(T):
        drawing.add_annotation(
            x=t, y=bottom - 3, ax=t, ay=bottom - GAP + 6, axref="x", ayref="y", text="",
            showarrow=True, arrowhead=2, arrowsize=0.9, arrowwidth=1.1, arrowcolor=palette.faint,
        )  # fmt: skip


def _band(drawing: Drawing, band: Band, T: int, bottom: float, palette: Palette, t: Texts) -> None:
    for sheet in range(SHEETS, -1, -1):
        off = sheet * SLANT
        drawing.add_shape(
            type="rect", x0=-0.5 + off / 90, x1=T - 0.5 + off / 90, y0=bottom + off,
            y1=bottom + BOX + off - (6 if sheet else 0),
            line={"color": palette.rung, "width": 1}, fillcolor=palette.ground,
            opacity=1 if not sheet else 0.7,
        )  # fmt: skip
    middle = bottom + BOX / 2
    drawing.add_annotation(
        x=(T - 1) / 2, y=middle, text=f"<b>{band.name}</b>   {band.weights}", showarrow=False,
        font={"size": 13, "color": palette.text}, bgcolor=palette.ground, borderpad=2,
    )  # fmt: skip
    if band.links:
        for name, x, ax in (("h", -0.52, -0.95), ("h", T - 0.05, T - 0.48)):
            drawing.add_annotation(
                x=x, y=middle, ax=ax, ay=middle, axref="x", ayref="y", text="", showarrow=True,
                arrowhead=2, arrowwidth=2, arrowcolor=palette.accent,
            )  # fmt: skip
            drawing.add_annotation(
                x=min(x, ax) - 0.02 if x < 0 else x, y=middle,
                xanchor="right" if x < 0 else "left", showarrow=False, text=f"<i>{name}</i> (N, H)",
                font={"size": 11, "color": palette.accent},
            )  # fmt: skip


def _strip(
    drawing: Drawing,
    strip: Strip,
    number: int,
    span: tuple[float, float],
    palette: Palette,
    t: Texts,
    stream: int | None,
) -> None:
    bottom, top = span
    rows, T = strip.numbers.shape
    centres = [bottom + CELL * (row + 0.5) for row in range(rows)]
    losses = stream is not None
    limit = float(np.abs(strip.numbers).max()) or 1.0
    drawing.add_heatmap(
        uid=f"strip{number}",
        x=list(range(T)),
        y=centres,
        z=[[float(f"{value:.3g}") for value in row] for row in strip.numbers.tolist()],
        zmin=0 if losses else -limit,
        zmax=limit,
        colorscale=[list(stop) for stop in (palette.ramp if losses else palette.diverging)],
        showscale=False,
        xgap=4,
        ygap=1,
        customdata=[[[tick, strip.rows[row]] for tick in range(T)] for row in range(rows)],
        hovertemplate=t(
            "language_models.shapes.hover_loss" if losses else "language_models.shapes.hover",
            name=strip.name,
        )
        + "<extra></extra>",
    )
    drawing.add_annotation(
        x=T - 0.35, y=top, xanchor="left", yanchor="top", showarrow=False, align="left",
        text=f"<b>{strip.name}</b><br>{strip.shape}", font={"size": 12, "color": palette.text},
    )  # fmt: skip
    if stream is not None:
        drawing.add_shape(
            type="rect", x0=-0.5, x1=T - 0.5, y0=bottom + CELL * stream,
            y1=bottom + CELL * (stream + 1), line={"color": palette.accent, "width": 1.5},
        )  # fmt: skip
    for centre, name in zip(centres, strip.rows, strict=True):
        drawing.add_annotation(
            x=-0.55, y=centre, xanchor="right", showarrow=False, text=name,
            font={"size": 9.5, "color": palette.faint},
        )  # fmt: skip


def _ids(
    drawing: Drawing,
    view: TimeLayers,
    tokens: Sequence[str],
    stream: int,
    palette: Palette,
    t: Texts,
) -> None:
    T, N = view.xs.shape
    read = [escaped(tokens[i]) for i in view.xs[:, stream]]
    wanted = [escaped(tokens[i]) for i in view.ts[:, stream]]
    drawing.add_scatter(
        uid="ids",
        mode="text",
        x=list(range(T)),
        y=[22] * T,
        text=[f"<b>{word}</b>" for word in read],
        textfont={"size": 13, "color": palette.text},
        customdata=[[tick, str(view.xs[tick, stream]), wanted[tick]] for tick in range(T)],
        hovertemplate=t("language_models.shapes.hover_id") + "<extra></extra>",
    )
    drawing.add_annotation(
        x=T - 0.35, y=22, xanchor="left", showarrow=False, align="left",
        text=f"<b>xs</b> (T, N) = ({T}, {N})", font={"size": 12, "color": palette.text},
    )  # fmt: skip
