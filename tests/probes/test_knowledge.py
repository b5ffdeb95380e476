"""How well states know a grammar: clusters, V-measure and probes against brute force."""

from __future__ import annotations

from itertools import product
from math import log2
from typing import Any

import numpy as np
import pytest

from rnncore.probes.clustering import contingency, k_means, purity, v_measure
from rnncore.probes.knowledge import (
    cluster_graph,
    grammar_places,
    knowledge,
    passages_of,
    states_at,
    states_in,
    tokens_alone,
)
from rnncore.probes.linear_probe import PENALTY, linear_probe, majority_probe
from rnncore.text.corpus import load_corpus
from tests.engine.models import small_config, small_model

RNG = np.random.default_rng(0)


def entropy_given(of: Any, given: Any) -> float:
    """H(of | given), counted by hand."""
    pairs = list(zip(of.tolist(), given.tolist(), strict=True))
    bits = 0.0
    for pair in set(pairs):
        both = pairs.count(pair)
        bits -= both / len(pairs) * log2(both / given.tolist().count(pair[1]))
    return bits


@pytest.mark.parametrize(("classes", "clusters"), [(2, 3), (5, 2), (4, 4), (1, 3), (3, 1), (1, 1)])
def test_v_measure_is_counted_by_hand(classes: int, clusters: int) -> None:
    one, other = RNG.integers(classes, size=40), RNG.integers(clusters, size=40)
    nothing = np.zeros(40, int)
    parts = []
    for of, given in ((one, other), (other, one)):
        whole = entropy_given(of, nothing)
        parts.append(1 - entropy_given(of, given) / whole if whole else 1.0)
    expected = 2 * parts[0] * parts[1] / sum(parts) if sum(parts) else 0.0
    assert v_measure(one, other) == pytest.approx(expected, abs=1e-12)


def test_v_measure_is_one_for_the_same_clusters_under_other_names() -> None:
    classes = RNG.integers(6, size=200)
    assert v_measure(classes, 17 - 2 * classes) == pytest.approx(1)
    assert purity(classes, 17 - 2 * classes) == 1
    assert contingency(np.array([0, 0, 1]), np.array([5, 7, 7])).tolist() == [[1, 1], [0, 1]]


def test_k_means_finds_the_best_of_all_partitions() -> None:
    points = np.array([[0.0, 0], [0.2, 0], [0, 0.3], [4, 4], [4.1, 4.2], [9, 0], [9.2, 0.1]])
    found = k_means(points, 3)

    def cost(of: Any) -> float:
        groups = [points[np.array(of) == k] for k in set(of)]
        return sum(float(np.square(group - group.mean(axis=0)).sum()) for group in groups)

    best = min(cost(of) for of in product(range(3), repeat=len(points)))
    assert cost(found.of.tolist()) == pytest.approx(best)
    for cluster, centre in enumerate(found.centres):
        np.testing.assert_allclose(centre, points[found.of == cluster].mean(axis=0))


def test_k_means_is_the_same_again_and_knows_few_points() -> None:
    points = RNG.standard_normal((100, 4))
    np.testing.assert_array_equal(k_means(points, 9).of, k_means(points, 9).of)
    same = np.repeat([[1.0, 2.0], [3.0, 4.0]], 5, axis=0)
    assert len(k_means(same, 7).centres) == 2


def test_the_probe_is_the_regression_that_least_squares_give() -> None:
    states, others = RNG.standard_normal((60, 5)), RNG.standard_normal((30, 5))
    states[:, 2] = 3.0  # a unit that says nothing
    classes = np.array([4, 7, 9])[RNG.integers(3, size=60)]
    spread = states.std(axis=0)
    spread[2] = 1
    inputs, tried = ((x - states.mean(axis=0)) / spread for x in (states, others))
    design = np.c_[inputs, np.ones(60)]
    ridge = np.vstack([design, np.sqrt(PENALTY * 60) * np.eye(6)])
    wanted = np.vstack([classes[:, None] == [4, 7, 9], np.zeros((6, 3))])
    weights = np.linalg.lstsq(ridge, wanted.astype(float), rcond=None)[0]
    expected = np.array([4, 7, 9])[(np.c_[tried, np.ones(30)] @ weights).argmax(axis=1)]
    np.testing.assert_array_equal(linear_probe(states, classes, others), expected)


def test_tokens_alone_say_what_was_most_often_true_of_them() -> None:
    tokens = np.array([0, 0, 0, 1, 1, 3])
    classes = np.array([5, 5, 8, 8, 8, 8])
    assert majority_probe(tokens, classes, np.array([0, 1, 2, 3])).tolist() == [5, 8, 8, 8]


def test_true_states_are_known_perfectly() -> None:
    """States that are the true ones, one unit for each, leave nothing to wish for."""
    config = small_config(corpus="embedded-reber", grammar_tokens=30_000)
    corpus = load_corpus(config)
    assert corpus.grammar is not None
    places = grammar_places(config, corpus)
    found = knowledge(np.eye(len(corpus.grammar.edges))[places.states], places)
    assert found.probe == 1
    assert found.v > 0.9 and found.purity > 0.7  # k-means may join two


def test_places_hold_the_true_states_and_what_stands_there() -> None:
    config = small_config(corpus="tiny-english", grammar_tokens=30_000)
    corpus = load_corpus(config)
    assert corpus.grammar is not None
    places = grammar_places(config, corpus)
    model = small_model("rnn", len(corpus.vocabulary))
    states = states_at(model, places)
    assert states.shape == (len(places.states), 11)
    column = places.positions[:, 3]
    alone = model.twin().hidden_states(places.text[column][:, None])[places.warm_up :, 0]
    ticks = len(column) - places.warm_up
    np.testing.assert_allclose(states[3 * ticks : 4 * ticks], alone, atol=1e-12)
    alone_knows = tokens_alone(places)
    assert 0.3 < alone_knows.probe < 0.6 and alone_knows.v < 0.8


def test_the_networks_own_automaton_has_its_ways_from_the_text() -> None:
    config = small_config(corpus="embedded-reber", grammar_tokens=30_000)
    corpus = load_corpus(config)
    assert corpus.grammar is not None
    places = grammar_places(config, corpus)
    found = k_means(np.eye(len(corpus.grammar.edges))[places.states], 40)
    drawn, purities = cluster_graph(corpus, places, found)
    assert set(purities) == {1.0}
    assert sum(node.share for node in drawn.nodes) == pytest.approx(1)
    for arrow in drawn.arrows:
        ((source, whole),) = states_in(places, found, arrow.source)
        ((target, _),) = states_in(places, found, arrow.target)
        assert whole == 1
        for token, _ in arrow.tokens:
            assert corpus.grammar.after(source, token) == target
    leaving = sum(arrow.probability for arrow in drawn.arrows if arrow.source == drawn.start)
    assert leaving == pytest.approx(1, abs=0.1)
    (state, _), *_ = states_in(places, found, 0)
    for ids in passages_of(places, found, 0, 5):
        last = corpus.vocabulary.tokens[ids[-1]]
        assert any(
            edge.token == last and edge.target == state
            for row in corpus.grammar.edges
            for edge in row
        )
