"""BPTT: the network unrolled, where its gradient is cut, and how mini-batches walk the text."""

from __future__ import annotations

import streamlit as st

from pages.ui.bptt import controls, cost, diagrams, questions, stateful
from pages.ui.inspected.subject import subject
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header
from pages.ui.widgets.looked_into import source
from rnncore.errors import TextError


def draw(visit: Session) -> None:
    """The unrolled network, mini-batches, cost of a window, carried states and the questions."""
    t = visit.t
    looked_into = subject(visit)
    now = controls.values(visit, looked_into)

    header.head(visit, lambda: source(visit))
    controls.controls(visit, now, looked_into)
    header.problem(visit)
    diagrams.unrolled_network(t, now, looked_into)
    try:
        diagrams.mini_batches(visit, now, looked_into)
    except TextError as error:
        st.warning(t.explain(error), icon=":material/short_text:")
    cost.window_cost(t, now, looked_into)
    stateful.carried_state(visit, now, looked_into)
    questions.draw(visit, now, looked_into)


if __name__ == "__main__":
    draw(session.current())
