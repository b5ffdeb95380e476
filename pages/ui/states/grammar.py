"""Idea 3: how well the states know the grammar, and the automaton that the network has made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.tokens import isolated
from pages.ui.states import network
from pages.ui.states.figures import knowledge as figure
from pages.ui.states.network import Looked, Moment
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.automaton import automaton
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from rnncore.probes.clustering import Clusters, k_means
from rnncore.probes.knowledge import (
    ClusterGraph,
    Knowledge,
    Places,
    cluster_graph,
    grammar_places,
    knowledge,
    number_of_states,
    passages_of,
    states_at,
    states_in,
    tokens_alone,
)
from rnncore.text.automaton import first_shown, state_graphs

QUESTION = "states.predict.grammar"
CLUSTERS, MOST = 12, 24
"""Clusters that are drawn before a number is chosen, and at most."""
PASSAGES = 8


class Base(NamedTuple):
    """What is the same for all stages of a network: places of the text, and what tokens know."""

    places: Places
    alone: Knowledge


class Own(NamedTuple):
    """The network's own automaton, and the clusters that it is made of."""

    clusters: Clusters
    drawn: ClusterGraph


def draw(visit: Session, row: DeltaGenerator, found: Looked) -> None:
    """Draw the measures over training, and the two automata."""
    t = visit.t
    if found.subject.corpus.grammar is None:
        st.info(t("states.no_grammar"))
        return
    k = visit.within("clusters", CLUSTERS, 2, MOST)
    with row:
        held.select_slider(
            visit, "clusters", "states.grammar.clusters", k, range(2, MOST + 1), str, width=200
        )
    section(t("states.grammar.title"))
    _over_training(visit, found)
    _automata(visit, found, k)


def answer(visit: Session, found: Looked) -> Answer | None:
    """What of the probe's accuracy the untrained network has already."""
    if found.subject.corpus.grammar is None:
        return None
    base = _base(found)
    there = network.moments(visit, found)
    shelf = _shelf(found.key)
    before, now = (_measure(one, base, shelf) for one in (there[0], there[-1]))
    chance = base.alone.probe
    option = "worse" if before.probe < chance - 0.05 else "same"
    option = "better" if before.probe > chance + 0.05 else option
    values = {"before": before.probe, "now": now.probe, "alone": chance}
    return Answer(option, {name: f"{value:.0%}" for name, value in values.items()})


def _over_training(visit: Session, found: Looked) -> None:
    there = network.moments(visit, found)
    base, shelf = _base(found), _shelf(found.key)
    name = f"grammar:{found.key}:{len(there)}"
    steps = [one.step for one in there]
    under_way = None
    if not set(steps) <= set(shelf):
        under_way = training.current(visit, name)
        if under_way is None:
            under_way = training.start(visit, name, _measuring(base, there, shelf))

    def show() -> None:
        t = visit.t
        known = [shelf[step] for step in steps if step in shelf]
        told = answered(visit, QUESTION)
        if under_way is not None and under_way.going:
            left, right = st.columns([6, 1], vertical_alignment="center")
            left.progress(len(known) / len(steps), t("states.grammar.measuring"))
            right.button(t("lab.stop"), key="states.grammar.stop", on_click=under_way.stop)
        shown = known if told else []
        said = _said(visit, shown, base.alone)
        st.markdown(said)
        chart(
            figure.figure(steps, shown, base.alone, palette(), t),
            key="states.knowledge",
            name=said,
        )
        st.caption(t("states.grammar.caption", k=number_of_states(base.places)))
        if not told:
            kept_back(visit)

    training.poll(under_way, show)


def _measuring(base: Base, there: list[Moment], shelf: dict[int, Knowledge]) -> Iterator[Knowledge]:
    for one in there:
        yield _measure(one, base, shelf)


def _measure(one: Moment, base: Base, shelf: dict[int, Knowledge]) -> Knowledge:
    """What the network knew at a moment, measured once."""
    if one.step not in shelf:
        shelf[one.step] = knowledge(states_at(one.model(), base.places), base.places)
    return shelf[one.step]


def _said(visit: Session, known: list[Knowledge], alone: Knowledge) -> str:
    values = {"alone": f"{alone.probe:.0%}", "alone_v": f"{alone.v:.2f}"}
    if not known:
        return visit.t("states.grammar.waiting", **values)
    first, last = known[0], known[-1]
    return visit.t(
        "states.grammar.said",
        probe=f"{last.probe:.0%}",
        v=f"{last.v:.2f}",
        before=f"{first.probe:.0%}",
        before_v=f"{first.v:.2f}",
        **values,
    )


def _automata(visit: Session, found: Looked, k: int) -> None:
    t, grammar = visit.t, found.subject.corpus.grammar
    assert grammar is not None
    own = _own(found, k)
    true = first_shown(state_graphs(grammar))
    drawn, purities = own.drawn
    for title, graph, key in (
        (t("states.grammar.own", k=len(drawn.nodes)), drawn, "own"),
        (t("states.grammar.true", n=len(true.nodes)), true, "true"),
    ):
        section(title)
        says = t("states.grammar.says", title=title, n=len(graph.nodes), a=len(graph.arrows))
        automaton(visit, f"states.{key}", graph, says, downwards=True)
        if key == "own":
            st.caption(t("states.grammar.own_caption", pure=f"{min(purities):.0%}"))
    _passages(visit, found, own)


def _passages(visit: Session, found: Looked, own: Own) -> None:
    """A cluster opens its passages."""
    t, corpus, places = visit.t, found.subject.corpus, _base(found).places
    grammar = corpus.grammar
    assert grammar is not None
    nodes = own.drawn.graph.nodes
    names = {
        number: t(
            "states.grammar.cluster",
            name=" · ".join(filter(None, (state_name(node.name, t), state_name(node.memory, t)))),
            share=f"{node.share:.0%}",
        )
        for number, node in enumerate(nodes)
    }
    cluster = visit.within("cluster", 0, 0, len(nodes) - 1)
    section(t("states.grammar.passages"))
    held.selectbox(
        visit, "cluster", "states.grammar.open", cluster, tuple(names), names.__getitem__, width=420
    )
    inside = ", ".join(
        f"{literal(state_name(grammar.state_names[state], t))} {share:.0%}"
        for state, share in states_in(places, own.clusters, cluster)[:4]
    )
    st.markdown(t("states.grammar.inside", inside=inside))
    lines = []
    for ids in passages_of(places, own.clusters, cluster, PASSAGES):
        *before, last = (literal(isolated(token)) for token in corpus.vocabulary.decode(ids))
        lines.append(f"- {' '.join(before)} **{last}**")
    st.markdown("\n".join(lines))


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def _base(found: Looked) -> Base:
    places = grammar_places(found.subject.config, found.subject.corpus)
    return Base(places, tokens_alone(places))


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def _own(found: Looked, k: int) -> Own:
    places = _base(found).places
    clusters = k_means(states_at(found.subject.model, places), k)
    return Own(clusters, cluster_graph(found.subject.corpus, places, clusters))


@st.cache_resource(max_entries=32, show_spinner=False)
def _shelf(key: str) -> dict[int, Knowledge]:
    """What was measured of a network's stages, by their updates, for all visits."""
    return {}
