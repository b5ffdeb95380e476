"""The lines beside which curves of perplexity are read: the best that each amount of memory allows,
each with its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette
from pages.ui.visit.i18n import Texts
from rnncore.views import RungLine, RunView, rung_lines


class Line(NamedTuple):
    """A line of the ladder with what is written beside it; `bits` of a rung that is climbed past,
    None for the lines at both ends."""

    y: float
    text: str
    bits: float | None = None


def rungs(run: RunView, t: Texts, height: Callable[[RungLine], float]) -> list[Line]:
    lines = []
    for rung in rung_lines(run):
        if run.floor is None:
            key = "counted" if run.counted else "unigram"
        elif rung.forgotten:
            key = f"forgotten_{run.forgets}"
        else:
            key = "none" if rung.longest == 0 else "one" if rung.longest == 1 else "many"
        text = t(f"figures.perplexity.rung_{key}", memory=rung.longest, order=rung.longest + 1)
        lines.append(Line(height(rung), text, rung.bits))
    return lines


def ladder(figure: Drawing, lines: list[Line], palette: Palette, *, ends_at_floor: bool) -> None:
    """The lines from top to bottom, and words beside them to the right of the plot.

    The labels are one trace, drawn faster than notes, which the panel moves apart where they are
    crowded; it ticks those whose `bits` the held-out curve has passed.
    """
    colours = [palette.faint] * len(lines)
    for place, line in enumerate(lines):
        if ends_at_floor and place == len(lines) - 1:
            level(figure, line.y, palette.floor, "solid", width=1.6)
            colours[place] = palette.floor
        elif line.bits is None:
            level(figure, line.y, palette.rung, "dot")
        else:
            level(figure, line.y, palette.rung, "solid")
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


def level(figure: Drawing, y: float, colour: str, dash: str, width: float = 1.0) -> None:
    """A line over the whole width of the plot, beneath all curves."""
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
