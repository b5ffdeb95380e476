"""The gradient check as a table, and as points that ought to lie on the diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.mathematics import markup, shape
from pages.ui.figures.palette import SYMBOLS, Palette
from pages.ui.figures.style import axis, blank
from pages.ui.visit.i18n import Texts
from rnncore.probes.cell.check import AGREEMENT, GroupCheck

NAMES = {"x": "x_t", "Wx": "W_x", "Wh": "W_h", "b": "b"}
"""What enters a tick besides its states, in LaTeX."""
SMALLEST = 1e-9
"""What finite differences cannot tell from zero: nearer to it the axes are linear."""


class Row(NamedTuple):
    """A group in words: all its numbers moved at once, in one direction."""

    name: str  # LaTeX
    shape: str
    analytic: str
    numeric: str
    error: str
    agrees: bool


def latex(name: str) -> str:
    """A group's name in LaTeX; the state before the tick is called h_prev, c_prev, ..."""
    return NAMES[name] if name in NAMES else f"{name.removesuffix('_prev')}_{{t-1}}"


def rows(groups: Sequence[GroupCheck]) -> list[Row]:
    """One row for each group."""
    return [
        Row(
            latex(group.name),
            shape(group.shape),
            f"{group.direction.analytic:.9f}",
            f"{group.direction.numeric:.9f}",
            f"{group.error:.1e}",
            group.error <= AGREEMENT,
        )
        for group in groups
    ]


def figure(groups: Sequence[GroupCheck], palette: Palette, t: Texts) -> go.Figure:
    """Every number that was moved by itself: analytic across, numeric upwards.

    Sizes stand on a scale of powers of ten of either sign, so that small ones show too.
    Traces   diagonal, and one of points for each group
    """
    entries = [entry for group in groups for entry in group.entries]
    sizes = np.abs([value for entry in entries for value in (entry.analytic, entry.numeric)])
    faint = max(SMALLEST, float(np.median(sizes)) / 30)
    reach = float(scaled(np.array([max(sizes.max(), faint)]), faint)[0]) * 1.12
    ticks = [s * 10.0**p for p in range(-12, 4) for s in (-1, 1) if faint <= 10.0**p]
    ticks = [0.0, *(tick for tick in ticks if abs(scaled(np.array([tick]), faint)[0]) < reach)]
    marks = {
        "tickvals": [float(scaled(np.array([tick]), faint)[0]) for tick in ticks],
        "ticktext": [f"{tick:.0e}".replace("e-0", "e-") if tick else "0" for tick in ticks],
        "range": [-reach, reach],
    }
    drawn = blank(
        palette,
        xaxis=axis(palette, t("cell.check.analytic"), **marks),
        yaxis=axis(palette, t("cell.check.numeric"), **marks),
        height=300,
    )
    drawn.update_layout(
        margin={"l": 62, "r": 8, "t": 8, "b": 40},
        showlegend=True,
        legend={"x": 0.02, "y": 0.98, "font": {"size": 12}, "bgcolor": "rgba(0,0,0,0)"},
    )
    drawn.add_scatter(
        uid="diagonal",
        x=[-reach, reach],
        y=[-reach, reach],
        mode="lines",
        line={"color": palette.path, "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )
    for i, group in enumerate(groups):
        analytic = np.array([entry.analytic for entry in group.entries])
        numeric = np.array([entry.numeric for entry in group.entries])
        drawn.add_scatter(
            uid=group.name,
            name=markup(latex(group.name)),
            x=scaled(analytic, faint),
            y=scaled(numeric, faint),
            customdata=[
                [",".join(str(k) for k in entry.position), f"{entry.analytic:.9g}",
                 f"{entry.numeric:.9g}"]
                for entry in group.entries
            ],
            mode="markers",
            marker={
                "size": 8,
                "color": palette.states[i],
                "symbol": SYMBOLS[i % len(SYMBOLS)],
            },
            hovertemplate=f"{markup(latex(group.name))}[%{{customdata[0]}}]<br>"
            f"{t('cell.check.analytic')} %{{customdata[1]}}<br>"
            f"{t('cell.check.numeric')} %{{customdata[2]}}<extra></extra>",
        )  # fmt: skip
    return drawn.finish()


def scaled(values: np.ndarray, faint: float) -> np.ndarray:
    """Powers of ten of either sign, linear below `faint`."""
    return np.arcsinh(np.asarray(values) / faint)
