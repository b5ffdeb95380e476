"""The ideas of a page, one to a screen, and the control that chooses among them."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.visit.session import Session
from pages.ui.widgets import held


def chosen(visit: Session, ideas: Iterable[str]) -> str:
    """The idea that is looked at; the first where the URL names none."""
    first, *others = ideas
    idea = visit.value("idea", first)
    return idea if idea in others else first


def choose(visit: Session, ideas: Iterable[str], idea: str, **values: str) -> DeltaGenerator:
    """Draw the control, and leave room beside it for those of the idea. What the ideas are called
    stands under the page's name in the locale; `values` fill the gaps."""
    words = f"{visit.page}.ideas"
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    with row:
        held.segments(
            visit,
            "idea",
            f"{words}.label",
            idea,
            tuple(ideas),
            lambda name: visit.t(f"{words}.{name}", **values),
        )
    return row.container(horizontal=True, vertical_alignment="center", width="content")
