"""What to predict of each idea before looking, and what was counted."""

from __future__ import annotations

from pages.ui.corpus import frequencies, source, split, tokens, vocabulary
from pages.ui.corpus.view import CorpusView
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Question

QUESTIONS = {
    "tokens": Question(("all", "less", "windows"), tokens.answer, hides=False),
    "vocabulary": Question(("none", "few", "many", "most"), vocabulary.answer),
    "frequencies": Question(("little", "half", "most"), frequencies.answer),
    "split": Question(("lower", "same", "higher"), split.answer),
    "source": Question(("one", "few", "many", "never"), source.of_grammar),
    "counted": Question(("little", "some", "much"), source.of_text),
}
"""By idea: the answers to choose from, and who counts which one it is, of the text."""


def ask(visit: Session, idea: str, found: CorpusView) -> None:
    """Draw the idea's question; its link is that of the idea. Of a text whose source nobody knows
    the last idea asks what counting reaches, where text is held out to say it of."""
    if idea == "source" and found.corpus.grammar is None:
        if len(found.corpus.valid) < 2:
            return
        idea = "counted"
    predictions.ask(visit, idea, QUESTIONS[idea], found)
