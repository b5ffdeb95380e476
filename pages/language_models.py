"""Language models: from counting to recurrence, section 5.1 of the chapter."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.language_models import contexts, product, readers, shapes
from pages.ui.language_models.questions import QUESTIONS
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, ideas, predictions
from pages.ui.widgets.looked_into import source

SECTIONS = {
    "product": product.draw,
    "readers": readers.draw,
    "contexts": contexts.draw,
    "shapes": shapes.draw,
}


def draw(visit: Session) -> None:
    """The chosen idea: what to expect of it, its controls, and what was measured."""
    idea = ideas.chosen(visit, SECTIONS)
    header.head(visit, partial(source, visit))
    row = ideas.choose(visit, SECTIONS, idea)
    predictions.ask(visit, idea, QUESTIONS[idea], visit)
    notices = st.container()
    SECTIONS[idea](visit, row)
    with notices:  # drawn last: an idea may find that a sentence cannot be read
        header.problem(visit)


if __name__ == "__main__":
    draw(session.current())
