"""How tokens are chosen: temperature, top-k, top-p, and only what is legal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.generation.prompt import Prompted
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from rnncore.sampling import Sampling
from rnncore.text.grammar_tables import Legal

TEMPERATURES = (0, 20, 50, 70, 80, 90, 100, 120, 150, 200, 300)
"""Hundredths."""
TOP_KS = (0, 1, 2, 3, 5, 10, 20, 50, 100)
TOP_PS = (10, 30, 50, 70, 80, 90, 95, 99, 100)
"""Hundredths."""


def nearest(value: int, offered: Sequence[int]) -> int:
    """The offered value that is nearest to what the address says."""
    return min(offered, key=lambda one: abs(one - value))


def sampling(visit: Session) -> Sampling:
    """What the controls hold, or those of the other idea, which shares them."""
    return Sampling(_temperature(visit) / 100, _top_k(visit), _top_p(visit) / 100)


def legal(visit: Session, now: Prompted) -> Legal | None:
    """The grammar, if only what it allows may be written."""
    return now.legal if visit.value("legal", 0) else None


def sampling_row(visit: Session, now: Prompted | None = None) -> None:
    """Draw the controls; that of what is legal only for a prompt."""
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        held.select_slider(
            visit, "temperature", "generation.temperature", _temperature(visit), TEMPERATURES,
            lambda one: f"{one / 100:g}", width=230,
        )  # fmt: skip
        held.select_slider(
            visit, "top_k", "generation.top_k", _top_k(visit), TOP_KS,
            lambda one: str(one) if one else t("generation.all"), width=230,
        )  # fmt: skip
        held.select_slider(
            visit, "top_p", "generation.top_p", _top_p(visit), TOP_PS,
            lambda one: f"{one / 100:g}", width=230,
        )  # fmt: skip
        if now is not None:
            legal_toggle(visit, now)


def legal_toggle(visit: Session, now: Prompted) -> None:
    """Draw the switch to what the grammar allows, where there is a grammar, and say where it can
    do nothing."""
    if now.tables is None:
        return
    on = bool(visit.value("legal", 0))
    held.toggle(visit, "legal", "generation.legal", on)
    if on and now.legal is None:
        st.caption(visit.t("generation.illegal_prompt"))


def _temperature(visit: Session) -> int:
    return nearest(visit.value("temperature", 100), TEMPERATURES)


def _top_k(visit: Session) -> int:
    return nearest(visit.value("top_k", 0), TOP_KS)


def _top_p(visit: Session) -> int:
    return nearest(visit.value("top_p", 100), TOP_PS)
