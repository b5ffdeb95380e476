"""The probe sentence as a path through the space of hidden states, in a frame that stays put."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.palette import SYMBOLS, Palette
from pages.ui.figures.style import axis, blank
from pages.ui.figures.tokens import escape, escaped
from pages.ui.streaming.operations import Op, readout, replace
from pages.ui.visit.i18n import Texts
from rnncore.views import RunView, SnapshotView, ordered_states, state_reach

NAME = "states"


def figure(run: RunView, palette: Palette, t: Texts) -> go.Figure:
    """Equal scales on both axes and a fixed range; colours tell the grammar's true states apart.

    Traces   path (from token to token), tokens (one marker each)
    """
    reach = state_reach(run.state_bound)
    drawn = blank(
        palette,
        xaxis=axis(palette, None, range=[-reach, reach], showticklabels=False, nticks=9),
        yaxis=axis(
            palette,
            None,
            range=[-reach, reach],
            showticklabels=False,
            nticks=9,
            scaleanchor="x",
            scaleratio=1,
        ),
    )
    drawn.update_layout(margin={"l": 8, "r": 8, "t": 4, "b": 8})
    drawn.add_scatter(
        uid="path",
        x=[],
        y=[],
        mode="lines",
        line={"color": palette.path, "width": 1.2},
        hoverinfo="skip",
    )
    order = ordered_states(run.probe_states or [0] * len(run.probe_tokens))
    drawn.add_scatter(
        uid="tokens",
        x=[],
        y=[],
        text=[escaped(token) for token in run.probe_tokens],
        mode="markers+text",
        textposition="top center",
        textfont={"size": 11, "color": palette.text},
        cliponaxis=False,
        marker={
            "size": 9,
            "color": [colour(place, palette) for place in order],
            "symbol": [SYMBOLS[place // len(palette.states) % len(SYMBOLS)] for place in order],
            "line": {"width": 0},
        },
        hovertext=_names(run, t),
        hovertemplate="%{hovertext}<br>" + t("figures.states.next") + "<br>%{customdata}"
        "<extra></extra>",
    )
    return drawn.finish()


def colour(place: int, palette: Palette) -> str:
    """The colour of the state that came `place`-th in the sentence."""
    return palette.states[place % len(palette.states)]


def ops(view: SnapshotView) -> list[Op]:
    """The sentence's states now; what the network expects next is told on hovering."""
    x = [round(point[0], 4) for point in view.states]
    y = [round(point[1], 4) for point in view.states]
    expected = [
        "<br>".join(f"{share:.1%}  {escaped(token)}" for token, share in top)
        for top in view.next_tokens
    ]
    return [
        replace(NAME, "path", view.step, x=x, y=y),
        replace(NAME, "tokens", view.step, x=x, y=y, customdata=expected),
        readout(NAME, "variance", view.variance_share),
    ]


def aimed_ops(step: int) -> list[Op]:
    """The axes were set at this update, and stay until they are set again."""
    return [readout(NAME, "aimed", step)]


def _names(run: RunView, t: Texts) -> list[str]:
    """What stays the same of each token's hover text: the token and its true state."""
    tokens = [f"<b>{escaped(token)}</b>" for token in run.probe_tokens]
    if run.state_names is None or run.probe_states is None:
        return tokens
    return [
        f"{token}<br><i>{escape(state_name(run.state_names[state], t))}</i>"
        for token, state in zip(tokens, run.probe_states, strict=True)
    ]
