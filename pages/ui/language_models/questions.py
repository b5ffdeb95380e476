"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from pages.ui.language_models import contexts, product, readers, shapes
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Prediction


class Question(NamedTuple):
    """The answers to choose from, who measures which one it is, and whether that takes a while."""

    options: tuple[str, ...]
    measure: Callable[[Session], Answer | None]
    waits: Callable[[Session], bool] = lambda visit: False


QUESTIONS = {
    "product": Question(("same", "tens", "thousands"), product.answer),
    "readers": Question(("same", "close", "other"), readers.answer, readers.waits),
    "contexts": Question(("better", "same", "worse"), contexts.answer),
    "shapes": Question(("ticks", "streams", "both"), shapes.answer),
}


def ask(visit: Session, idea: str) -> None:
    """Draw the idea's question; its link is that of the idea."""
    asked = QUESTIONS[idea]
    predictions.predict(
        visit,
        Prediction(
            f"language_models.predict.{idea}",
            asked.options,
            partial(asked.measure, visit),
            waits=partial(asked.waits, visit),
            hides=True,
        ),
    )
