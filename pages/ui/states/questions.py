"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from pages.ui.states import clouds, grammar, unit, units
from pages.ui.states.network import Looked
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Prediction


class Question(NamedTuple):
    """The answers to choose from, who measures which one it is, and whether that takes a while."""

    options: tuple[str, ...]
    measure: Callable[[Session, Looked], Answer | None]
    waits: bool = False


QUESTIONS = {
    "unit": Question(("nothing", "some", "much"), unit.answer, waits=True),
    "unit_bits": Question(("little", "some", "much"), unit.answer_in_bits, waits=True),
    "grammar": Question(("worse", "same", "better"), grammar.answer),
    "units": Question(("few", "some", "most"), units.answer),
    "clouds": Question(("never", "meet", "stay"), clouds.answer),
}


def ask(visit: Session, idea: str, found: Looked) -> None:
    """Draw the idea's question; none where a text without a grammar has no answer."""
    if idea == "grammar" and found.subject.corpus.grammar is None:
        return
    name = unit.question(found) if idea == "unit" else idea
    asked = QUESTIONS[name]
    predictions.predict(
        visit,
        Prediction(
            f"states.predict.{name}",
            asked.options,
            partial(asked.measure, visit, found),
            waits=lambda: asked.waits,
        ),
    )
