"""A text in lines: each token on the colour of a value, its surprise as a bar below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from pages.ui.figures.letters import room
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escaped, visible
from pages.ui.visit.i18n import Texts

WIDTH, LINE, BOX, BAR = 1096, 50, 22, 18
"""Pixels: of the figure, from one line to the next, heights of a token and of the highest bar."""
LETTER, WIDE_LETTER, ROOM = 7.0, 13.0, 9.0
MOST_BITS = 10.0
"""Surprise of the highest bar."""
LONGEST = 24
"""Letters of a token that are written; it is whole where one points at it."""


class Word(NamedTuple):
    """A token, the value that colours it, -1 to 1, and its surprise in bits: in the network as it
    is, and in the changed one, if there is one."""

    token: str
    value: float
    bits: float
    changed: float | None = None


def figure(words: Sequence[Word], palette: Palette, t: Texts) -> go.Figure:
    """Traces   tokens   boxes with the tokens' colours
    words    the tokens
    bits     bars of surprise; `changed` beside them, those of the changed network
    """
    places = arranged([shown(word.token) for word in words])
    lines = 1 + max((line for _, _, line in places), default=0)
    drawn = blank(
        palette,
        width=WIDTH,
        height=LINE * lines + 4,
        margin={"l": 0, "r": 0, "t": 2, "b": 2},
        bargap=0,
        barmode="overlay",
        xaxis=axis(palette, range=[0, WIDTH], visible=False, fixedrange=True),
        yaxis=axis(palette, range=[-LINE * lines, 0], visible=False, fixedrange=True),
    )
    middles = [left + width / 2 for left, width, _ in places]
    widths = [width - 2 for _, width, _ in places]
    tops = [-LINE * line for _, _, line in places]
    drawn.add_bar(
        uid="tokens",
        x=middles,
        width=widths,
        base=[top - BOX for top in tops],
        y=[BOX] * len(words),
        marker={
            "color": [word.value for word in words],
            "colorscale": [list(stop) for stop in palette.diverging],
            "cmin": -1,
            "cmax": 1,
            "line": {"width": 0},
        },
        customdata=[
            [escaped(word.token), f"{word.value:+.2f}", f"{word.bits:.1f}"] for word in words
        ],
        hovertemplate=t("states.coloured.hover") + "<extra></extra>",
    )
    drawn.add_scatter(
        uid="words",
        x=middles,
        y=[top - BOX / 2 for top in tops],
        mode="text",
        text=[escaped(shown(word.token)) for word in words],
        textfont={"size": 12, "color": palette.text},
        hoverinfo="skip",
    )
    halves = any(word.changed is not None for word in words)
    for uid, colour, side in (("bits", palette.path, -1), ("changed", palette.held_out, 1)):
        values = [word.bits if uid == "bits" else word.changed for word in words]
        if uid == "changed" and not halves:
            continue
        share = 0.5 if halves else 1
        drawn.add_bar(
            uid=uid,
            x=[m + (side * w / 4 if halves else 0) for m, w in zip(middles, widths, strict=True)],
            width=[share * w for w in widths],
            base=[top - BOX - BAR - 2 for top in tops],
            y=[BAR * min(value or 0, MOST_BITS) / MOST_BITS for value in values],
            marker={"color": colour, "line": {"width": 0}},
            customdata=[
                [escaped(word.token), f"{value or 0:.1f}"]
                for word, value in zip(words, values, strict=True)
            ],
            hovertemplate=t(f"states.coloured.hover_{uid}") + "<extra></extra>",
        )
    return drawn.finish()


def shown(token: str) -> str:
    """A token as it is written, cut where it is long."""
    whole = visible(token)
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def arranged(tokens: Sequence[str]) -> list[tuple[float, float, int]]:
    """Left edge, width and line of each token: as many in a line as it holds."""
    found, left, line = [], 0.0, 0
    for token in tokens:
        width = ROOM + room(token, LETTER, WIDE_LETTER)
        if left + width > WIDTH and left:
            left, line = 0.0, line + 1
        found.append((left, width, line))
        left += width
    return found
