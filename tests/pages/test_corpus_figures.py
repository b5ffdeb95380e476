"""Figures of the page of corpora, by value: DOT above all, which has rules of its own."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.ui.corpus.figures import band, entropy, growth, ladder, ranks
from pages.ui.figures import automaton
from pages.ui.figures.palette import DARK, LIGHT, Palette
from pages.ui.visit.i18n import Texts
from rnncore.text.automaton import first_shown, state_graphs
from rnncore.text.grammar import Grammar
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.statistics import Growth, Part, Ranking
from rnncore.text.tiny_english import tiny_english
from rnncore.text.vocabulary import Vocabulary

T = Texts("en")


def dot(grammar: Grammar, palette: Palette = LIGHT) -> str:
    return automaton.dot(first_shown(state_graphs(grammar)), palette, T)


def labels(graph: str) -> list[str]:
    """The labels of a graph as Graphviz shows them: its lexer, its entities, its escapes."""
    raw = re.findall(r'label="((?:[^"\\]|\\.)*)"', graph)
    for_entities = (one.replace('\\"', '"').replace("&amp;", "&") for one in raw)
    return [
        re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), one)
        for one in for_entities
    ]


def test_states_and_edges_are_drawn_with_their_probabilities() -> None:
    graph = dot(reber())
    assert "rankdir=LR" in graph
    downwards = automaton.dot(first_shown(state_graphs(reber())), LIGHT, T, downwards=True)
    assert downwards == graph.replace("rankdir=LR", "rankdir=TB")
    assert "start" in labels(graph)[0] and "peripheries=2" in graph
    assert labels(graph).count("T  0.5") == 2 and "E  1" in labels(graph)
    assert graph.count(" -> ") == 12 and " -> again " in graph


def test_tokens_of_any_characters_are_labels_and_nothing_else() -> None:
    tokens = ('"', "\\", "\\N", "&lt;", "<b>x</b>", "a\\nb", "}", "\n", "\u0627\u0628", '\\"')
    rules = {"start": [(token, 1.0, "end") for token in tokens], "end": [('\\G"', 1.0, "start")]}
    for token in tokens:
        grammar = Grammar.from_rules(
            "nasty", {"start": [(token, 1.0, "end")], "end": [('\\G"', 1.0, "start")]}, "a"
        )
        found = labels(dot(grammar))
        shown = {"\n": "↵", "\u0627\u0628": "\u2068\u0627\u0628\u2069"}.get(token, token)
        assert f"{shown}  1" in found and '\\G"  1' in found
    graph = dot(Grammar.from_rules("nasty", rules, "a"))
    assert re.sub(r'"(?:[^"\\]|\\.)*"', "", graph).count('"') == 0
    assert '", … 9 more\n1' in labels(graph)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_what_has_to_be_remembered_has_a_colour_of_the_theme(palette: Palette) -> None:
    graph = dot(tiny_english(), palette)
    assert palette.states[0] in graph and palette.states[1] in graph
    assert f'fontcolor="{palette.text}"' in graph


def test_what_is_more_than_there_are_colours_is_coloured_by_its_last_letter() -> None:
    stacks = [a + b + c + d for a in "([" for b in "([" for c in "([" for d in "(["]
    rules: dict[str, list[tuple[str, float, str]]] = {
        "start": [(stack, 1.0, f"{stack} · deep") for stack in stacks]
    }
    rules |= {f"{stack} · deep": [("x", 1.0, "start")] for stack in stacks}
    graph = first_shown(state_graphs(Grammar.from_rules("stacks", rules, "x")))
    colours = automaton.colours_of(graph, LIGHT)
    assert automaton.by_last(graph) is True and len(set(colours.values())) == 2
    assert colours["([([" ] != colours["([(("] == colours["((((" ]  # fmt: skip
    assert automaton.by_last(first_shown(state_graphs(reber()))) is None
    assert automaton.by_last(first_shown(state_graphs(embedded_reber()))) is False


def test_ranks_are_drawn_with_zipfs_line_and_name_some_tokens() -> None:
    ranked = Ranking(np.array([1, 0, 2]), np.array([6, 2, 1]))
    drawn = ranks.figure(ranked, Vocabulary(("<b>", "the", "\n")), LIGHT, T)
    traces = {trace.uid: trace for trace in drawn.data}
    assert tuple(traces["counts"].y) == (6, 2, 1)
    assert traces["counts"].customdata[1][0] == "&lt;b&gt;"
    assert np.allclose(traces["zipf"].y, (9 / (11 / 6), 3 / (11 / 6)))
    assert tuple(traces["names"].text) == ("the", "↵")


def test_growth_parts_entropy_and_ladder_are_drawn_by_value() -> None:
    grown = growth.figure(Growth(np.array([1, 10]), np.array([1, 4])), LIGHT, T)
    assert tuple(grown.data[1].y) == (1, 4)
    parts = (Part("train", 0, 90, 4, None, 2.0), Part("test", 90, 10, 2, 0.5, 1.0))
    bars = band.figure(parts, LIGHT, T).data
    assert [(bar.base[0], bar.x[0]) for bar in bars] == [(0, 90), (90, 10)]
    assert tuple(entropy.figure(parts, 8, LIGHT, T).data[0].x) == (2, 1)
    steps = ladder.figure((3.0, 2.0), 1.5, "k", LIGHT, T)
    assert tuple(steps.data[0].y) == (3, 2) and tuple(steps.data[1].y) == (1.5, 1.5)
    assert len(ladder.figure((3.0, 2.0), None, "k", LIGHT, T).data) == 1
