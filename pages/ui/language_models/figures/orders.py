"""What comes next after the same words in two orders, by model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from pages.ui.figures.mathematics import percent
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank, names_axis
from pages.ui.figures.tokens import escaped
from pages.ui.visit.i18n import Texts
from rnncore.baselines.orders import Heard

SHOWN = 6
"""Words whose probabilities are drawn: the likeliest after either order."""


class Next(NamedTuple):
    """A model's two next-word distributions, cut to a few words: P as written, and turned."""

    name: str
    words: tuple[str, ...]
    written: tuple[float, ...]
    turned: tuple[float, ...]


def next_words(name: str, heard: Heard, tokens: Sequence[str]) -> Next:
    """The words that are likeliest in one of the two orders, the likeliest first."""
    best = np.argsort(-heard.after.max(axis=0), kind="stable")[:SHOWN]
    written, turned = (tuple(p[best].tolist()) for p in heard.after)
    return Next(name, tuple(escaped(tokens[i]) for i in best), written, turned)


def figure(
    models: Sequence[Next], orders: tuple[str, str], palette: Palette, t: Texts
) -> go.Figure:
    """One plot a model, side by side. `orders` name the two: what stands before the next word.

    Traces   written0, turned0, written1, ...
    """
    drawn = blank(
        palette,
        height=250,
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
        barmode="group",
        bargap=0.3,
        bargroupgap=0.05,
    )
    gap = 0.05
    width = (1 - gap * (len(models) - 1)) / len(models)
    for number, model in enumerate(models):
        suffix = str(number + 1) if number else ""
        left = number * (width + gap)
        label = width * 0.24
        drawn.update_layout(
            **{
                f"xaxis{suffix}": axis(
                    palette, domain=[left + label, left + width], range=[0, 1.22],
                    visible=False, fixedrange=True, anchor=f"y{suffix}",
                ),
                f"yaxis{suffix}": names_axis(
                    palette, model.words, down=True, anchor=f"x{suffix}",
                    tickfont={"size": 12, "color": palette.text},
                ),
            }
        )  # fmt: skip
        for name, values, colour, order in (
            ("written", model.written, palette.train, orders[0]),
            ("turned", model.turned, palette.held_out, orders[1]),
        ):
            drawn.add_bar(
                uid=f"{name}{number}",
                orientation="h",
                x=values,
                y=list(range(len(values))),
                xaxis=f"x{suffix}",
                yaxis=f"y{suffix}",
                marker={"color": colour, "line": {"width": 0}},
                text=[percent(p) for p in values],
                textposition="outside",
                textfont={"size": 10.5, "color": palette.text},
                cliponaxis=False,
                hovertemplate=f"{escaped(order)} → %{{y}}: %{{text}}<extra></extra>",
            )
        drawn.add_annotation(
            xref="paper", yref="paper", x=left + label, y=1, yshift=24, xanchor="left",
            yanchor="bottom", showarrow=False, text=f"<b>{model.name}</b>",
            font={"size": 13, "color": palette.text},
        )  # fmt: skip
        for height, order, colour in (
            (11, orders[0], palette.train),
            (-2, orders[1], palette.held_out),
        ):
            drawn.add_annotation(
                xref="paper", yref="paper", x=left + label, y=1, yshift=height, xanchor="left",
                yanchor="bottom", showarrow=False, text=f"… {escaped(order)} →",
                font={"size": 11, "color": colour},
            )  # fmt: skip
    return drawn.finish()
