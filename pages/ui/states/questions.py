"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from pages.ui.states import unit
from pages.ui.states.network import Looked
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Prediction


class Question(NamedTuple):
    """The answers to choose from, and who measures which one it is."""

    options: tuple[str, ...]
    measure: Callable[[Session, Looked], Answer | None]


QUESTIONS = {
    "unit": Question(("nothing", "some", "much"), unit.answer),
    "unit_bits": Question(("little", "some", "much"), unit.answer_in_bits),
}


def ask(visit: Session, idea: str, found: Looked) -> None:
    """Draw the idea's question."""
    name = unit.question(found) if idea == "unit" else idea
    asked = QUESTIONS[name]
    predictions.predict(
        visit,
        Prediction(
            f"states.predict.{name}",
            asked.options,
            partial(asked.measure, visit, found),
            waits=lambda: True,
        ),
    )
