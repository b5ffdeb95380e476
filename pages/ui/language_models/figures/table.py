"""Readers by rows, words by columns: which probability each gives to the word that comes."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.mathematics import amount, percent
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank, names_axis
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts

WORST = 10.0
"""Bits from which on a cell is as dark as can be."""
ROW, HEAD, LEFT, RIGHT, NARROWEST = 27, 26, 190, 92, 58


class Line(NamedTuple):
    """A reader: its name, P of every word, () while it is not made; its perplexity, if known.
    `words` are written into the cells where they differ from those above."""

    name: str
    probabilities: Sequence[float]
    perplexity: float | None
    words: Sequence[str] = ()


def figure(
    words: Sequence[str],
    lines: Sequence[Line],
    palette: Palette,
    t: Texts,
    marked: Collection[tuple[int, int]] = (),
) -> go.Figure:
    """A cell's colour is -log2 P: the brighter, the better the word was known.

    Traces   cells  a heat map; the first line is at the top
    Marks    cells (line, word) with a frame
    """
    height = ROW * (2 if any(line.words for line in lines) else 1)
    n = len(words)
    named = {"size": 12, "color": palette.text}
    drawn = blank(
        palette,
        height=HEAD + height * len(lines) + 8,
        margin={"l": LEFT, "r": RIGHT, "t": HEAD, "b": 6},
        xaxis=names_axis(
            palette,
            [escaped(word) for word in words],
            side="top",
            tickangle=0,
            tickfont=named,
        ),
        yaxis=names_axis(palette, [line.name for line in lines], down=True, tickfont=named),
    )
    if LEFT + RIGHT + n * NARROWEST > 1128:
        drawn.update_layout(width=LEFT + RIGHT + n * NARROWEST)
    drawn.add_heatmap(
        uid="cells",
        z=[_bits(line, n) for line in lines],
        zmin=0,
        zmax=WORST,
        colorscale=[[1 - stop, colour] for stop, colour in reversed(palette.ramp)],
        showscale=False,
        xgap=2,
        ygap=2,
        text=[_texts(line, n) for line in lines],
        texttemplate="%{text}",
        textfont={"size": 11},
        customdata=[[escaped(word) for word in (line.words or words)] for line in lines],
        hoverongaps=False,
        hovertemplate=t("language_models.readers.hover") + "<extra></extra>",
    )
    for number, line in enumerate(lines):
        drawn.add_annotation(
            xref="paper", x=1.01, y=number, xanchor="left", showarrow=False,
            text="…" if line.perplexity is None else f"<b>{amount(line.perplexity)}</b>",
            font={"size": 12, "color": palette.text},
        )  # fmt: skip
    drawn.add_annotation(
        xref="paper", yref="paper", x=1.01, y=1, xanchor="left", yanchor="bottom", showarrow=False,
        text=t("language_models.product.perplexity"), font={"size": 11, "color": palette.faint},
    )  # fmt: skip
    for line_number, word in marked:
        drawn.add_shape(
            type="rect", x0=word - 0.49, x1=word + 0.49, y0=line_number - 0.47,
            y1=line_number + 0.47, line={"color": palette.held_out, "width": 2.5},
        )  # fmt: skip
    return drawn.finish()


def _bits(line: Line, n: int) -> list[float | None]:
    known = [min(-math.log2(p), WORST) for p in line.probabilities]
    return [*known, *[None] * (n - len(known))]


def _texts(line: Line, n: int) -> list[str]:
    known = [percent(p) for p in line.probabilities]
    if line.words:
        known = [f"{escaped(w)}<br>{p}" for w, p in zip(line.words, known, strict=True)]
    return [*known, *[""] * (n - len(known))]
