"""BPTT: the network unrolled, where its gradient is cut, and how mini-batches walk the text."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, session
from pages.ui.bptt import measures, pair, pictures, questions, steering
from pages.ui.source import source
from pages.ui.subject import subject
from rnncore.errors import TextError

visit = session.current()
visit.arrive("bptt")
t = visit.t
looked_into = subject(visit)
now = steering.steering(visit, looked_into)

frame.head(visit, "bptt", {}, lambda: source(visit))
steering.controls(visit, now, looked_into)
frame.problem(visit)
pictures.unrolled_network(t, now, looked_into)
try:
    pictures.mini_batches(t, now, looked_into)
except TextError as error:
    st.warning(t.explain(error), icon=":material/short_text:")
measures.window_cost(t, now, looked_into)
pair.carried_state(visit, now, looked_into)
questions.draw(visit, now, looked_into)
visit.leave()
