"""What is selected of a sweep's trials: brushes and the best so many percent, in the address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import inf, isnan

import streamlit as st

from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.ticks import perplexity
from pages.ui.visit.i18n import literal, unmarked
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from rnncore.sweeps.analysis import RESULT, Brush, Scale
from rnncore.sweeps.space import varied_settings

ENTRIES, NAME, TO = ";", ":", "~"
DIGITS = 6
PERCENTS = (5, 10, 20, 25, 33, 50, 75, 100)


def brushes(visit: Session) -> dict[str, Brush]:
    """The brushes that the address says; what is none is left out."""
    found: dict[str, Brush] = {}
    for entry in visit.value("brush", "").split(ENTRIES):
        name, _, ends = entry.partition(NAME)
        low, _, high = ends.partition(TO)
        try:
            brush = (float(low), float(high))
        except ValueError:
            continue
        if (name == RESULT or name in varied_settings()) and not any(map(isnan, brush)):
            found[name] = brush
    return found


def percent(visit: Session) -> int:
    """The best so many percent are selected."""
    return visit.within("top", 100, 1, 100)


def keep(visit: Session, found: Mapping[str, Brush]) -> None:
    """Keep other brushes."""
    written = ENTRIES.join(
        f"{name}{NAME}{low:.{DIGITS}g}{TO}{high:.{DIGITS}g}" for name, (low, high) in found.items()
    )
    visit.set_values(brush=written or None)


def clear(visit: Session) -> None:
    """Select all trials."""
    visit.set_values(brush=None, top=None)


def bar(visit: Session, shown: Shown) -> None:
    """Draw what is selected: how many, each brush as a chip that a click takes away, one button for
    all of them, and the best so many percent."""
    t, best = visit.t, percent(visit)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tune.bar"):
        counts = {"n": len(shown.kept), "of": len(shown.trials)}
        st.markdown(t("tune.selected", **counts), width="content")
        for scale in shown.scales:
            if scale.name in shown.brushes:
                _chip(visit, scale, shown)
        if best < 100:
            st.button(
                t("tune.best_chip", percent=best),
                key="tune.chip.top",
                icon=":material/close:",
                help=t("tune.chip_help"),
                on_click=partial(visit.set_values, top=None),
            )
        if shown.brushes or best < 100:
            st.button(
                t("tune.clear"),
                key="tune.clear",
                type="tertiary",
                icon=":material/filter_alt_off:",
                on_click=partial(clear, visit),
            )
        held.select_slider(
            visit,
            "top",
            "tune.top",
            min(PERCENTS, key=lambda one: abs(one - best)),
            PERCENTS,
            lambda one: f"{one} %",
            width=220,
        )


def _chip(visit: Session, scale: Scale, shown: Shown) -> None:
    others = {name: brush for name, brush in shown.brushes.items() if name != scale.name}
    name = unmarked(shown.names[scale.name])
    st.button(
        literal(f"{name} {worded(scale, shown.brushes[scale.name], shown)}"),
        key=f"tune.chip.{scale.name}",
        icon=":material/close:",
        help=visit.t("tune.chip_help"),
        on_click=partial(keep, visit, others),
    )


def worded(scale: Scale, brush: Brush, shown: Shown) -> str:
    """A brush as a person reads it."""
    low, high = brush
    if scale.values:
        inside = [value for at, value in enumerate(scale.values) if low <= at <= high]
        return ", ".join(shown.say(scale.name, value) for value in inside) or "–"
    if scale.name != RESULT:
        return f"{shown.say(scale.name, low)} – {shown.say(scale.name, high)}"
    if low == -inf:
        return f"≤ {perplexity(high)}" if high < inf else "≤ ∞"
    return f"≥ {perplexity(low)}" if high == inf else f"{perplexity(low)} – {perplexity(high)}"
