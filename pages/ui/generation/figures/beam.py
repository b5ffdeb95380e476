"""The tree of a beam search: levels from left to right, the likeliest at the top."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.beam_search import Beam

WIDTH, ROW, LETTER, NARROWEST, WIDEST = 1128, 24, 7, 58, 130


class Drawn(NamedTuple):
    """A node where it is drawn: its level and row, those of its parent, its word, bits, the tokens
    on the way to it, and whether it was dropped, followed, or lies on the best way."""

    level: int
    row: int
    parent: int
    word: str
    bits: float
    way: tuple[int, ...]
    fate: str


def tree(beam: Beam, tokens: Sequence[str]) -> tuple[Drawn, ...]:
    """All nodes, level by level."""
    best, number = set[tuple[int, int]](), 0
    for level in reversed(range(len(beam.levels))):
        best.add((level, number))
        number = beam.levels[level][number].parent
    drawn = list[Drawn]()
    ways: list[tuple[int, ...]] = [()]
    for level, nodes in enumerate(beam.levels):
        here: list[tuple[int, ...]] = []
        for row, node in enumerate(nodes):
            way = (*ways[node.parent], node.token)
            here.append(way)
            fate = "best" if (level, row) in best else "kept" if node.kept else "dropped"
            word = escaped(tokens[node.token])
            drawn.append(Drawn(level, row, node.parent, word, node.bits, way, fate))
        ways = here
    return tuple(drawn)


def figure(drawn: Sequence[Drawn], palette: Palette, t: Texts) -> go.Figure:
    """Lines from parents to children, and a word at each node.

    Traces   dropped, kept, best: lines; then nodes_dropped, nodes_kept, nodes_best: words, whose
             customdata is the way to them, so that a click can take it
    """
    levels = 1 + max(node.level for node in drawn)
    rows = 1 + max(node.row for node in drawn)
    # Words stand there as markup.
    longest = max(len(unescape(node.word)) for node in drawn)
    column = min(max(LETTER * longest + 26, NARROWEST, (WIDTH - 20) / levels), WIDEST)
    drawing = blank(
        palette,
        width=round(column * levels + 20),
        height=ROW * rows + 20,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"range": [-0.48, levels - 0.48], "visible": False, "fixedrange": True},
        yaxis={"range": [rows - 0.5, -0.5], "visible": False, "fixedrange": True},
    )
    colours = {"dropped": palette.rung, "kept": palette.train, "best": palette.accent}
    for fate, colour in colours.items():
        lines = [node for node in drawn if node.fate == fate]
        drawing.add_scatter(
            uid=fate,
            mode="lines",
            x=[x for node in lines for x in (node.level - 0.46, node.level - 0.06, None)],
            y=[y for node in lines for y in (node.parent if node.level else 0, node.row, None)],
            line={"color": colour, "width": 2.4 if fate == "best" else 1},
            opacity=0.5 if fate == "dropped" else 1,
            hoverinfo="skip",
        )
    for fate in colours:
        nodes = [node for node in drawn if node.fate == fate]
        drawing.add_scatter(
            uid=f"nodes_{fate}",
            mode="text",
            x=[node.level for node in nodes],
            y=[node.row for node in nodes],
            text=[f"<b>{node.word}</b>" if fate == "best" else node.word for node in nodes],
            textposition="middle right",
            textfont={
                "size": 12,
                "color": palette.faint if fate == "dropped" else palette.text,
            },
            customdata=[list(node.way) for node in nodes],
            hovertext=[f"{node.bits:.2f}" for node in nodes],
            hovertemplate=t("generation.beam.hover") + "<extra></extra>",
        )
    return drawing.finish()
