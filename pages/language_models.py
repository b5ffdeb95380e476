"""Language models: from counting to recurrence, section 5.1 of the chapter."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.language_models import contexts, ideas, product, questions, readers, shapes
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header
from pages.ui.widgets.looked_into import source

SECTIONS = {
    "product": product.draw,
    "readers": readers.draw,
    "contexts": contexts.draw,
    "shapes": shapes.draw,
}


def draw(visit: Session) -> None:
    """The chosen idea: what to expect of it, its controls, and what was measured."""
    idea = ideas.chosen(visit)
    header.head(visit, partial(source, visit))
    row = ideas.choose(visit, idea)
    questions.ask(visit, idea)
    notices = st.container()
    SECTIONS[idea](visit, row)
    with notices:  # drawn last: an idea may find that a sentence cannot be read
        header.problem(visit)


if __name__ == "__main__":
    draw(session.current())
