"""Perplexity over updates: training, held-out, and the best that each amount of memory allows."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.streaming.operations import Op, extend, mark, readout
from pages.ui.visit.i18n import Texts
from rnncore.views import HeldOutPoint, LossPoint, Mark, RunView, rung_lines

NAME = "perplexity"
PART = "part"
"""The kind of a point for which only the beginning of the held-out text was read."""


def figure(run: RunView, palette: Palette, t: Texts) -> go.Figure:
    """The frame: floor, rungs and the vocabulary size as lines, and the curves yet without points.

    Traces   train, valid, test
    """
    unit = t(f"units.{run.token_unit}")
    drawn = blank(
        palette,
        xaxis=axis(
            palette,
            t("figures.updates"),
            tickformat=",~d",
            rangemode="tozero",
            autorangeoptions={"include": [0, 20]},
        ),
        yaxis=axis(
            palette,
            t("figures.perplexity.axis", unit=unit),
            type="log",
            dtick="D2",
            tickformat="~g",
            autorangeoptions={"clipmax": run.vocabulary_size * 30},
        ),
        meta={"headroom": 0.2, "mark": palette.mark},
    )
    drawn.update_layout(margin={"r": 92, "l": 50})
    size = run.vocabulary_size
    # On a logarithmic axis plotly mistakes what is to be included: unseen lines hold the range.
    for edge in ((run.floor or size / 4) * 0.93, size * 1.5):
        _line(drawn, edge, "rgba(0,0,0,0)", "solid")
    labels = [(float(size), t("figures.perplexity.start", v=size), palette.faint)]
    _line(drawn, size, palette.rung, "dot")
    for rung in rung_lines(run):
        _line(drawn, rung.perplexity, palette.rung, "solid", width=0.6)
        if rung.labelled:
            key = "none" if rung.longest == 0 else "one" if rung.longest == 1 else "many"
            text = t(f"figures.perplexity.rung_{key}", memory=rung.longest)
            labels.append((rung.perplexity, text, palette.faint))
    if run.floor is not None:
        _line(drawn, run.floor, palette.floor, "solid", width=1.6)
        text = t("figures.perplexity.floor_line", floor=f"{run.floor:.3g}")
        labels.append((run.floor, text, palette.floor))
    _labels(drawn, labels)
    part = {
        "symbol": "circle-open",
        "hovertemplate": t("figures.perplexity.hover_part", unit=unit) + "<extra></extra>",
    }
    for uid, colour, mode, limit in (
        ("train", palette.train, "lines", 600),
        ("valid", palette.held_out, "lines+markers", 120),
        ("test", palette.held_out, "markers", 120),
    ):
        drawn.add_scatter(
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
            meta={"limit": limit, **({"kinds": {PART: part}} if uid == "valid" else {})},
            hovertemplate=t(f"figures.perplexity.hover_{uid}", unit=unit) + "<extra></extra>",
        )
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
    return [
        extend(NAME, point.split, [point.step], [point.perplexity], [data], kinds),
        readout(NAME, point.split, point.perplexity),
    ]


def mark_ops(change: Mark) -> list[Op]:
    """A change of a setting stays on the curve."""
    return [mark(NAME, change.step, change.setting, change.old, change.new)]


def gap_ops(first: int, last: int) -> list[Op]:
    """The curve says where the reports of updates were lost."""
    return [mark(NAME, last, "gap", first, last)]


def _line(figure: Drawing, y: float, colour: str, dash: str, width: float = 1.0) -> None:
    figure.add_shape(
        type="line",
        xref="paper",
        x0=0,
        x1=1,
        y0=y,
        y1=y,
        line={"color": colour, "width": width, "dash": dash},
        layer="below",
    )


def _labels(figure: Drawing, labels: list[tuple[float, str, str]]) -> None:
    """Words beside the lines, to the right of the plot: one trace is drawn faster than notes."""
    heights, texts, colours = zip(*labels, strict=True)
    figure.add_scatter(
        uid="labels",
        x=[1] * len(labels),
        y=heights,
        text=["\u00a0" + text for text in texts],
        xaxis="x2",
        mode="text",
        textposition="middle right",
        textfont={"size": 11, "color": colours},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(
        xaxis2={"overlaying": "x", "range": [0, 1], "visible": False, "fixedrange": True}
    )
