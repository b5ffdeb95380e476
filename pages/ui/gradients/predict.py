"""Two questions to answer before looking; a button goes to where the answer is measured."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import lesson

DEEDS: tuple[dict[str, int | str | None], ...] = (
    {"idea": "jacobians", "at": None},
    {"idea": "horizons", "level": None},
)
"""What each button sets, in the order of the lesson's questions."""


def questions(visit: Session) -> None:
    """Offer the questions behind a button."""
    t = visit.t
    with st.popover(t("gradients.predict.title"), icon=":material/quiz:", type="tertiary"):
        for number, question in enumerate(lesson.questions(visit.language, "gradients"), 1):
            st.markdown(question)
            st.button(
                t("gradients.predict.check"),
                key=f"gradients.predict.{number}",
                icon=":material/check:",
                help=t("gradients.predict.check_help"),
                on_click=partial(visit.set_values, **DEEDS[number - 1], asked=number),
            )


def answer(visit: Session, idea: str) -> None:
    """Say the answer above the idea that shows it, to whoever has asked."""
    asked = visit.value("asked", 0)
    if 1 <= asked <= len(DEEDS) and DEEDS[asked - 1]["idea"] == idea:
        st.info(visit.t(f"gradients.predict.answer_{asked}"), icon=":material/lightbulb:")
