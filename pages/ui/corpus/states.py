"""The automaton that draws a text: a picture of it, and all its edges as a table."""

from __future__ import annotations

from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.automaton import by_last
from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.tokens import visible
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.automaton import automaton
from pages.ui.widgets.header import section
from rnncore.text.automaton import Form, StateGraph, first_shown, state_graphs
from rnncore.text.grammar import Grammar


def draw(visit: Session, grammar: Grammar, row: DeltaGenerator) -> None:
    """Draw the automaton, complete or with states joined, and say which."""
    t, graphs = visit.t, {graph.form: graph for graph in _graphs(grammar)}
    usual = first_shown(list(graphs.values()))
    drawn = graphs.get(cast(Form, visit.value("form", usual.form)), usual)
    if len(graphs) > 1:
        with row:
            held.segments(
                visit,
                "form",
                "corpus.source.form",
                drawn.form,
                list(graphs),
                lambda form: t(f"corpus.source.forms.{form}"),
            )
    values = {
        "states": len(grammar.edges),
        "edges": sum(map(len, grammar.edges)),
        "nodes": len(drawn.nodes),
    }
    section(t("corpus.source.title"))
    said = t(f"corpus.source.{drawn.form}", **values)
    st.markdown(f"{said} {_colours(t, drawn)}")
    start = state_name(drawn.nodes[drawn.start].name, t)
    automaton(visit, "corpus", drawn, t("corpus.source.says", start=start, **values))
    with st.expander(t("corpus.source.all_edges", **values)):
        names = [state_name(name, t) for name in grammar.state_names]
        rows = [(state, edge) for state, row in enumerate(grammar.edges) for edge in row]
        st.dataframe(
            {
                t("corpus.source.state"): [names[state] for state, _ in rows],
                t("corpus.source.token"): [visible(edge.token) for _, edge in rows],
                t("corpus.source.probability"): [edge.probability for _, edge in rows],
                t("corpus.source.next"): [names[edge.target] for _, edge in rows],
            },
            key="corpus.edges",
            hide_index=True,
            height=320,
            alt=t("corpus.source.says_edges", **values),
        )


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Grammar: id})
def _graphs(grammar: Grammar) -> tuple[StateGraph, ...]:
    return state_graphs(grammar)


def _colours(t: Texts, drawn: StateGraph) -> str:
    """What colours mean here."""
    last = by_last(drawn)
    if last is None:
        return ""
    return t(f"corpus.source.{'colour_last' if last else 'colour'}")
