"""A sentence as a product: what might come at every place, the factor, and its fan of branches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import RAISED, amount, percent
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.baselines.sentences import Reading

WIDTH, NARROWEST, WIDEST = 1128, 66, 150
"""Pixels of a figure whose sentence fits, and of a column."""
LETTER, LEFT = 6.4, 106
ROW, BARS = 24, 40
"""Pixels from bar to bar, and from the top to the first."""
MOST_BRANCHES = 48
"""Lines of a fan; one with more branches has as many, and its number beside it."""
SPREAD = 46


class Row(NamedTuple):
    """A word that may come, as it is shown; `token` is its id."""

    word: str
    token: int
    probability: float
    chosen: bool


class Column(NamedTuple):
    """A place of the sentence: its word, what might have stood there, P of the word and its rank,
    1/P, and the product of all factors up to here as bits."""

    word: str
    rows: tuple[Row, ...]
    probability: float
    rank: int
    branches: float
    bits: float


def columns(reading: Reading, tokens: Sequence[str]) -> tuple[Column, ...]:
    """What is drawn of a reading. A word that is not among the likeliest takes the place of the
    last of them."""
    drawn, bits = [], 0.0
    for place in reading.places:
        bits -= math.log2(place.probability)
        rows = [
            Row(escaped(tokens[token]), token, p, token == place.token)
            for token, p in zip(place.likeliest, place.their, strict=True)
        ]
        word = escaped(tokens[place.token])
        if place.token not in place.likeliest:
            rows[-1] = Row(word, place.token, place.probability, True)
        drawn.append(Column(word, tuple(rows), place.probability, place.rank, place.branches, bits))
    return tuple(drawn)


def figure(drawn: Sequence[Column], perplexity: float, palette: Palette, t: Texts) -> go.Figure:
    """One column a word. Everything is placed in pixels from the top, and in columns.

    Traces   others, chosen  bars; customdata (place, token), so that a click can choose
             labels          what might come
             branches, way   fans, and the branch that the sentence takes
             numbers         P, 1/P and the product so far
    """
    wide = _column_width(drawn)
    rows = max(len(column.rows) for column in drawn)
    fans = BARS + rows * ROW + 26 + SPREAD
    bottom = fans + SPREAD + 44
    last = len(drawn) + 1.45
    drawing = blank(
        palette,
        width=round(LEFT + last * wide),
        height=round(bottom + 8),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        bargap=0,
        barmode="overlay",
        xaxis={"range": [-LEFT / wide, last], "visible": False, "fixedrange": True},
        yaxis={"range": [-(bottom + 8), 0], "visible": False, "fixedrange": True},
    )
    _bars(drawing, drawn, palette, t)
    _fans(drawing, drawn, perplexity, fans, palette)
    _numbers(drawing, drawn, perplexity, (fans - SPREAD - 12, fans + SPREAD + 30), palette, t)
    return drawing.finish()


def _column_width(drawn: Sequence[Column]) -> float:
    longest = max(len(row.word) for column in drawn for row in column.rows)
    needed = min(max(LETTER * (longest + 5) + 8, NARROWEST), WIDEST)
    return min(max((WIDTH - LEFT) / (len(drawn) + 1.45), needed), WIDEST)


def _bars(drawing: Drawing, drawn: Sequence[Column], palette: Palette, t: Texts) -> None:
    for name, chosen, colour in (
        ("others", False, palette.start),
        ("chosen", True, palette.accent),
    ):
        bars = [
            (i, r, row)
            for i, column in enumerate(drawn)
            for r, row in enumerate(column.rows)
            if row.chosen is chosen
        ]
        drawing.add_bar(
            uid=name,
            orientation="h",
            base=[i + 0.02 for i, _, _ in bars],
            x=[max(0.94 * row.probability, 0.012) for _, _, row in bars],
            y=[-(BARS + r * ROW + 5) for _, r, _ in bars],
            width=6,
            marker={"color": colour, "line": {"width": 0}},
            customdata=[[i, row.token] for i, _, row in bars],
            text=[f"{row.word} {percent(row.probability)}" for _, _, row in bars],
            textposition="none",
            hovertemplate=t(f"language_models.product.{name}") + "<extra></extra>",
        )
    labels = [(i, r, row) for i, column in enumerate(drawn) for r, row in enumerate(column.rows)]
    drawing.add_scatter(
        uid="labels",
        mode="text",
        x=[i + 0.01 for i, _, _ in labels],
        y=[-(BARS + r * ROW - 6) for _, r, _ in labels],
        text=[
            f"<b>{row.word}</b> {percent(row.probability)}"
            if row.chosen
            else f"{row.word} {percent(row.probability)}"
            for _, _, row in labels
        ],
        textposition="middle right",
        textfont={
            "size": 11,
            "color": [palette.accent if row.chosen else palette.faint for _, _, row in labels],
        },
        customdata=[[i, row.token] for i, _, row in labels],
        hoverinfo="none",
    )


def _fans(
    drawing: Drawing, drawn: Sequence[Column], perplexity: float, middle: float, palette: Palette
) -> None:
    fans = [(i + 0.02, column.branches) for i, column in enumerate(drawn)]
    fans.append((len(drawn) + 0.42, perplexity))
    x: list[float | None] = []
    y: list[float | None] = []
    for left, branches in fans:
        for height in heights(branches):
            x += [left, left + 0.93, None]
            y += [-middle, -middle - height, None]
    drawing.add_scatter(
        uid="branches",
        mode="lines",
        x=x,
        y=y,
        line={"color": palette.rung, "width": 0.8},
        opacity=0.55,
        hoverinfo="skip",
    )
    drawing.add_scatter(
        uid="way",
        mode="lines+markers",
        x=[place for left, _ in fans for place in (left, left + 0.93, None)],
        y=[height for _ in fans for height in (-middle, -middle, None)],
        line={"color": palette.accent, "width": 2.2},
        marker={"size": 5, "color": palette.accent},
        hoverinfo="skip",
    )


def heights(branches: float) -> list[float]:
    """Where the branches of a fan end, in pixels below its middle; one of them at 0. At most
    MOST_BRANCHES, wider the more there are."""
    n = max(1, min(round(branches), MOST_BRANCHES)) if math.isfinite(branches) else MOST_BRANCHES
    if n == 1:
        return [0.0]
    half = SPREAD * (0.3 + 0.7 * min(math.log(n) / math.log(MOST_BRANCHES), 1))
    ends = np.linspace(-half, half, n)
    ends[np.argmin(np.abs(ends))] = 0
    return [float(end) for end in ends]


def _numbers(
    drawing: Drawing,
    drawn: Sequence[Column],
    perplexity: float,
    at: tuple[float, float],
    palette: Palette,
    t: Texts,
) -> None:
    words = "language_models.product"
    branches, product = at
    size = 15 if len(drawn) <= 16 else 13
    for i, column in enumerate(drawn):
        drawing.add_annotation(
            x=i + 0.03, y=-12, text=f"<b>{column.word}</b>", xanchor="left", showarrow=False,
            font={"size": size, "color": palette.text},
        )  # fmt: skip
    numbers = [
        (i + 0.03, -row, text)
        for i, column in enumerate(drawn)
        for row, text in (
            (branches, f"1/P = {amount(column.branches)}"),
            (product, f"{'× ' if i else ''}{_plain(column.probability)}"),
            (product + 17, f"= {power_of_two(column.bits)}"),
        )
    ]
    mean = len(drawn) + 0.42
    numbers += [
        (mean, -branches, f"<b>{perplexity:,.3g}</b>"),
        (mean, -product, t(f"{words}.mean")),
        (mean, -(product + 17), f"<b>{t(f'{words}.perplexity')}</b>"),
    ]
    drawing.add_scatter(
        uid="numbers",
        mode="text",
        x=[x for x, _, _ in numbers],
        y=[y for _, y, _ in numbers],
        text=[text for _, _, text in numbers],
        textposition="middle right",
        textfont={"size": 11.5, "color": palette.text},
        hoverinfo="skip",
    )
    for y, name in (
        (BARS + 8, "next"),
        (branches + 12, "branches"),
        (product, "factor"),
        (product + 17, "so_far"),
    ):
        drawing.add_annotation(
            x=-0.06, y=-y, text=t(f"{words}.{name}"), xanchor="right", showarrow=False,
            align="right", font={"size": 11, "color": palette.faint},
        )  # fmt: skip


def factor(probability: float) -> str:
    """A factor to three digits, as many more as keep it from being 1: 0.154, 1.91e-05, 0.9992."""
    for digits in range(3, 7):
        text = f"{probability:.{digits}g}"
        if float(text) < 1:
            break
    return text


def _plain(probability: float) -> str:
    return factor(probability) if probability >= 1e-3 else amount(probability, 3)


def power_of_two(bits: float) -> str:
    """2 to the power of -bits, as people write a small number."""
    exponent = -bits * math.log10(2)
    if exponent > -300:
        return amount(10**exponent, 3)
    whole = math.floor(exponent)
    return f"{10 ** (exponent - whole):.3g}·10{str(whole).translate(RAISED)}"
