"""A picture of an automaton, as large as it takes to read it."""

from __future__ import annotations

import streamlit as st

from pages.ui.figures.automaton import dot
from pages.ui.visit.session import Session
from pages.ui.widgets.theme import palette
from rnncore.paths import assets_dir
from rnncore.text.automaton import DEEPEST, StateGraph


def automaton(
    visit: Session, key: str, drawn: StateGraph, says: str, *, downwards: bool = False
) -> None:
    """Draw it; `says` tells it to who does not see it. Where it is wider than the page, by its many
    steps or on a phone, it is moved sideways in its place."""
    wide = drawn.depth > DEEPEST and not downwards
    st.html(assets_dir() / "css" / "automaton.css")
    with st.container(key=f"{key}.automaton.wide" if wide else f"{key}.automaton"):
        st.graphviz_chart(dot(drawn, palette(), visit.t, downwards=downwards), alt=says)
