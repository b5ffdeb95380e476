"""The two questions of the lesson: a button goes to the idea where the answer is measured."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import questions
from pages.ui.widgets.held import Value
from pages.ui.widgets.questions import Question

SETS: tuple[dict[str, Value], ...] = (
    {"idea": "jacobians", "at": None},
    {"idea": "horizons", "level": None},
)
"""What each button sets, in the order of the lesson's questions."""


def ask(visit: Session) -> None:
    """Offer the questions behind a button."""
    with st.popover(visit.t("gradients.questions.title"), icon=":material/quiz:", type="tertiary"):
        questions.ask(visit, _questions(visit), answered=False)


def answer(visit: Session, idea: str) -> None:
    """Say the answer above the idea that shows it, to whoever has asked."""
    questions.answer(visit, [one for one in _questions(visit) if one.sets["idea"] == idea])


def _questions(visit: Session) -> list[Question]:
    return [
        Question(str(number), sets, partial(visit.t, f"gradients.questions.answer_{number}"))
        for number, sets in enumerate(SETS, 1)
    ]
