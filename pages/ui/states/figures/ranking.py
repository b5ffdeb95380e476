"""Units in rows, the one that matters most first, and what is known of each in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette, thinned
from pages.ui.figures.style import blank, names_axis
from pages.ui.visit.i18n import Texts

SHOWN = 12
"""Units that are shown, besides the chosen one."""
ROW, HEAD = 24, 24
TINT = 0.5
"""How much of its colour the strongest cell has: words stay legible on it."""
SCALES = {"bits": (0.0, 0.2), "tracking": (0.5, 1.0)}
"""Values whose cells are faintest and strongest; agreement is strongest where it is a coin's."""
AGREEMENT = 1.0, 0.5


def figure(
    columns: Mapping[str, Sequence[float]],
    order: Sequence[int],
    unit: int,
    palette: Palette,
    t: Texts,
) -> go.Figure:
    """A cell is the stronger, the more the unit matters, or the better it goes with what has to be
    remembered. A click on a cell gives its unit.

    Traces   cells  a heat map; the first unit is at the top
    """
    rows = list(order[:SHOWN])
    if unit not in rows:
        rows.append(unit)
    names = list(columns)
    named = {"size": 12, "color": palette.text}
    drawn = blank(
        palette,
        height=HEAD + ROW * len(rows) + 6,
        margin={"l": 64, "r": 4, "t": HEAD, "b": 4},
        xaxis=names_axis(
            palette,
            [t(f"states.ranks.{name}") for name in names],
            side="top",
            tickangle=0,
            tickfont=named,
        ),
        yaxis=names_axis(
            palette,
            [t("states.unit.name", unit=row) for row in rows],
            down=True,
            tickfont=named,
        ),
    )
    drawn.add_heatmap(
        uid="cells",
        z=[[strength(name, columns[name][row]) for name in names] for row in rows],
        zmin=0,
        zmax=1,
        colorscale=[
            [0, thinned(palette.held_out, 0.04, palette)],
            [1, thinned(palette.held_out, TINT, palette)],
        ],
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[said(name, columns[name][row]) for name in names] for row in rows],
        texttemplate="%{text}",
        textfont={"size": 12, "color": palette.text},
        customdata=[[row] * len(names) for row in rows],
        hovertemplate="%{y}<br>%{x}: %{text}<extra></extra>",
    )
    at = rows.index(unit)
    drawn.add_shape(
        type="rect", x0=-0.5, x1=len(names) - 0.5, y0=at - 0.48, y1=at + 0.48,
        line={"color": palette.held_out, "width": 2.5},
    )  # fmt: skip
    return drawn.finish()


def strength(name: str, value: float) -> float:
    """0 where the unit does not matter, 1 where it matters much."""
    least, most = SCALES.get(name, AGREEMENT)
    return min(max((value - least) / (most - least), 0.0), 1.0)


def said(name: str, value: float) -> str:
    """The value as it stands in its cell."""
    if name == "bits":
        return f"{value:+.3f}"
    return f"{value:.2f}" if name == "tracking" else f"{value:.0%}"
