"""Training and held-out text over updates, and the best that each amount of memory allows: as
perplexity, or as bits above the floor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import MOST_BITS, perplexity_of
from pages.ui.figures.palette import Palette, thinned
from pages.ui.figures.style import COUNT, VALUE, axis, blank
from pages.ui.live.figures.ladder import Line, ladder, level, rungs
from pages.ui.streaming.operations import Op, extend, lowest, mark, readout
from pages.ui.visit.i18n import Texts
from rnncore.views import (
    NEAREST,
    Ghost,
    HeldOutPoint,
    LossPoint,
    Mark,
    RunView,
    above_floor,
)

NAME = "perplexity"
PART = "part"
"""The curve of the beginning of held-out text, where the whole is too long to be read often. Points
of the whole, whose values do not compare with these, then stand beside it without a line."""
END = 0.97
"""Where the plot ends and the strip begins that leads from its lines to their labels."""
NAMED = 0.03
"""Bits above its lowest point at which the other window's curve has its name."""
BAND = 0.4
"""Share of its colour that the band of several seeds has."""
INVISIBLE = "rgba(0,0,0,0)"


def figure(run: RunView, palette: Palette, t: Texts, ghosts: Sequence[Ghost] = ()) -> go.Figure:
    """Perplexity: floor, rungs and the vocabulary size as lines, the curves yet without points.

    Traces   ghost0, ghost1, ... as many as there are, each above its band0, ... where it is a mean;
             train, part, valid, test, and labels of the lines
    """
    V, floor = float(run.vocabulary_size), run.floor
    drawn = _frame(
        palette,
        t,
        title=t("figures.perplexity.axis", unit=t(f"units.{run.token_unit}")),
        edges=((floor or V / 4) * 0.93, V * 1.5),
        most=V * 30,
    )
    lines = [Line(V, t("figures.perplexity.start", v=run.vocabulary_size))]
    lines += rungs(run, t, lambda rung: rung.perplexity)
    if floor is not None:
        lines.append(Line(floor, t("figures.perplexity.floor_line", floor=f"{floor:.3g}")))
    ladder(drawn, lines, palette, ends_at_floor=floor is not None)
    if run.counted:  # the longest labels there are, with an update of five digits
        drawn.update_layout(margin={"r": 132})
    _curves(drawn, run, palette, t, "hover", ghosts=ghosts)
    return drawn.finish()


def distance_figure(
    run: RunView, palette: Palette, t: Texts, ghosts: Sequence[Ghost] = ()
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
        Line(start, t("figures.perplexity.start", v=run.vocabulary_size)),
        *rungs(run, t, lambda rung: above_floor(rung.perplexity, floor)),
        Line(NEAREST, t("figures.perplexity.at_floor")),
    ]
    ladder(drawn, lines, palette, ends_at_floor=True)
    bits = math.log2(floor)
    above = {"floor": bits, "nearest": NEAREST}
    meta = {"above": above}
    _curves(drawn, run, palette, t, "above", ghosts=ghosts, meta=meta, floor=f"{bits:.3f}")
    return drawn.finish()


def train_ops(point: LossPoint) -> list[Op]:
    """The training curve grows by one point."""
    data = [[point.bits, point.epoch]]
    return [
        extend(NAME, "train", [point.step], [point.perplexity], data),
        readout(NAME, "train", point.perplexity),
    ]


def held_out_ops(point: HeldOutPoint) -> list[Op]:
    """One more point of held-out text: of its beginning, or of the whole."""
    uid, data = point.split, [point.bits]
    if point.part is not None:
        uid, data = PART, [point.bits, point.part]
    drawn = [
        extend(NAME, uid, [point.step], [point.perplexity], [data]),
        readout(NAME, uid, point.perplexity),
    ]
    if point.split == "valid" and point.step:
        partial = point.part is not None
        drawn.append(lowest(NAME, "best", "best_at", point.step, point.perplexity, partial=partial))
    if point.per_character is not None:
        drawn.append(readout(NAME, f"{uid}_character", point.per_character))
    return drawn


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
        level(drawn, edge, INVISIBLE, "solid")
    return drawn


def _curves(
    figure: Drawing,
    run: RunView,
    palette: Palette,
    t: Texts,
    hover: str,
    *,
    ghosts: Sequence[Ghost],
    meta: dict[str, Any] | None = None,
    **values: object,
) -> None:
    def told(of: str, **more: object) -> str:
        unit = t(f"units.{run.token_unit}")
        return (
            t(f"figures.perplexity.{hover}_{of}", unit=unit, **values, **more) + "<extra></extra>"
        )

    for number, ghost in enumerate(ghosts):
        place, beside = _named(ghost, number, len(ghosts))
        if ghost.low:
            around = [*ghost.high, *reversed(ghost.low)]
            figure.add_scatter(
                uid=f"band{number}",
                x=[*ghost.updates, *reversed(ghost.updates)],
                **_heights(around),
                mode="none",
                fill="toself",
                fillcolor=thinned(palette.start, BAND, palette),
                meta=meta,
                hoverinfo="skip",
            )
        figure.add_scatter(
            uid=f"ghost{number}",
            x=ghost.updates,
            **_heights(ghost.bits),
            mode="lines+text",
            text=[ghost.name if at == place else "" for at in range(len(ghost.bits))],
            textposition=beside,
            textfont={"size": 12, "color": palette.faint},
            line={"color": palette.start, "width": 2},
            meta=meta,
            hovertemplate=told("seeds" if ghost.low else "ghost", name=ghost.name),
        )
    diamond = {"color": palette.held_out, "size": 7, "symbol": "diamond"}
    apart = {"beside": {"trace": PART, "look": {"mode": "markers", "marker": diamond}}}
    for uid, colour, mode, limit in (
        ("train", palette.train, "lines", 600),
        (PART, palette.held_out, "lines+markers", 120),
        ("valid", palette.held_out, "lines+markers", 120),
        ("test", palette.held_out, "markers", 120),
    ):
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
                "symbol": {"test": "star", PART: "circle-open"}.get(uid, "circle"),
            },
            meta={"limit": limit, **(apart if uid == "valid" else {}), **(meta or {})},
            hovertemplate=told(uid),
        )


def _named(ghost: Ghost, number: int, of: int) -> tuple[int, str]:
    """At which of its points the ghost has its name, and where beside it."""
    if ghost.time_size:  # on its way down there is room beside it
        lowest = min(ghost.bits) + NAMED
        return next(at for at, bits in enumerate(ghost.bits) if bits <= lowest), "middle right"
    if ghost.low:
        return len(ghost.bits) - 1, "bottom left"
    # Curves of earlier runs often end alike: one is named at its end, the others on the way.
    far = ghost.updates[-1] * (number + 1) / of
    return next(at for at, update in enumerate(ghost.updates) if update >= far), "top left"


def _heights(bits: Sequence[float]) -> dict[str, Any]:
    """What a curve of these bits is drawn by, as perplexity and as bits."""
    cut = [min(one, MOST_BITS) for one in bits]
    return {"y": [perplexity_of(one) for one in cut], "customdata": [[one] for one in cut]}
