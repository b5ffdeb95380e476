"""Hidden states in a plane: a cloud of held-out ones, and a sentence with its twin as paths."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escape, escaped, isolated
from pages.ui.streaming.operations import Op, readout, replace
from pages.ui.visit.i18n import Texts
from rnncore.text.twins import parted
from rnncore.views import CloudView, RunView, SnapshotView

NAME = "states"
SENTENCE, TWIN = "tokens", "twin"
HALO = "0 0 3px {0}, 0 0 3px {0}, 0 0 4px {0}"
"""What keeps words legible on points, in the colour of the ground."""


def figure(run: RunView, palette: Palette, t: Texts) -> go.Figure:
    """Axes without numbers, in a frame that the panel's script fits to the points.

    Traces   cloud, tokens and twin come as data; path, twin-path, current, targets and words
             follow from these two (`meta.of`). The script colours them by the panel's `walk`.
    """
    word, other = differing(run)
    twin = bool(word)
    plain = {"showticklabels": False, "nticks": 9}
    drawn = blank(
        palette,
        xaxis=axis(palette, None, **plain),
        yaxis=axis(
            palette,
            escape(t("figures.states.up", word=word, other=other)) if twin else None,
            **plain,
        ),
        meta={"note": {"faint": palette.faint, "loud": palette.accent, "ground": palette.ground}},
    )
    drawn.update_layout(margin={"l": 24 if twin else 8, "r": 8, "t": 4, "b": 8})
    drawn.add_scatter(
        uid="cloud",
        x=[],
        y=[],
        mode="markers",
        marker={"size": 5, "opacity": 0.5, "line": {"width": 0}},
        hovertemplate="%{text}<br>%{customdata}<extra></extra>",
    )
    for uid, of, width, dash in (("twin-path", TWIN, 1.5, "dot"), ("path", SENTENCE, 1.5, "solid")):
        drawn.add_scatter(
            uid=uid,
            x=[],
            y=[],
            mode="lines",
            line={"color": palette.faint, "width": width, "dash": dash, "simplify": False},
            meta={"of": of},
            hoverinfo="skip",
        )
    drawn.add_scatter(
        uid="current",
        x=[],
        y=[],
        mode="markers",
        marker={
            "size": 19,
            "symbol": "circle-open",
            "color": palette.accent,
            "line": {"width": 2.5, "color": palette.accent},
        },
        meta={"of": SENTENCE},
        hoverinfo="skip",
    )
    others = run.states.twin if run.states else ()
    for uid, width in ((TWIN, 2), (SENTENCE, 1)):
        drawn.add_scatter(
            uid=uid,
            x=[],
            y=[],
            mode="markers",
            cliponaxis=False,
            marker={"size": 10, "line": {"width": width, "color": palette.ground}},
            hovertext=[f"<b>{escaped(word)}</b>" for word in others],
            hovertemplate="%{hovertext}<extra></extra>" if uid == TWIN else None,
            hoverinfo=None if uid == TWIN else "skip",
        )
    # Of several markers beneath the pointer plotly tells of a small one: the sentence's are not to
    # be hidden from it by the cloud's.
    drawn.add_scatter(
        uid="targets",
        x=[],
        y=[],
        mode="markers",
        marker={"size": 6, "opacity": 0},
        hovertext=[f"<b>{escaped(word)}</b>" for word in run.probe_tokens],
        hovertemplate="%{hovertext}<br>"
        + t("figures.states.next")
        + "<br>%{customdata}<extra></extra>",
        meta={"of": SENTENCE},
    )
    drawn.add_scatter(
        uid="words",
        x=[],
        y=[],
        text=[],
        mode="text",
        textfont={"size": 12, "color": palette.text, "shadow": HALO.format(palette.ground)},
        cliponaxis=False,
        meta={"of": SENTENCE},
        hoverinfo="skip",
    )
    return drawn.finish()


def differing(run: RunView) -> tuple[str, str]:
    """The first token in which the sentence and its twin differ, of each; two empty ones without a
    twin."""
    if run.states is None or not run.states.twin:
        return "", ""
    first = parted(run.probe_tokens, run.states.twin).start
    return isolated(run.probe_tokens[first]), isolated(run.states.twin[first])


def ops(view: SnapshotView) -> list[Op]:
    """The two sentences' states now; what the network expects next is told on hovering."""
    expected = [
        "<br>".join(f"{share:.1%}  {escaped(token)}" for token, share in top)
        for top in view.next_tokens
    ]
    drawn = [
        replace(NAME, SENTENCE, view.step, **_places(view.states), customdata=expected),
        readout(NAME, "variance", view.variance_share),
    ]
    # Old snapshots of a run that rests have no twin any more, and those of before had none.
    return [replace(NAME, TWIN, view.step, **_places(view.twin)), *drawn] if view.twin else drawn


def cloud_ops(view: CloudView) -> list[Op]:
    """Where the states of held-out text stand now."""
    return [replace(NAME, "cloud", view.step, **_places(view.points))]


def aimed_ops(step: int) -> list[Op]:
    """The axes were set at this update, and stay until they are set again."""
    return [readout(NAME, "aimed", step)]


def _places(points: tuple[tuple[float, float], ...]) -> dict[str, list[float]]:
    return {
        "x": [round(point[0], 4) for point in points],
        "y": [round(point[1], 4) for point in points],
    }
