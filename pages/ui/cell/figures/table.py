"""One equation in numbers, laid out so that it can be checked with pencil and paper."""

from __future__ import annotations

from typing import Any, TypeAlias

import plotly.graph_objects as go

from pages.ui.cell.figures.scales import Scales, heat
from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import markup
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from pages.ui.visit.i18n import Texts
from rnncore.probes.cell.tables import Block, Table, size

Annotation: TypeAlias = dict[str, Any]
WIDTH, HEIGHT = 50, 25
"""Pixels of one number."""
SIZE = 11
ORIGINS, NAMES, LINE, EDGE = 118, 58, 20, 4
"""Pixels for words and for names beside the numbers, for a line of names, and for an edge."""


def figure(
    table: Table, scales: Scales, focus: int, others: int, palette: Palette, t: Texts
) -> go.Figure:
    """`focus` counts the columns (or rows) of which one is framed; `others` is how many terms
    are not shown.

    Traces   block:<i>, one heat map for each block
    """
    left, right, top, bottom = size(table)
    margins = _margins(table)
    width = round((right - left) * WIDTH) + margins["l"] + margins["r"]
    height = round((bottom - top) * HEIGHT) + margins["t"] + margins["b"]
    drawn = blank(
        palette,
        xaxis={"visible": False, "range": [left, right], "fixedrange": True},
        yaxis={"visible": False, "range": [bottom, top], "fixedrange": True},
        width=width,
        height=height,
        dragmode=False,
    )
    drawn.update_layout(margin=margins)
    heats = []
    for i, block in enumerate(table.blocks):
        scale = scales.value if block.kind == "value" else scales.gradient
        corner = (block.column, block.row)
        name = _name(block, table, others, t)
        heats.append(heat(f"block:{i}", block.numbers, corner, (1, -1), scale, palette, name, SIZE))
    drawn.add_traces(heats)
    labels = [_label(block, table, others, palette, t) for block in table.blocks]
    for label in (*labels, *_indices(table, palette)):
        drawn.add_annotation(**label)
    _frame(drawn, table, focus, palette)
    return drawn.finish()


def _margins(table: Table) -> dict[str, int]:
    """Room for the names at each side: what stands left of a wide block may use its corner."""
    left, _, _, _ = size(table)
    origins = any(block.part in ("loss", "later") for block in table.blocks)
    beside = ORIGINS if origins else NAMES if left == 0 else LINE + EDGE
    lines = 1 + any(block.label == "above" for block in table.blocks if block.column == 0)
    below = any(block.label == "below" for block in table.blocks)
    return {"l": beside, "r": EDGE, "t": LINE * lines, "b": LINE + EDGE if below else EDGE}


def _name(block: Block, table: Table, others: int, t: Texts) -> str:
    if block.part == "others":
        return t("cell.table.others", n=others)
    if block.part in ("loss", "later"):
        return t(f"cell.table.{block.part}")
    return markup(block.name)


def _label(block: Block, table: Table, others: int, palette: Palette, t: Texts) -> Annotation:
    rows, columns = block.numbers.shape
    name = _name(block, table, others, t)
    first = block is table.blocks[0]
    sign = {
        "given": "",
        "others": "+ ",
        "loss": "",
        "later": "" if first else "+ ",
        "result": "+= " if table.adds else "= ",
    }[block.part]
    if block.part == "result" and len(table.blocks) == 1:
        sign = ""
    colour = palette.gradient if block.kind == "gradient" else palette.text
    beside = block.label == "left"
    under = block.label == "below"
    over_indices = block.label == "above" and block.column == 0
    return {
        "x": block.column + (0 if beside else columns / 2),
        "y": block.row + (rows / 2 if beside else rows if under else 0),
        "xanchor": "right" if beside else "center",
        "yanchor": "middle" if beside else "top" if under else "bottom",
        "xshift": 0 if not beside else -22 if rows > 1 else -6,
        "yshift": LINE - 5 if over_indices else 0,
        "text": sign + name,
        "font": {"size": 13 if block.name else 11, "color": colour},
        "showarrow": False,
        "borderpad": 1,
    }


def _indices(table: Table, palette: Palette) -> list[Annotation]:
    """Which units and inputs the columns and rows are."""
    left, _, top, _ = size(table)
    at = [(x + 0.5, top, str(i), "bottom", "center", 0) for x, i in enumerate(table.columns)]
    at += [(left, y + 0.5, str(i), "middle", "right", -5) for y, i in enumerate(table.rows)]
    return [
        {
            "x": x,
            "y": y,
            "text": text,
            "xanchor": xanchor,
            "yanchor": yanchor,
            "xshift": shift,
            "font": {"size": 10, "color": palette.faint},
            "showarrow": False,
            "borderpad": 1,
        }
        for x, y, text, yanchor, xanchor, shift in at
    ]


def _frame(drawn: Drawing, table: Table, focus: int, palette: Palette) -> None:
    """A frame around everything that leads to the number that is written out."""
    result = table.blocks[-1]
    gradient = result.kind == "gradient"
    _, right, top, bottom = size(table)
    line = {"color": palette.gradient if gradient else palette.accent, "width": 2}
    if table.along == "row":
        focus = min(focus, len(table.rows) - 1)
        drawn.add_shape(
            type="rect", x0=0, x1=right, y0=focus, y1=focus + 1, line=line, fillcolor=None
        )
    else:
        focus = min(focus, len(table.columns) - 1)
        drawn.add_shape(
            type="rect", x0=focus, x1=focus + 1, y0=top, y1=bottom, line=line, fillcolor=None
        )
