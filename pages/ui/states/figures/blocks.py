"""Units by words in blocks: those stand together that go together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank, names_axis
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.probes.coclustering import Blocks
from rnncore.probes.responses import Halves
from rnncore.shapes import Array, Ids

ROW, HEAD, LEFT, COLUMN = 12, 70, 64, 19


def half_name(unit: int, sign: int) -> str:
    """A unit with the direction in which it is counted."""
    return f"{unit}{'+' if sign > 0 else '−'}"


def order(blocks: Ids, weight: Array) -> Ids:
    """Places by block, those with the most weight first in each."""
    return np.lexsort((-weight, blocks))


def figure(
    found: Halves, blocks: Blocks, words: Sequence[str], palette: Palette, t: Texts
) -> go.Figure:
    """Responses of half units (rows) at `words` (columns): orange in the row's direction, blue
    against it. Every block is framed. A click gives the token of the column.

    Traces   cells  a heat map
    """
    rows = order(blocks.rows, found.weights.sum(axis=1))
    columns = order(blocks.columns, found.weights.sum(axis=0))
    most = float(np.abs(found.responses).max()) or 1.0
    drawn = blank(
        palette,
        height=HEAD + ROW * len(rows) + 8,
        width=LEFT + COLUMN * len(columns) + 8,
        margin={"l": LEFT, "r": 6, "t": HEAD, "b": 4},
        xaxis=names_axis(
            palette,
            [escaped(words[column])[:14] for column in columns],
            side="top",
            tickangle=-90,
        ),
        yaxis=names_axis(
            palette,
            [half_name(int(found.units[row]), int(found.signs[row])) for row in rows],
            t("states.units.axis"),
            down=True,
        ),
    )
    drawn.update_layout(
        xaxis={"tickfont": {"size": 11, "color": palette.text}}, yaxis={"tickfont": {"size": 9}}
    )
    drawn.add_heatmap(
        uid="cells",
        z=found.responses[rows][:, columns].astype(float).round(3).tolist(),
        zmin=-most,
        zmax=most,
        colorscale=[list(stop) for stop in palette.diverging],
        showscale=False,
        customdata=[found.words[columns].tolist() for _ in rows],
        hovertemplate=t("states.blocks.hover") + "<extra></extra>",
    )
    for block in range(int(max(blocks.rows.max(), blocks.columns.max())) + 1):
        (down,) = np.nonzero(blocks.rows[rows] == block)
        (across,) = np.nonzero(blocks.columns[columns] == block)
        if len(down) and len(across):
            drawn.add_shape(
                type="rect",
                x0=int(across[0]) - 0.5, x1=int(across[-1]) + 0.5,
                y0=int(down[0]) - 0.5, y1=int(down[-1]) + 0.5,
                line={"color": palette.text, "width": 2},
            )  # fmt: skip
    return drawn.finish()
