"""The automaton that draws a text: a picture of it, and all its edges as a table."""

from __future__ import annotations

import streamlit as st

from pages.ui.corpus.figures import automaton
from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.tokens import visible
from pages.ui.visit.session import Session
from pages.ui.widgets.header import section
from pages.ui.widgets.theme import palette
from rnncore.text.automaton import StateGraph, state_graph
from rnncore.text.grammar import Grammar


def draw(visit: Session, grammar: Grammar) -> None:
    """Draw the automaton, complete or with states joined, and say which."""
    t, drawn = visit.t, _graph(grammar)
    values = {
        "states": len(grammar.edges),
        "edges": sum(map(len, grammar.edges)),
        "nodes": len(drawn.nodes),
    }
    section(t("corpus.source.title"))
    said = t(f"corpus.source.{drawn.form}", **values)
    coloured = automaton.colours_of(drawn, palette())
    colour = t("corpus.source.colour") if coloured else ""
    st.markdown(f"{said} {colour}")
    st.graphviz_chart(
        automaton.dot(drawn, palette(), t),
        width="content",
        alt=t("corpus.source.says", start=state_name(drawn.nodes[drawn.start].name, t), **values),
    )
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
def _graph(grammar: Grammar) -> StateGraph:
    return state_graph(grammar)
