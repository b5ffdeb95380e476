"""Numbers as coloured cells: one scale for all values of a tick, one for all its gradients."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pages.ui.figures.palette import Palette
from rnncore.probes.cell.arithmetic import number
from rnncore.probes.cell.trace import CellTrace
from rnncore.shapes import Array

FAINTEST = 1e-12
"""So that a tick without any gradient still has a scale."""


class Scales(NamedTuple):
    """The size at which a colour is full, for values and for gradients."""

    value: float
    gradient: float


def scales(trace: CellTrace) -> Scales:
    """The scales of a tick: its largest value and its largest gradient."""
    wires = trace.wires.values()
    return Scales(
        max(float(np.abs(wire.value).max()) for wire in wires),
        max(FAINTEST, *(float(np.abs(wire.gradient).max()) for wire in wires)),
    )


def plain(value: float) -> str:
    """A number as people write it: a true minus, three significant digits."""
    return number(value).replace("-", "−")


def short(value: float) -> str:
    """A number for a narrow cell: two significant digits."""
    return f"{value:.2f}".replace("-", "−") if abs(value) >= 0.095 else _tiny(value)


def _tiny(value: float) -> str:
    if value == 0:
        return "0"
    digits = f"{value:.0e}" if abs(value) < 9.5e-4 else f"{value:.2g}"
    return digits.replace("e-0", "e-").replace("-", "−")


def heat(
    uid: str,
    numbers: Array,
    corner: tuple[float, float],
    cell: tuple[float, float],
    scale: float,
    palette: Palette,
    name: str,
    size: int = 0,
    narrow: bool = False,
) -> dict[str, Any]:
    """A matrix drawn downwards from its upper left corner; hovering tells the exact numbers.

    They are written out in letters of `size` pixels, where that is not 0; `narrow` shortens them.
    """
    rows, columns = numbers.shape
    (x, y), (width, height) = corner, cell
    label = short if narrow else plain
    return {
        "type": "heatmap",
        "uid": uid,
        "x": [x + i * width for i in range(columns + 1)],
        "y": [y - i * height for i in range(rows + 1)],
        "z": numbers,
        "zmin": -scale,
        "zmax": scale,
        "colorscale": palette.diverging,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "text": [[label(value) for value in row] for row in numbers],
        "texttemplate": "%{text}" if size else None,
        "textfont": {"size": size or None, "color": palette.text},
        "customdata": [[f"{value:.8g}".replace("-", "−") for value in row] for row in numbers],
        "hovertemplate": f"{name} = %{{customdata}}<extra></extra>",
    }
