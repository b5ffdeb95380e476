"""Corpus: the text that a network reads, from its tokens to what is known of its source."""

from __future__ import annotations

from functools import partial

from pages.ui.corpus import (
    controls,
    frequencies,
    questions,
    source,
    split,
    tokens,
    vocabulary,
)
from pages.ui.corpus.view import look
from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, ideas, settings
from pages.ui.widgets.offers import absent

SECTIONS = {
    "tokens": tokens.draw,
    "vocabulary": vocabulary.draw,
    "frequencies": frequencies.draw,
    "split": split.draw,
    "source": source.draw,
}


def draw(visit: Session) -> None:
    """The settings of the text, and the chosen idea: its question, and what was counted."""
    idea, found = ideas.chosen(visit, SECTIONS), look(visit)
    header.head(visit, partial(controls.summary, visit, found))
    run = server.find_or_none(visit.run_id)
    watching = run is not None and not server.controls(visit.visitor.id, run)
    controls.draw(visit, watching=watching)
    row = ideas.choose(visit, SECTIONS, idea)
    header.problem(visit)
    absent(visit)
    settings.refusals(visit)
    controls.waiting(visit)
    if found is not None:
        questions.ask(visit, idea, found)
        SECTIONS[idea](visit, found, row)


if __name__ == "__main__":
    draw(session.current())
