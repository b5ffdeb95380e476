"""Silencing units: all at once as one by one, and as a network without their weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.probes.excerpt import excerpt, read_excerpt
from rnncore.probes.minimal_pairs import minimal_pairs
from rnncore.probes.reading import next_tokens
from rnncore.probes.silencing import each_silenced, read_with, silenced
from rnncore.probes.tracking import memory_tracking, tracking
from rnncore.text.agreement import CONDITIONS, Agreement, agreement
from rnncore.text.corpus import load_corpus
from tests.benchmarks.units import costs_of, has_number_unit
from tests.engine.models import H, V, networks, random_ids, small_config, small_model


def gains(*units: int) -> Any:
    found = np.ones((1 + len(units), H))
    for row, unit in enumerate(units, 1):
        found[row, unit] = 0
    return found


@networks
def test_all_at_once_is_one_by_one_and_a_network_without_the_weights(
    cell: str, changes: dict[str, Any]
) -> None:
    model = small_model(cell, **changes)
    ids, more = random_ids(np.random.default_rng(0))
    everything = gains(*range(H))
    together = read_with(model, ids, everything)
    hidden = np.concatenate(
        (together.hidden, read_with(model, more, everything, together.state)[0])
    )
    whole = np.concatenate((ids, more))
    for row in range(H + 1):
        alone = read_with(model, whole, everything[row : row + 1]).hidden[:, 0]
        np.testing.assert_allclose(hidden[:, row], alone, rtol=0, atol=1e-12)
        without = model if row == 0 else silenced(model, (row - 1,))
        apart = without.twin().hidden_states(whole)
        np.testing.assert_allclose(alone, apart, rtol=0, atol=1e-12)
    assert not hidden[:, range(1, H + 1), :, range(H)].any()


def test_silencing_leaves_the_network_itself_alone() -> None:
    model = small_model("gru")
    before = model.parameters.values.copy()
    without = silenced(model, (2, 5))
    np.testing.assert_array_equal(model.parameters.values, before)
    assert not without.parameters["cell.0.Wh"][[2, 5]].any()
    assert (without.parameters["affine.W"] == model.parameters["affine.W"]).all()


def test_costs_are_those_of_reading_each_network_by_itself() -> None:
    model = small_model("rnn")
    rng = np.random.default_rng(3)
    text = rng.integers(V, size=60)  # one stream, read from its first token to its last
    right, wrong = np.zeros((2, 1, V), bool)
    right[0, :4], wrong[0, 4:9] = True, True
    at = np.array([7, 50, 55])
    where = Agreement(at, np.array([1, 5, 5]), np.array([0, 0, 1], bool), at * 0, right, wrong)
    *_, costs = each_silenced(model, text, where)
    assert costs.done == 1
    warm_up = 59 - costs.tokens if costs.tokens < 59 else 0
    for row in range(H + 1):
        one = model if row == 0 else silenced(model, (row - 1,))
        p = next_tokens(one, one.twin().hidden_states(text[:-1, None])[:, 0])
        bits = -np.log2(p[np.arange(59), text[1:]])[warm_up:].mean()
        assert costs.bits[row] == pytest.approx(bits, rel=1e-9)
        for place, condition in zip(at, where.conditions, strict=True):
            if place > warm_up:
                better = p[place - 1, :4].sum() > p[place - 1, 4:9].sum()
                assert costs.right[row, condition] == better
    assert costs.places.tolist() == [int(7 > warm_up), 1, 1]


def test_places_of_agreement_by_hand() -> None:
    corpus = load_corpus(small_config(corpus="tiny-english", grammar_tokens=2_000))
    assert corpus.grammar is not None
    text = (
        "the dog sleeps <eos> the dogs near the old house sleep <eos> "
        "the dog that the girls see sleeps <eos>"
    )
    words = text.split()
    found = agreement(corpus.grammar, corpus.vocabulary.encode(words))
    assert found is not None
    assert [words[i] for i in found.at] == ["sleeps", "sleep", "sleeps"]
    assert found.distances.tolist() == [0, 4, 1]
    assert [CONDITIONS[c] for c in found.conditions] == ["near", "far", "attractor"]
    known = corpus.vocabulary.tokens
    for kind, says in zip(found.kinds, ("sleeps", "sleep", "sleeps"), strict=True):
        right = {known[i] for i in np.flatnonzero(found.right[kind])}
        wrong = {known[i] for i in np.flatnonzero(found.wrong[kind])}
        assert says in right and not right & wrong
        assert len({"sleep", "sleeps"} & wrong) == 1


@pytest.mark.parametrize(
    ("corpus", "agrees"),
    [("embedded-reber", True), ("lag", True), ("reber", False), ("dyck-2", False)],
)
def test_grammars_with_one_token_to_agree_with(corpus: str, agrees: bool) -> None:
    read = load_corpus(small_config(corpus=corpus, grammar_tokens=2_000))
    assert read.grammar is not None
    assert (agreement(read.grammar, read.train) is not None) == agrees


def test_pairs_are_weighed_by_the_whole_networks() -> None:
    corpus = load_corpus(small_config(corpus="tiny-english", grammar_tokens=20_000))
    assert corpus.grammar is not None
    model = small_model("lstm", len(corpus.vocabulary))
    where = agreement(corpus.grammar, corpus.valid)
    assert where is not None
    pairs = minimal_pairs(model, corpus, where, corpus.valid, gains(4))
    assert {pair.condition for pair in pairs} == set(CONDITIONS)
    for pair in pairs:
        words = corpus.vocabulary.decode(pair.words)
        assert corpus.grammar.next_distribution(words).get(corpus.vocabulary.tokens[pair.right[0]])
        assert corpus.vocabulary.tokens[pair.wrong[0]] not in corpus.grammar.next_distribution(
            words
        )
        read = np.concatenate((corpus.vocabulary.encode(corpus.prompt), pair.words))
        for row, one in enumerate((model, silenced(model, (4,)))):
            p = one.twin().predict(read[:, None])[-1, 0]
            assert pair.right[1][row] >= p[pair.right[0]]
            assert pair.right[1][row] + pair.wrong[1][row] <= 1 + 1e-9


def test_tracking_is_the_share_of_pairs_in_the_right_order() -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(4, size=(30, 3)).astype(float)  # with many equal ones
    marks = rng.random(30) < 0.4
    for unit, found in enumerate(tracking(values, marks)):
        one, other = values[marks, unit], values[~marks, unit]
        pairs = np.sign(one[:, None] - other[None])
        area = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
        assert found == pytest.approx(max(area, 1 - area))
    assert np.isnan(tracking(values, marks & False)).all()


def test_memory_is_tracked_where_there_is_one() -> None:
    for corpus, there in (("tiny-english", True), ("embedded-reber", True), ("reber", False)):
        config = small_config(corpus=corpus, grammar_tokens=4_000)
        read = load_corpus(config)
        found = memory_tracking(small_model("rnn", len(read.vocabulary)), config, read)
        assert (found is not None) == there


def test_an_excerpt_is_read_as_it_stands_in_the_text() -> None:
    config = small_config(corpus="tiny-english", grammar_tokens=20_000)
    corpus = load_corpus(config)
    model = small_model("rnn", len(corpus.vocabulary))
    for number in (0, 5, 23):
        text = excerpt(config, corpus, number)
        read = read_excerpt(model, text)
        ids = np.concatenate((text.before, text.shown))
        p = model.twin().predict(ids[:, None])[:, 0]
        first = len(text.before)
        assert np.isnan(read.bits[0]) == (first == 0)
        np.testing.assert_allclose(
            read.bits[1:], -np.log2(p[np.arange(first, len(ids) - 1), ids[first + 1 :]]), rtol=1e-9
        )
        assert corpus.vocabulary.decode(text.shown)[-1] == "<eos>"


@pytest.mark.slow
def test_a_number_unit_carries_agreement_at_a_distance() -> None:
    """One seed here; `python -m tests.benchmarks.demos` tries 20."""
    costs = costs_of("number", 0)
    assert has_number_unit(costs)
    assert float(np.median(costs.agreement[1:, 1])) > 0.9  # most units can go
