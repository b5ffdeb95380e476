"""States: inside the hidden layer."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.states import clouds, grammar, network, questions, unit, units
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, ideas
from pages.ui.widgets.looked_into import source

SECTIONS = {
    "unit": unit.draw,
    "clouds": clouds.draw,
    "grammar": grammar.draw,
    "units": units.draw,
}


def draw(visit: Session) -> None:
    """The chosen idea of the chosen network: what to expect of it, and what was measured."""
    idea = ideas.chosen(visit, SECTIONS)
    own = network.chosen(visit) == network.OWN
    header.head(visit, partial(source, visit) if own else partial(network.said, visit))
    row = ideas.choose(visit, SECTIONS, idea)
    network.choose(visit, row)
    found = network.looked(visit)
    notices = st.container()
    if found is None:
        network.train(visit)
    else:
        questions.ask(visit, idea, found)
        SECTIONS[idea](visit, row, found)
    with notices:
        header.problem(visit)


if __name__ == "__main__":
    draw(session.current())
