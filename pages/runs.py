"""Runs: every run of the visitor in a table, as curves, side by side, and as files."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.runs import compare, disk, latest, listing, questions, view
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, ideas

SECTIONS = {
    "table": listing.draw,
    "compare": compare.draw,
    "latest": latest.draw,
    "disk": disk.draw,
}


def draw(visit: Session) -> None:
    """The chosen view of the visitor's runs."""
    idea = view.chosen(visit, SECTIONS)
    found = view.mine(visit)
    header.head(
        visit, partial(view.counted, visit, found), ask=partial(questions.ask, visit, found)
    )
    row = ideas.choose(visit, SECTIONS, idea)
    notices = st.container()
    SECTIONS[idea](visit, row, found)
    with notices:
        header.problem(visit)


if __name__ == "__main__":
    draw(session.current())
