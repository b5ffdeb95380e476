"""Training and held-out text over updates, and the best that each amount of memory allows: as
perplexity, or as bits above the floor."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, VALUE, axis, blank
from pages.ui.streaming.operations import Op, extend, mark, readout
from pages.ui.visit.i18n import Texts
from rnncore.views import (
    NEAREST,
    BestView,
    Ghost,
    HeldOutPoint,
    LossPoint,
    Mark,
    RungLine,
    RunView,
    above_floor,
    rung_lines,
)

NAME = "perplexity"
PART = "part"
"""The kind of a point for which only the beginning of the held-out text was read."""
END = 0.97
"""Where the plot ends and the strip begins that leads from its lines to their labels."""
NAMED = 0.03
"""Bits above its lowest point at which the other window's curve has its name."""
INVISIBLE = "rgba(0,0,0,0)"


class _Line(NamedTuple):
    """A line of the ladder with what is written beside it; `bits` of a rung that is climbed past,
    None for the lines at both ends."""

    y: float
    text: str
    bits: float | None = None


def figure(run: RunView, palette: Palette, t: Texts, ghost: Ghost | None = None) -> go.Figure:
    """Perplexity: floor, rungs and the vocabulary size as lines, the curves yet without points.

    Traces   ghost where there is one, train, valid, test, and the labels of the lines
    """
    V, floor = float(run.vocabulary_size), run.floor
    drawn = _frame(
        palette,
        t,
        title=t("figures.perplexity.axis", unit=t(f"units.{run.token_unit}")),
        edges=((floor or V / 4) * 0.93, V * 1.5),
        most=V * 30,
    )
    lines = [_Line(V, t("figures.perplexity.start", v=run.vocabulary_size))]
    lines += _rungs(run, t, lambda rung: rung.perplexity)
    if floor is not None:
        lines.append(_Line(floor, t("figures.perplexity.floor_line", floor=f"{floor:.3g}")))
    _ladder(drawn, lines, palette, ends_at_floor=floor is not None)
    if run.counted:  # the longest labels there are, with an update of five digits
        drawn.update_layout(margin={"r": 132})
    _curves(drawn, run, palette, t, "hover", ghost=ghost)
    return drawn.finish()


def distance_figure(
    run: RunView, palette: Palette, t: Texts, ghost: Ghost | None = None
) -> go.Figure:
    """The same as bits above the floor, which the run must have, on a logarithmic axis.

    The curves are drawn where `meta.above` says: their bits, which each point carries, less the
    floor's, and never below NEAREST, where the floor has its line.
    """
    floor = run.floor
    assert floor is not None
    start = above_floor(run.vocabulary_size, floor)
    drawn = _frame(
        palette,
        t,
        title=t("figures.perplexity.distance_axis"),
        edges=(NEAREST * 0.93, start * 1.3),
        most=start + 5,
    )
    lines = [
        _Line(start, t("figures.perplexity.start", v=run.vocabulary_size)),
        *_rungs(run, t, lambda rung: above_floor(rung.perplexity, floor)),
        _Line(NEAREST, t("figures.perplexity.at_floor")),
    ]
    _ladder(drawn, lines, palette, ends_at_floor=True)
    bits = math.log2(floor)
    above = {"floor": bits, "nearest": NEAREST}
    meta = {"above": above}
    _curves(drawn, run, palette, t, "above", ghost=ghost, meta=meta, floor=f"{bits:.3f}")
    return drawn.finish()


def train_ops(point: LossPoint) -> list[Op]:
    """The training curve grows by one point."""
    data = [[point.bits, point.epoch]]
    return [
        extend(NAME, "train", [point.step], [point.perplexity], data),
        readout(NAME, "train", point.perplexity),
    ]


def held_out_ops(point: HeldOutPoint) -> list[Op]:
    """A held-out curve grows by one point, which says whether it is of the whole text."""
    data, kinds = [point.bits], None
    if point.part is not None:
        data, kinds = [point.bits, point.part], [PART]
    drawn = [
        extend(NAME, point.split, [point.step], [point.perplexity], [data], kinds),
        readout(NAME, point.split, point.perplexity),
    ]
    if point.per_character is not None:
        drawn.append(readout(NAME, f"{point.split}_character", point.per_character))
    return drawn


def best_ops(view: BestView) -> list[Op]:
    """The lowest held-out figure, which the run has kept, and when it was."""
    return [readout(NAME, "best", view.perplexity), readout(NAME, "best_at", view.best)]


def mark_ops(change: Mark) -> list[Op]:
    """A change of a setting stays on the curve."""
    return [mark(NAME, change.step, change.setting, change.old, change.new)]


def gap_ops(first: int, last: int) -> list[Op]:
    """The curve says where the reports of updates were lost."""
    return [mark(NAME, last, "gap", first, last)]


