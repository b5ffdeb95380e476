"""Tokens by rows; scores, temperature, what is cut, and the truth by columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import percent
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank, names_axis
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.probes.continuations import Next
from rnncore.shapes import Array

SHOWN = 12
"""Tokens that have a row of their own."""
WIDTH, ROW, HEAD, LABELS, GAP = 1128, 25, 46, 0.11, 0.02


class Row(NamedTuple):
    """A token, or all others together (token None, then without a score): its score, its
    probability after each step, and the true one; None where there is none."""

    word: str
    token: int | None
    logit: float | None
    raw: float
    tempered: float
    final: float
    true: float | None

    @property
    def cut(self) -> bool:
        return self.final == 0


def rows(steps: Next, true: Array | None, tokens: Sequence[str]) -> tuple[Row, ...]:
    """The tokens that matter in one of the columns, by their probability; then all others."""
    best = np.maximum.reduce([steps.raw, steps.final] + ([] if true is None else [true]))
    chosen = np.argsort(-best, kind="stable")[:SHOWN]
    chosen = chosen[np.argsort(-steps.raw[chosen], kind="stable")]

    def row(word: str, token: int | None, which: Any) -> Row:
        truth = None if true is None else float(true[which].sum())
        raw, warm, final = (float(p[which].sum()) for p in (steps.raw, steps.tempered, steps.final))
        logit = None if token is None else float(steps.logits[token])
        return Row(word, token, logit, raw, warm, final, truth)

    found = [row(escaped(tokens[one]), int(one), one) for one in chosen]
    others = np.setdiff1d(np.arange(len(tokens)), chosen)
    if len(others):
        found.append(row(f"+ {len(others):,}", None, others))
    return tuple(found)


def figure(drawn: Sequence[Row], temperature: float, palette: Palette, t: Texts) -> go.Figure:
    """One column a step, from left to right.

    Traces   logit, raw, tempered, final, true (with a grammar): bars; customdata is a token's id
             the raw probability stands in brackets beside the final one
    """
    truth = any(row.true is not None for row in drawn)
    names = ["logit", "raw", "tempered", "final", *(["true"] if truth else [])]
    drawing = blank(
        palette,
        width=WIDTH,
        height=HEAD + ROW * len(drawn) + 8,
        margin={"l": 8, "r": 8, "t": HEAD, "b": 8},
        bargap=0.35,
    )
    width = (1 - LABELS - GAP * (len(names) - 1)) / len(names)
    for number, name in enumerate(names):
        left = LABELS + number * (width + GAP)
        _column(drawing, drawn, name, number, (left, left + width), palette, t)
        drawing.add_annotation(
            xref="paper", yref="paper", x=left, y=1, xanchor="left", yanchor="bottom", yshift=6,
            showarrow=False, align="left",
            text=t(f"generation.next.{name}", temperature=f"{temperature:g}"),
            font={"size": 12, "color": palette.text},
        )  # fmt: skip
    return drawing.finish()


def _column(
    drawing: Drawing,
    drawn: Sequence[Row],
    name: str,
    number: int,
    domain: tuple[float, float],
    palette: Palette,
    t: Texts,
) -> None:
    suffix = str(number + 1) if number else ""
    shown = [row for row in drawn if getattr(row, name) is not None]
    values = [getattr(row, name) for row in shown]
    low = min([0.0, *values])
    most = max([*values, 1e-9] if name == "logit" else [1.0])
    room = 0.3 * (most - low)
    places = {row: place for place, row in enumerate(drawn)}
    drawing.update_layout(
        **{
            f"xaxis{suffix}": axis(
                palette, domain=list(domain), range=[low, most + room], visible=False,
                fixedrange=True, anchor=f"y{suffix}",
            ),
            f"yaxis{suffix}": names_axis(
                palette, ["" if number else row.word for row in drawn], down=True,
                anchor=f"x{suffix}", tickfont={"size": 12.5, "color": palette.text},
            ),
        }
    )  # fmt: skip
    strong = {"final": palette.accent, "true": palette.floor}.get(name, palette.train)
    cut = t("generation.next.cut")
    drawing.add_bar(
        uid=name,
        orientation="h",
        x=values,
        y=[places[row] for row in shown],
        xaxis=f"x{suffix}",
        yaxis=f"y{suffix}",
        marker={
            "color": [palette.start if row.cut and name != "true" else strong for row in shown],
            "line": {"width": 0},
        },
        text=[_text(row, name, cut) for row in shown],
        textposition="outside",
        textangle=0,
        textfont={
            "size": 11,
            "color": [
                palette.faint if row.cut and name != "true" else palette.text for row in shown
            ],
        },
        cliponaxis=False,
        customdata=[row.token for row in shown],
        hovertext=[row.word for row in shown],
        hovertemplate="%{hovertext}: %{text}<extra></extra>",
    )


def _text(row: Row, name: str, cut: str) -> str:
    if name == "logit":
        return f"{row.logit:.2f}".replace("-", "−")
    value = getattr(row, name)
    if name != "final":
        return _share(value)
    return f"{cut if row.cut else _share(value)} ({_share(row.raw)})"


def _share(probability: float) -> str:
    return "0" if probability == 0 else percent(probability)
