"""Drawings of automata: complete, with chains cut short, by phrase, or of the frequent states."""

from __future__ import annotations

import pytest

from rnncore.text.automaton import DEEPEST, MOST, OTHERS, StateGraph, first_shown, state_graphs
from rnncore.text.grammar import Grammar
from rnncore.text.lag import lag_language
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.tiny_english import tiny_english

GRAMMARS = (reber(), embedded_reber(), lag_language(1), lag_language(8), lag_language(64),
            tiny_english())  # fmt: skip


def shown(grammar: Grammar) -> StateGraph:
    return first_shown(state_graphs(grammar))


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda one: f"{one.name}{len(one.edges)}")
def test_what_leaves_a_node_is_certain_and_all_states_are_drawn(grammar: Grammar) -> None:
    for graph in (*state_graphs(grammar), *state_graphs(grammar, most=4)):
        leaving = [0.0] * len(graph.nodes)
        for arrow in graph.arrows:
            assert 0 <= arrow.source < len(graph.nodes) > arrow.target >= 0
            ordered = [p for _, p in arrow.tokens]
            assert ordered == sorted(ordered, reverse=True)
            leaving[arrow.source] += arrow.probability
        assert leaving == pytest.approx([1.0] * len(graph.nodes))
        assert sum(node.states for node in graph.nodes) == len(grammar.edges)
        assert sum(node.share for node in graph.nodes) == pytest.approx(1)


def test_a_small_automaton_is_drawn_complete_with_its_own_probabilities() -> None:
    grammar = embedded_reber()
    graph = shown(grammar)
    assert graph.form == "complete" and len(graph.nodes) == 19
    drawn = {
        (arrow.source, token, arrow.target): p
        for arrow in graph.arrows
        for token, p in arrow.tokens
    }
    true = {
        (state, edge.token, edge.target): edge.probability
        for state, row in enumerate(grammar.edges)
        for edge in row
    }
    assert drawn == pytest.approx(true)
    assert (graph.nodes[2].name, graph.nodes[2].memory) == ("inside", "T")


def test_a_long_chain_is_cut_short_in_its_middle() -> None:
    graph = shown(lag_language(64))
    assert graph.form == "chains" and graph.depth <= DEEPEST
    assert [node.states for node in graph.nodes if node.memory == "A"] == [1, 1, 60, 1, 1, 1]
    (middle,) = (node for node in graph.nodes if (node.memory, node.states) == ("A", 60))
    assert middle.name == OTHERS


def test_tiny_english_is_drawn_by_phrase_and_number() -> None:
    graph = shown(tiny_english())
    assert graph.form == "phrases" and len(graph.nodes) == 12
    assert {node.memory for node in graph.nodes} == {"", "singular", "plural"}
    at = {(node.name, node.memory): i for i, node in enumerate(graph.nodes)}
    begins = {
        arrow.target: arrow.probability for arrow in graph.arrows if arrow.source == graph.start
    }
    numbers = (at["subject", "singular"], at["subject", "plural"])
    assert begins == pytest.approx(dict.fromkeys(numbers, 0.5))


def test_of_an_automaton_without_phrases_the_frequent_states_are_drawn() -> None:
    grammar = embedded_reber()
    (graph,) = state_graphs(grammar, most=6)
    assert graph.form == "rarest" and len(graph.nodes) <= 6
    (others,) = (node for node in graph.nodes if node.states > 1)
    single = [node for node in graph.nodes if node.states == 1]
    rarest = min(node.share for node in single if node is not graph.nodes[graph.start])
    assert others.name == OTHERS and rarest >= min(grammar.shares)


@pytest.mark.parametrize("lag", [1, 2, 8, 12, 20, 40, 64])
def test_every_lag_fits_a_screen(lag: int) -> None:
    graph = shown(lag_language(lag))
    assert len(graph.nodes) <= MOST and graph.depth <= DEEPEST
    assert (graph.form == "complete") == (lag + 1 <= DEEPEST)
