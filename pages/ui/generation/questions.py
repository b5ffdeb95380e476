"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from pages.ui.generation import branches, copies, growth, next_token, surprise
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Prediction


class Question(NamedTuple):
    """The answers to choose from, who measures which one it is, and whether that takes a while."""

    options: tuple[str, ...]
    measure: Callable[[Session], Answer | None]
    waits: Callable[[Session], bool] = lambda visit: False


QUESTIONS = {
    "next": Question(("same", "half", "root"), next_token.answer),
    "branches": Question(("same", "likelier", "rarer"), branches.answer),
    "growth": Question(("early", "middle", "late"), growth.answer, growth.waits),
    "surprise": Question(("near", "above", "below"), surprise.answer),
    "copies": Question(("few", "half", "most"), copies.answer, copies.waits),
}


def ask(visit: Session, idea: str) -> None:
    """Draw the idea's question; its link is that of the idea."""
    asked = QUESTIONS[idea]
    predictions.predict(
        visit,
        Prediction(
            f"generation.predict.{idea}",
            asked.options,
            partial(asked.measure, visit),
            waits=partial(asked.waits, visit),
        ),
    )
