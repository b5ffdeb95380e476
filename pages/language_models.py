"""Language models: from counting to recurrence, section 5.1 of the chapter."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.language_models import contexts
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, predictions
from pages.ui.widgets.looked_into import source
from pages.ui.widgets.predictions import Prediction


def draw(visit: Session) -> None:
    """The head of the page, and the idea about context lengths."""
    header.head(visit, partial(source, visit))
    row = st.container(horizontal=True, vertical_alignment="center")
    header.problem(visit)
    options = ("better", "same", "worse")
    measure = partial(contexts.answer, visit)
    predictions.predict(visit, Prediction("language_models.predict.contexts", options, measure))
    contexts.draw(visit, row)


if __name__ == "__main__":
    draw(session.current())