def _frame(
    palette: Palette, t: Texts, *, title: str, edges: tuple[float, float], most: float
) -> Drawing:
    """Axes that hold `edges` and what the curves need, up to `most`."""
    drawn = blank(
        palette,
        xaxis=axis(
            palette,
            t("figures.updates"),
            domain=[0, END],
            tickformat=COUNT,
            rangemode="tozero",
            autorangeoptions={"include": [0, 20]},
        ),
        yaxis=axis(
            palette,
            title,
            type="log",
            dtick="D2",
            tickformat=VALUE,
            autorangeoptions={"clipmax": most},
        ),
        meta={"headroom": 0.2, "mark": palette.mark, "ground": palette.ground},
    )
    drawn.update_layout(
        margin={"r": 118, "l": 50},
        xaxis2={"domain": [END, 1], "range": [0, 1], "visible": False, "fixedrange": True},
    )
    # On a logarithmic axis plotly mistakes what is to be included: unseen lines hold the range.
    for edge in edges:
        _line(drawn, edge, INVISIBLE, "solid")
    return drawn


def _rungs(run: RunView, t: Texts, height: Callable[[RungLine], float]) -> list[_Line]:
    lines = []
    for rung in rung_lines(run):
        if run.floor is None:
            key = "counted" if run.counted else "unigram"
        elif rung.forgotten:
            key = f"forgotten_{run.forgets}"
        else:
            key = "none" if rung.longest == 0 else "one" if rung.longest == 1 else "many"
        text = t(f"figures.perplexity.rung_{key}", memory=rung.longest, order=rung.longest + 1)
        lines.append(_Line(height(rung), text, rung.bits))
    return lines


def _ladder(figure: Drawing, lines: list[_Line], palette: Palette, *, ends_at_floor: bool) -> None:
    """The lines from top to bottom, and words beside them to the right of the plot.

    The labels are one trace, drawn faster than notes, which the panel moves apart where they are
    crowded; it ticks those whose `bits` the held-out curve has passed.
    """
    colours = [palette.faint] * len(lines)
    for place, line in enumerate(lines):
        if ends_at_floor and place == len(lines) - 1:
            _line(figure, line.y, palette.floor, "solid", width=1.6)
            colours[place] = palette.floor
        elif line.bits is None:
            _line(figure, line.y, palette.rung, "dot")
        else:
            _line(figure, line.y, palette.rung, "solid")
    figure.add_scatter(
        uid="labels",
        x=[1] * len(lines),
        y=[line.y for line in lines],
        text=[line.text for line in lines],
        xaxis="x2",
        mode="text",
        textposition="middle right",
        textfont={"size": 11, "color": colours},
        cliponaxis=False,
        hoverinfo="skip",
        line={"color": palette.rung, "width": 1},
        meta={"ladder": {"curve": "valid", "bits": [line.bits for line in lines]}},
    )


def _curves(
    figure: Drawing,
    run: RunView,
    palette: Palette,
    t: Texts,
    hover: str,
    *,
    ghost: Ghost | None,
    meta: dict[str, Any] | None = None,
    **values: object,
) -> None:
    def told(of: str) -> str:
        unit = t(f"units.{run.token_unit}")
        known = {**values, "T": ghost.time_size} if ghost else values
        return t(f"figures.perplexity.{hover}_{of}", unit=unit, **known) + "<extra></extra>"

    if ghost is not None:
        figure.add_scatter(
            uid="ghost",
            x=ghost.updates,
            y=[2**bits for bits in ghost.bits],
            customdata=[[bits] for bits in ghost.bits],
            mode="lines",
            line={"color": palette.start, "width": 2},
            meta=meta,
            hovertemplate=told("ghost"),
        )
        lowest = min(ghost.bits) + NAMED  # on its way down there is room beside it
        place = next(at for at, bits in enumerate(ghost.bits) if bits <= lowest)
        figure.add_scatter(
            uid="ghost-name",
            x=[ghost.updates[place]],
            y=[2 ** ghost.bits[place]],
            customdata=[[ghost.bits[place]]],
            mode="text",
            text=[f"T = {ghost.time_size}"],
            textposition="middle right",
            textfont={"size": 12, "color": palette.faint},
            meta=meta,
            hoverinfo="skip",
        )
    part = {"symbol": "circle-open", "hovertemplate": told(PART)}
    for uid, colour, mode, limit in (
        ("train", palette.train, "lines", 600),
        ("valid", palette.held_out, "lines+markers", 120),
        ("test", palette.held_out, "markers", 120),
    ):
        kinds = {"kinds": {PART: part}} if uid == "valid" else {}
        figure.add_scatter(
            uid=uid,
            name=t(f"figures.perplexity.{uid}"),
            x=[],
            y=[],
            mode=mode,
            line={"color": colour, "width": 1.3 if uid == "train" else 2, "shape": "linear"},
            marker={
                "color": colour,
                "size": 10 if uid == "test" else 4,
                "symbol": "star" if uid == "test" else "circle",
            },
            meta={"limit": limit, **kinds, **(meta or {})},
            hovertemplate=told(uid),
        )


def _line(figure: Drawing, y: float, colour: str, dash: str, width: float = 1.0) -> None:
    figure.add_shape(
        type="line",
        xref="x domain",
        x0=0,
        x1=1,
        y0=y,
        y1=y,
        line={"color": colour, "width": width, "dash": dash},
        layer="below",
    )
