"""Held-out perplexity, and parameters, against how many words a model reads before the next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import LOG_TEXTS, LOG_TICKS, axis, blank
from pages.ui.streaming.operations import Op, replace
from pages.ui.visit.i18n import Texts
from rnncore.experiments.contexts import WORDS, ContextPoint
from rnncore.experiments.standings import of_kind, prices, rival

BITS, PARAMETERS = "context_bits", "context_parameters"
WHOLE = max(WORDS) + 2
"""Where on the axis all words before stand."""
SHOWN = (*range(WORDS[-2] + 1), WORDS[-1])
RANGE = -0.4, WHOLE + 1.1
NARROW = 0.12
"""Bits between two curves in which a name has no room."""
TICKS = (
    *(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 70, 100),
    *(150, 200, 300, 500, 700, 1_000, 2_000, 5_000, 10_000),
)
"""Perplexities to name: curves lie close together."""
HEADROOM = 0.45
"""Bits that are shown above the rung of one word: who reads nothing may lie far above all else."""


class Look(NamedTuple):
    """How a kind is drawn, and where its name stands at its last point: in the first figure, and
    in the second."""

    role: str
    symbol: str
    names: tuple[str, str]


CURVES = {
    "ngram": Look("accent", "square", ("top right", "top right")),
    "summed": Look("gradient", "diamond", ("top right", "top left")),
    "concatenated": Look("train", "circle", ("top right", "bottom right")),
}
POINTS = {
    "recurrent": Look("held_out", "star", ("bottom center", "top center")),
    "rival": Look("held_out", "star-open", ("top center", "top center")),
}
NOWHERE: Mapping[str, Any] = MappingProxyType({"x": [], "y": [], "text": []})
LOOKS = CURVES | POINTS
"""The rival is the recurrent network with a longer T."""


class Frame(NamedTuple):
    """What is known before anything is trained.

    ladder      bits of the best model that reads 0, 1, ... words; None where nobody knows
    floor       bits of the best model of all; None where nobody knows
    names       of the kinds
    parameters  (kind, words, parameters) of every network
    """

    ladder: tuple[float, ...] | None
    floor: float | None
    names: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, int | None, int], ...]


def bits(frame: Frame, palette: Palette, t: Texts) -> go.Figure:
    """Held-out perplexity on a logarithmic axis, on which equal steps are equal bits.

    Traces   price (between n-grams and rungs), rungs, floor, level (of the recurrent network), then
             one per kind, and its name
    """
    known = frame.ladder is not None and frame.floor is not None
    named = {"tickvals": TICKS, "ticktext": [f"{value:,g}" for value in TICKS]}
    drawn = _drawing(palette, t, t("language_models.contexts.perplexity"), **named)
    if known:
        _ladder(drawn, frame, palette, t)
    _level(drawn, palette, [])
    for uid, _ in frame.names:
        drawn.add_scatter(**_curve(uid, frame, palette, t("language_models.contexts.hover"), {}))
        drawn.add_scatter(**_name(uid, palette))
    return drawn.finish()


def parameters(frame: Frame, palette: Palette, t: Texts) -> go.Figure:
    """Parameters on a logarithmic axis: those of the networks are known before any training.

    Traces   level (of the recurrent network), then one per kind, and its name
    """
    named = {"tickvals": LOG_TICKS, "ticktext": LOG_TEXTS}
    drawn = _drawing(palette, t, t("language_models.contexts.parameters"), **named)
    hover = t("language_models.contexts.hover_parameters")
    for uid in (*CURVES, "recurrent"):
        known = {words: n for kind, words, n in frame.parameters if kind == uid}
        if uid == "recurrent":
            _level(drawn, palette, list(known.values()))
        drawn.add_scatter(**_curve(uid, frame, palette, hover, known))
        drawn.add_scatter(**_name(uid, palette, _named_at(uid, frame, known, LOOKS[uid].names[1])))
    return drawn.finish()


def ops(points: Sequence[ContextPoint], frame: Frame, t: Texts) -> list[Op]:
    """All models as they stand."""
    step, drawn = len(points), list[Op]()
    found = {uid: of_kind(points, uid) for uid in (*CURVES, "recurrent")}
    beside = rival(points)
    shown = found | ({"rival": {None: beside}} if beside else {})
    for uid, models in shown.items():
        if not models:
            continue
        y = {words: 2**point.bits for words, point in models.items()}
        told = [[of.bits, of.parameters, of.updates, of.tokens] for of in models.values()]
        drawn.append(_replaced(BITS, uid, step, y, customdata=told))
        at = "bottom right" if uid == "ngram" and _room_below(found) else LOOKS[uid].names[0]
        name = _named_at(uid, frame, y, at)
        if uid == "ngram" and frame.ladder is not None:
            price = list(prices(points, frame.ladder).values())[-1]
            bits = f"{max(price, 0):.2f}"
            name["text"] = [t("language_models.contexts.price", name=name["text"][0], bits=bits)]
        if uid == "concatenated" and WORDS[-1] in y:  # a line lower, clear of the rungs
            name |= {"text": [f"<br>{name['text'][0]}"], "textposition": "bottom left"}
        drawn.append(replace(BITS, f"{uid}-name", step, **name))
        if uid == "ngram":
            counts = {words: float(point.parameters) for words, point in models.items()}
            drawn.append(_replaced(PARAMETERS, uid, step, counts))
            name = _named_at(uid, frame, counts, LOOKS[uid].names[1])
            drawn.append(replace(PARAMETERS, f"{uid}-name", step, **name))
        if uid == "recurrent":
            drawn.append(replace(BITS, "level", step, x=[0, WHOLE], y=[y[None], y[None]]))
    if frame.ladder is not None and found["ngram"]:
        rungs = [2 ** frame.ladder[words] for words in prices(points, frame.ladder)]
        counted = {words: 2**point.bits for words, point in found["ngram"].items()}
        around = [*counted, *reversed(counted)]
        above = list(counted.values())
        drawn.append(replace(BITS, "price", step, x=around, y=[*above, *reversed(rungs)]))
    return drawn


def _named_at(
    uid: str, frame: Frame, values: Mapping[int | None, float], at: str
) -> dict[str, Any]:
    """The name of a curve at its last point; nothing where there is none. It is a trace of its
    own: between two full drawings the browser moves each text with the point of its number."""
    if not values:
        return dict(NOWHERE)
    words, y = list(values.items())[-1]
    return {"x": [_place(words)], "y": [y], "text": [dict(frame.names)[uid]], "textposition": at}


def _replaced(figure: str, uid: str, step: int, y: Mapping[int | None, float], **more: Any) -> Op:
    return replace(figure, uid, step, x=[*map(_place, y)], y=list(y.values()), **more)


def _room_below(found: Mapping[str, Mapping[int | None, ContextPoint]]) -> bool:
    """Whether the name of the n-grams has too little room above their end, and more below."""
    end = list(found["ngram"].values())[-1]
    after = next(words for words in WORDS if end.words is not None and words > end.words)
    summed, concatenated = (found[kind].get(after) for kind in ("summed", "concatenated"))
    if summed is None or concatenated is None:
        return False
    above, below = summed.bits - end.bits, end.bits - concatenated.bits
    return above < min(NARROW, below)


def _drawing(palette: Palette, t: Texts, quantity: str, **scale: Any) -> Drawing:
    drawn = blank(
        palette,
        xaxis=axis(
            palette,
            t("language_models.contexts.words"),
            range=RANGE,
            tickvals=[*SHOWN, WHOLE],
            ticktext=[*map(str, SHOWN), t("language_models.contexts.whole")],
        ),
        yaxis=axis(palette, quantity, type="log", **scale),
    )
    drawn.update_layout(margin={"l": 58, "r": 14, "t": 14})
    return drawn


def _ladder(drawn: Drawing, frame: Frame, palette: Palette, t: Texts) -> None:
    assert frame.ladder is not None and frame.floor is not None
    nothing, one, *_ = frame.ladder
    top = min(nothing + 0.15, one + HEADROOM)
    drawn.update_layout(yaxis={"range": [_power(frame.floor) - 0.04, _power(top)]})
    if nothing > top:
        drawn.add_annotation(
            x=0,
            y=1,
            yref="paper",
            yanchor="top",
            xanchor="left",
            text=f"↑ {2**nothing:.1f}",
            showarrow=False,
            font={"size": 12, "color": palette.floor},
        )
    drawn.add_scatter(
        uid="price",
        x=[],
        y=[],
        mode="lines",
        fill="toself",
        fillcolor=palette.cut,
        line={"width": 0},
        hoverinfo="skip",
    )
    drawn.add_scatter(
        uid="rungs",
        name=t("language_models.contexts.rung"),
        x=[*range(len(frame.ladder)), WHOLE],
        y=[2**value for value in (*frame.ladder, frame.floor)],
        customdata=[*frame.ladder, frame.floor],
        mode="lines+markers",
        line={"color": palette.floor, "width": 1.4},
        marker={"color": palette.floor, "size": 13, "symbol": "line-ew-open", "line": {"width": 2}},
        hovertemplate=t("language_models.contexts.hover_rung") + "<extra>%{fullData.name}</extra>",
    )
    drawn.add_annotation(
        x=3,
        y=_power(frame.ladder[3]),
        text=t("language_models.contexts.rung"),
        xanchor="right",
        yanchor="top",
        showarrow=False,
        font={"size": 12, "color": palette.floor},
    )


def _level(drawn: Drawing, palette: Palette, height: Sequence[float]) -> None:
    """A line at the recurrent network's value, to compare windows with it."""
    drawn.add_scatter(
        uid="level",
        x=[0, WHOLE] if height else [],
        y=[*height[:1]] * 2,
        mode="lines",
        line={"color": palette.held_out, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )


def _curve(
    uid: str, frame: Frame, palette: Palette, hover: str, values: Mapping[int | None, float]
) -> dict[str, Any]:
    look, joined = LOOKS[uid], uid in CURVES
    colour = getattr(palette, look.role)
    line = {"line": {"color": colour, "width": 2}} if joined else {}
    return {
        "uid": uid,
        "name": dict(frame.names)[uid],
        "x": [*map(_place, values)],
        "y": list(values.values()),
        "mode": "lines+markers" if joined else "markers",
        "marker": {"color": colour, "size": 7 if joined else 12, "symbol": look.symbol},
        "hovertemplate": hover + "<extra>%{fullData.name}</extra>",
        **line,
    }


def _name(uid: str, palette: Palette, at: Mapping[str, Any] = NOWHERE) -> dict[str, Any]:
    return {
        "uid": f"{uid}-name",
        "mode": "markers+text",
        "marker": {"color": "rgba(0,0,0,0)", "size": 7 if uid in CURVES else 12},  # for distance
        "textfont": {"size": 12, "color": getattr(palette, LOOKS[uid].role)},
        "cliponaxis": False,
        "hoverinfo": "skip",
        **at,
    }


def _place(words: int | None) -> int:
    return WHOLE if words is None else words


def _power(bits: float) -> float:
    """A perplexity as a place on a logarithmic axis."""
    return bits * math.log10(2)
