"""Predict, then check: the questions at the end of a page's lesson, and what was measured.

A lesson is a Markdown file; its questions stand at its end, each after a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.held import Value
from rnncore.paths import assets_dir

RULE = "\n---\n"
"""Stands before every question of a lesson."""


class Question(NamedTuple):
    """A question of the lesson.

    name     as the URL says which one was checked last
    sets     what its button sets of the page's values, None being the default
    answer   says what was measured; called only after the question was checked
    """

    name: str
    sets: dict[str, Value]
    answer: Callable[[], str]


def texts_of(language: str, page: str) -> list[str]:
    """The questions at the end of a page's lesson."""
    path = assets_dir() / "lessons" / language / f"{page}.md"
    return [part.strip() for part in path.read_text(encoding="utf-8").split(RULE)[1:]]


def ask(visit: Session, questions: Sequence[Question]) -> None:
    """Draw the questions in the lesson's order, each with a button that sets the controls to see,
    and below the one that was checked last its answer."""
    for text, question in zip(texts_of(visit.language, visit.page), questions, strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            words, sets = f"{visit.page}.questions.check", {**question.sets, "asked": question.name}
            held.button(visit, f"check.{question.name}", words, sets)
            st.markdown(text, width="stretch")
        if question.name == visit.value("asked", ""):
            st.info(question.answer(), icon=":material/lightbulb:")
