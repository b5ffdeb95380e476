"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from pages.ui.states import clouds, grammar, unit, units
from pages.ui.states.network import Looked
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Question


def _always(*seen: object) -> bool:
    """All units are silenced in slices: the answer is on its way."""
    return True


QUESTIONS = {
    "unit": Question(("nothing", "some", "much"), unit.answer, _always),
    "unit_bits": Question(("little", "some", "much"), unit.answer_in_bits, _always),
    "grammar": Question(("worse", "same", "better"), grammar.answer),
    "units": Question(("few", "some", "most"), units.answer),
    "clouds": Question(("never", "meet", "stay"), clouds.answer),
}


def ask(visit: Session, idea: str, found: Looked) -> None:
    """Draw the idea's question; none where a text without a grammar has no answer."""
    if idea == "grammar" and found.subject.corpus.grammar is None:
        return
    name = unit.question(found) if idea == "unit" else idea
    predictions.ask(visit, name, QUESTIONS[name], visit, found)
