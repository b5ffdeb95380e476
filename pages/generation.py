"""Generation: from scores to text."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.generation import (
    branches,
    copies,
    growth,
    next_token,
    surprise,
)
from pages.ui.generation.questions import QUESTIONS
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, ideas, predictions
from pages.ui.widgets.looked_into import source

SECTIONS = {
    "next": next_token.draw,
    "branches": branches.draw,
    "growth": growth.draw,
    "surprise": surprise.draw,
    "copies": copies.draw,
}


def draw(visit: Session) -> None:
    """The chosen idea: what to expect of it, its controls, and what was measured."""
    idea = ideas.chosen(visit, SECTIONS)
    header.head(visit, partial(source, visit))
    ideas.choose(visit, SECTIONS, idea)
    predictions.ask(visit, idea, QUESTIONS[idea], visit)
    notices = st.container()  # above the box that they are of, in sight
    SECTIONS[idea](visit)
    with notices:
        header.problem(visit)


if __name__ == "__main__":
    draw(session.current())
