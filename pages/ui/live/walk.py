"""What is known of the states in the plane, as the panel's script dresses the traces with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.palette import PALETTES, SYMBOLS, Palette
from pages.ui.figures.tokens import escaped, visible
from pages.ui.visit.i18n import Texts
from rnncore.text.twins import parted
from rnncore.views import Colouring, RunView, ordered_states

TOLD = 9
"""Most values of a property that are told beside the plot."""


def walk(run: RunView, t: Texts) -> dict[str, Any]:
    """The sentence, its twin, the words of the cloud, and what their states may be coloured by."""
    frame = run.states
    twin = frame.twin if frame else ()
    apart = parted(run.probe_tokens, twin)
    end = len(run.probe_tokens) - 1
    return {
        "colourings": [_described(colouring, t) for colouring in _colourings(run)],
        "words": [escaped(token) for token in frame.tokens] if frame else [],
        "stretch": frame.stretch if frame else 1,
        "joint": "" if run.token_unit == "characters" else " ",
        "sentence": [escaped(token) for token in run.probe_tokens],
        "plain": [visible(token) for token in run.probe_tokens],
        "twin": [escaped(token) for token in twin],
        "parting": apart.start if apart else end,
        "meeting": apart.stop if apart else end,
        "loss": max(min(apart.stop, end) - 1 if apart else end - 1, 0),
    }


def _colourings(run: RunView) -> Sequence[Colouring]:
    """Those that the run has reported; a run of before knew the grammar's states alone."""
    if run.states:
        return run.states.colourings
    order = ordered_states(run.probe_states or [0] * len(run.probe_tokens))
    names: dict[int, str] = {}
    for place, state in zip(order, run.probe_states or (), strict=False):
        names[place] = run.state_names[state] if run.state_names else ""
    values = tuple(names.get(place, "") for place in range(max(order, default=0) + 1))
    return (Colouring("state", values, (), order, ()),)


def _described(colouring: Colouring, t: Texts) -> dict[str, Any]:
    values = [
        {
            "label": _label(colouring.name, value, t),
            "colour": {palette.name: _colour(place, value, palette) for palette in PALETTES},
            "symbol": SYMBOLS[place // len(PALETTES[0].states) % len(SYMBOLS)],
        }
        for place, value in enumerate(colouring.values)
    ]
    told = len(values) <= TOLD and colouring.name != "state"
    return {**colouring._asdict(), "values": values, "told": told}


def _colour(place: int, value: str, palette: Palette) -> str:
    """What has no value of its own is grey."""
    return palette.states[place % len(palette.states)] if value else palette.start


def _label(name: str, value: str, t: Texts) -> str:
    if not value:
        return t("figures.states.other" if name.startswith("next") else "figures.states.nothing")
    if name == "next":
        return escaped(value)
    if name in ("class", "next_class"):
        return t.table("token_classes")[value.replace(" ", "_")]
    return state_name(value, t)
