"""What all figures have in common: type, quiet axes, no decoration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.ui.figures.drawing import Drawing
from pages.ui.figures.palette import Palette

FONT = '"Source Sans", "RNN Hangul", sans-serif'
COUNT, VALUE = ",~d", ",~r"
"""How axes write numbers: of updates, tokens, ticks, and of anything else, 0.05 and 1,000."""
POWERS = {-3: "0.001", -2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100", 3: "1,000"} | {
    power: "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    for power in (*range(-12, -3), *range(4, 13))
}
"""Powers of ten as axes write them: those that are short are written out."""
LOG_TICKS = (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1e3, 1e4, 1e6, 1e9)
"""Values to name on a logarithmic axis."""
LOG_TEXTS = (
    *("0.01", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"),
    *(POWERS[power] for power in (3, 4, 6, 9)),
)
"""Their names."""


def blank(palette: Palette, **layout: Any) -> Drawing:
    """An empty drawing in the house style; `uirevision` lets a person's zoom outlive updates."""
    house: dict[str, Any] = {
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": palette.text},
        "margin": {"l": 46, "r": 14, "t": 6, "b": 34},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "#FFFFFF" if palette.name == "light" else "#262B31",
            "bordercolor": palette.grid,
            "font": {"family": FONT, "size": 12, "color": palette.text},
            "align": "left",
        },
        "uirevision": "keep",
    }
    return Drawing({**house, **layout})


def axis(palette: Palette, title: str | None = None, **extra: Any) -> dict[str, Any]:
    """A quiet axis: a hairline grid, small ticks, its title close by.

    Where plotly counts in parts, they are written as such: none comes twice.
    """
    if extra.get("tickformat") == COUNT:
        extra["tickformatstops"] = [{"dtickrange": [None, 0.99], "value": VALUE}]
    return {
        "title": {"text": title, "standoff": 4, "font": {"size": 12, "color": palette.faint}},
        "color": palette.faint,
        "gridcolor": palette.grid,
        "gridwidth": 1,
        "linecolor": palette.grid,
        "showline": True,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": 11, "color": palette.faint},
        "automargin": False,
        **extra,
    }


def decades(step: int = 1) -> dict[str, list[Any]]:
    """Ticks of a logarithmic axis: each power of ten that `step` divides, as all axes write it."""
    named = [power for power in sorted(POWERS) if power % step == 0]
    return {
        "tickvals": [10.0**power for power in named],
        "ticktext": [POWERS[power] for power in named],
    }


def names_axis(
    palette: Palette,
    names: Sequence[str],
    title: str | None = None,
    *,
    down: bool = False,
    **extra: Any,
) -> dict[str, Any]:
    """An axis of rows or columns, each with its name: the first one at the left, or, where they go
    `down`, at the top."""
    ends = (-0.5, len(names) - 0.5)
    named = {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": list(reversed(ends) if down else ends),
        "showgrid": False,
        "showline": False,
        "fixedrange": True,
    }
    return axis(palette, title, **{**named, **extra})
