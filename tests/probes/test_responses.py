"""What units do at words and in spans, what is known of places, and words that are near."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.probes.cloud import OTHER, cloud_stretches
from rnncore.probes.properties import MOST, depth, properties
from rnncore.probes.responses import Seen, neighbours, on_in_span, response, seen
from rnncore.probes.states import apart
from rnncore.text.corpus import load_corpus
from tests.engine.models import small_config, small_model


def test_a_response_is_a_mean_beside_the_mean() -> None:
    states = np.array([[1.0, 0], [3, 0], [5, 6]])
    found = Seen(states, np.array([7, 7, 2]))
    answer = response(found, 7)
    assert answer is not None
    np.testing.assert_allclose(answer, [-1, -2])
    assert response(found, 5) is None


def test_states_are_seen_with_their_tokens() -> None:
    config = small_config(corpus="tiny-english", grammar_tokens=20_000)
    corpus = load_corpus(config)
    model = small_model("gru", len(corpus.vocabulary))
    found = seen(model, config, corpus)
    assert len(found.states) == len(found.tokens)
    one = model.twin().hidden_states(corpus.valid[: 24 + 1, None])[-1, 0]
    np.testing.assert_allclose(found.states[0], one, atol=1e-12)
    assert found.tokens[0] == corpus.valid[24]


def test_units_of_a_span_are_on_there_and_nowhere_else() -> None:
    activity = np.zeros((6, 4))
    activity[2:4, 1] = -0.9  # on there alone, below
    activity[:, 2] = 0.8  # always on
    activity[2, 3] = 0.7  # in half of it
    first, second, *rest = on_in_span(activity, 2, 3)
    assert first == (1, -1, 1.0, 0.0)
    assert second == (3, 1, 0.5, 0.0)
    assert [match.unit for match in rest] == [0, 2]
    assert on_in_span(activity, 0, 5)[0].unit == 2  # nothing is outside


def test_neighbours_point_the_same_way() -> None:
    table = np.array([[1.0, 0], [5, 0.1], [0, 1], [-1, 0], [0, 0]])
    found = neighbours(table, 0, 3)
    assert [token for token, _ in found] == [1, 2, 4]
    assert found[0][1] == pytest.approx(5 / np.hypot(5, 0.1))


def test_paths_are_measured_by_the_distance_of_any_two_states() -> None:
    states = np.random.default_rng(0).standard_normal((300, 5))
    one, other = states[:4], states[4:8]
    pairs = states[:, None] - states[None]
    usual = np.sqrt(np.square(pairs).sum(axis=-1).mean())
    np.testing.assert_allclose(
        apart(one, other, states), np.linalg.norm(one - other, axis=1) / usual, rtol=1e-9
    )


@pytest.mark.parametrize("corpus", ["tiny-english", "embedded-reber", "dyck-2", "story-en"])
def test_properties_are_those_of_the_places(corpus: str) -> None:
    config = small_config(corpus=corpus, grammar_tokens=20_000, time_size=10)
    read = load_corpus(config)
    places = cloud_stretches(config, read)
    found = properties(read, places)
    assert set(found) >= {"next"}
    assert ("state" in found) == (read.grammar is not None)
    for one in found.values():
        assert len(one.of) == len(places.read)
        assert len(one.values) <= MOST + 1 and one.values[-1] == OTHER
    following = [read.vocabulary.tokens[i] for i in places.text[places.read + 1]]
    for label, number in zip(following, found["next"].of, strict=True):
        assert found["next"].values[number] in (label, OTHER)


def test_depth_counts_what_is_open() -> None:
    english = load_corpus(small_config(corpus="tiny-english", grammar_tokens=2_000)).grammar
    brackets = load_corpus(small_config(corpus="dyck-2", grammar_tokens=2_000)).grammar
    assert english is not None and brackets is not None
    for words, count in (("the", 0), ("the dog", 1), ("the dog that the girls near", 2)):
        assert depth(english, english.states_along(words.split())[-1]) == count
    opened = brackets.states_along(brackets.example)
    counts = [depth(brackets, state) for state in opened]
    assert max(counts) >= 1 and counts[-1] == 0
