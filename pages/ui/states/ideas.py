"""The ideas of the page, one to a screen, and the control that chooses among them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.visit.session import Session
from pages.ui.widgets import held

IDEAS = ("unit", "clouds", "grammar", "units")


def chosen(visit: Session) -> str:
    """The idea that is looked at; the first where the URL names none."""
    idea = visit.value("idea", IDEAS[0])
    return idea if idea in IDEAS else IDEAS[0]


def choose(visit: Session, idea: str) -> DeltaGenerator:
    """Draw the control, and leave room beside it for those of the idea."""
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    with row:
        held.segments(
            visit,
            "idea",
            "states.ideas.label",
            idea,
            IDEAS,
            lambda name: visit.t(f"states.ideas.{name}"),
        )
    return row.container(horizontal=True, vertical_alignment="center", width="content")
