"""Eigenvalues of the recurrent weights in the plane, and their singular values in order."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, axis, blank, decades
from pages.ui.visit.i18n import Texts
from rnncore.probes.spectra import Spectrum

SPLIT = (0.6, 0.7)
"""Where the plane ends and the singular values begin, as shares of the width."""


def figure(
    before: Spectrum, now: Spectrum, reach: float, palette: Palette, t: Texts, height: int
) -> go.Figure:
    """The untrained weights in grey, the chosen ones in colour; `reach` is half the plane's width,
    the same for all updates, so that one sees the values move.

    Traces   circle, eigen_start, eigen, singular_start, singular
    """
    drawn = blank(
        palette,
        height=height,
        xaxis=axis(
            palette,
            t("gradients.spectrum.real"),
            domain=[0, SPLIT[0]],
            range=[-reach, reach],
            constrain="domain",
            nticks=6,
        ),
        yaxis=axis(
            palette,
            t("gradients.spectrum.imaginary"),
            range=[-reach, reach],
            scaleanchor="x",
            constrain="domain",
            nticks=6,
        ),
        xaxis2=axis(
            palette,
            t("gradients.spectrum.order"),
            domain=[SPLIT[1], 1],
            anchor="y2",
            tickformat=COUNT,
            nticks=5,
        ),
        yaxis2=axis(palette, None, anchor="x2", type="log", **decades()),
    )
    drawn.update_layout(margin={"l": 50, "r": 12, "t": 22})
    turn = np.linspace(0, 2 * np.pi, 121)
    drawn.add_scatter(
        uid="circle",
        x=np.cos(turn).tolist(),
        y=np.sin(turn).tolist(),
        mode="lines",
        line={"color": palette.floor, "width": 1.6},
        hoverinfo="skip",
    )
    drawn.add_shape(
        type="line",
        xref="x2 domain",
        yref="y2",
        x0=0,
        x1=1,
        y0=1,
        y1=1,
        line={"color": palette.floor, "width": 1.6},
    )
    for uid, spectrum, colour, size in (
        ("start", before, palette.start, 6),
        ("now", now, palette.gradient, 7),
    ):
        values = spectrum.eigenvalues
        name = t(f"gradients.spectrum.{uid}")
        drawn.add_scatter(
            uid="eigen_start" if uid == "start" else "eigen",
            name=name,
            x=values.real.tolist(),
            y=values.imag.tolist(),
            customdata=np.abs(values).tolist(),
            mode="markers",
            marker={"color": colour, "size": size},
            hovertemplate=t("gradients.spectrum.hover_eigen") + "<extra>%{fullData.name}</extra>",
        )
        drawn.add_scatter(
            uid="singular_start" if uid == "start" else "singular",
            name=name,
            x=list(range(1, len(spectrum.singular_values) + 1)),
            y=spectrum.singular_values.tolist(),
            xaxis="x2",
            yaxis="y2",
            mode="lines+markers",
            line={"color": colour, "width": 1.5},
            marker={"size": 4},
            showlegend=False,
            hovertemplate=t("gradients.spectrum.hover_singular")
            + "<extra>%{fullData.name}</extra>",
        )
    for place, text in ((0.0, "eigen"), (SPLIT[1], "singular")):
        drawn.add_annotation(
            xref="paper",
            yref="paper",
            x=place,
            y=1,
            xanchor="left",
            yanchor="bottom",
            text=t(f"gradients.spectrum.{text}"),
            showarrow=False,
            font={"size": 12, "color": palette.text},
        )
    return drawn.finish()
