"""The ideas of the page, one to a screen, and the control that chooses among them."""

from __future__ import annotations

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import held

IDEAS = ("next", "branches", "growth", "surprise", "copies")


def chosen(visit: Session) -> str:
    """The idea that is looked at; the first where the URL names none."""
    idea = visit.value("idea", IDEAS[0])
    return idea if idea in IDEAS else IDEAS[0]


def choose(visit: Session, idea: str) -> None:
    """Draw the control."""
    with st.container(horizontal=True, vertical_alignment="center"):
        held.segments(
            visit,
            "idea",
            "generation.ideas.label",
            idea,
            IDEAS,
            lambda name: visit.t(f"generation.ideas.{name}"),
        )
