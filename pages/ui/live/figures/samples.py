"""Text the network wrote, newest first, and how much of it the grammar allows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import COUNT, axis, blank
from pages.ui.streaming.operations import Op, extend, items, readout
from pages.ui.visit.i18n import Texts
from rnncore.views import BestView, RunView, Sample, SnapshotView

NAME = "samples"
AVERAGED = 10
"""Newest shares that the curve is the mean of: a single one is of a dozen strings."""
SHOWN = 4
"""Strings of a snapshot that are listed; the share counts them all."""


def figure(run: RunView, palette: Palette, t: Texts) -> go.Figure | None:
    """The share of legal strings over updates; None where no grammar can tell.

    Traces   share (a dot a snapshot, of few strings), mean (of the newest of them)
    """
    if run.state_names is None:
        return None
    drawn = blank(
        palette,
        xaxis=axis(
            palette,
            t("figures.updates"),
            tickformat=COUNT,
            nticks=4,
            rangemode="tozero",
            autorangeoptions={"include": [0, 20]},
        ),
        yaxis=axis(
            palette,
            None,  # the panel's head says what it is: a narrow plot needs the room
            range=[-0.03, 1.03],
            tickformat=".0%",
            nticks=5,
        ),
        meta={"headroom": 0.25},
    )
    drawn.update_layout(margin={"l": 38, "r": 10})
    drawn.add_scatter(
        uid="share",
        x=[],
        y=[],
        mode="markers",
        marker={"color": palette.legal, "size": 4, "opacity": 0.45},
        meta={"limit": 400},
        hovertemplate=t("figures.samples.hover") + "<extra></extra>",
    )
    drawn.add_scatter(
        uid="mean",
        x=[],
        y=[],
        mode="lines",
        line={"color": palette.legal, "width": 2},
        meta={"mean": {"of": "share", "over": AVERAGED}},
        hovertemplate=t("figures.samples.hover_mean", n=AVERAGED) + "<extra></extra>",
    )
    return drawn.finish()


def best_ops(view: BestView) -> list[Op]:
    """What the best state on held-out text writes, where the latest is another one."""
    lines = [(parts(sample), sample.legal) for sample in view.samples]
    copied = longest_copy(view.samples)
    return [items(NAME, view.step, view.temperature, lines, view.best, copied)] if lines else []


def ops(view: SnapshotView) -> list[Op]:
    """One more group of lines, and one more point of the share."""
    lines = [(parts(sample), sample.legal) for sample in view.samples[:SHOWN]]
    # Old snapshots of a run that rests have no samples any more.
    drawn = [items(NAME, view.step, view.temperature, lines)] if lines else []
    if view.legal_share is not None:
        drawn.append(extend(NAME, "share", [view.step], [view.legal_share]))
        drawn.append(readout(NAME, "share", view.legal_share))
    longest = longest_copy(view.samples)
    if longest is not None:
        drawn.append(readout(NAME, "copied", longest))
    return drawn


def longest_copy(samples: Sequence[Sample]) -> int | None:
    """Characters of the longest copied piece; None where none was looked for."""
    found = [n for sample in samples if (n := sample.longest_copy) is not None]
    return max(found, default=None)


def parts(sample: Sample) -> list[str]:
    """A sample cut into what is its own and what is copied, in turn; it begins with its own."""
    cuts = [0, *chain.from_iterable(sample.copied or ()), len(sample.text)]
    return [sample.text[start:end] for start, end in pairwise(cuts)]
