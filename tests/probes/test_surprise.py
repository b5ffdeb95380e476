"""Surprise, entropy and regret: by value, and against the losses of the layers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.config import Config
from rnncore.metrics import bits
from rnncore.model import Rnnlm
from rnncore.probes.surprise import account, divergence, tell
from rnncore.text.corpus import load_corpus
from rnncore.text.entropy import entropy
from rnncore.text.grammar_tables import tables_of
from tests.engine.models import add_noise, cells, small_model

GRAMMARS = ("tiny-english", "embedded-reber", "temporal-order", "dyck-2")


@pytest.mark.parametrize("corpus", GRAMMARS)
def test_the_mean_regret_is_the_networks_bits_minus_the_truths_on_the_same_tokens(
    corpus: str,
) -> None:
    config = Config(corpus=corpus, grammar_tokens=2_000, hidden_size=7, dtype="float64")
    text = load_corpus(config)
    grammar = text.grammar
    assert grammar is not None
    model = Rnnlm(config, len(text.vocabulary))
    add_noise(model)
    before, read = text.vocabulary.encode(text.prompt), text.valid
    told = tell(model, before, read, tables_of(grammar, text.vocabulary))

    twin, whole = model.twin(), np.concatenate((before, read))
    losses = twin.losses(whole[:-1, None], whole[1:, None])[len(before) - 1 :, 0]
    true, state = [], grammar.start
    for token in text.vocabulary.decode(read):
        (edge,) = (edge for edge in grammar.edges[state] if edge.token == token)
        true.append(-np.log2(edge.probability))
        state = edge.target
    found = account(told)
    assert found.tokens == found.legal == len(read)
    assert found.surprise == pytest.approx(bits(losses.mean()), abs=1e-9)
    assert found.truth == pytest.approx(np.mean(true), abs=1e-9)
    assert found.regret == pytest.approx(bits(losses.mean()) - np.mean(true), abs=1e-9)
    regrets = [one.regret for one in told if one.regret is not None]
    assert np.mean(regrets) == pytest.approx(found.regret, abs=1e-9)


def test_by_value() -> None:
    model = small_model(vocabulary_size=4)
    model.parameters.values[...] = 0
    model.parameters["affine.b"][...] = np.log([0.5, 0.25, 0.125, 0.125])
    told = tell(model, np.array([0]), np.array([2, 0]))
    assert [one.surprise for one in told] == pytest.approx([3, 1])
    assert [one.entropy for one in told] == pytest.approx([1.75, 1.75])
    assert [one.excess for one in told] == pytest.approx([1.25, -0.75])
    assert [one.rank for one in told] == [3, 1]
    assert told[0].likeliest == (0, 1, 2, 3)
    assert told[0].their == pytest.approx((0.5, 0.25, 0.125, 0.125))
    assert {one.regret for one in told} == {None}
    assert account(told)[:4] == pytest.approx((2, 2, 1.75, 0))
    assert account(()) == (0, 0, 0, 0, 0, 0)


def test_after_an_illegal_token_there_is_no_truth_until_the_next_string_begins() -> None:
    config = Config(grammar_tokens=2_000, hidden_size=7)
    text = load_corpus(config)
    assert text.grammar is not None
    ids = text.valid[:6].copy()
    ids[2] = ids[1]  # a word twice
    tables = tables_of(text.grammar, text.vocabulary)
    assert tables.p[tables.follow(ids.tolist())[2], ids[2]] == 0
    told = tell(Rnnlm(config, len(text.vocabulary)), text.train[-1:], ids, tables)
    assert [one.regret is None for one in told] == [False, False, True, True, True, True]
    assert account(told).legal == 2
    again = np.concatenate((ids, [*tables.ends], text.train[:3]))
    told = tell(Rnnlm(config, len(text.vocabulary)), text.train[-1:], again, tables)
    assert [one.regret is None for one in told] == [False] * 2 + [True] * 5 + [False] * 3
    assert told[7].true_bits == -np.log2(tables.p[tables.start, text.train[0]])


@pytest.mark.parametrize(
    ("grammar", "ends"),
    [
        ("tiny-english", {"<eos>"}),
        ("reber", {"E"}),
        ("dyck-2", {"."}),
        ("embedded-reber", set()),  # E may end the inner string as well
        ("lag", set()),
    ],
)
def test_which_tokens_end_a_string_wherever_they_stand(grammar: str, ends: set[str]) -> None:
    text = load_corpus(Config(corpus=grammar, grammar_tokens=5_000))
    assert text.grammar is not None
    found = tables_of(text.grammar, text.vocabulary).ends
    assert {text.vocabulary.tokens[token] for token in found} == ends


@cells
@pytest.mark.parametrize("stateful", [True, False])
def test_parts_and_windows_change_nothing(
    cell: str, stateful: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small_model(cell, stateful=stateful)
    ids = np.random.default_rng(0).integers(0, 23, 40)
    window = 0 if stateful else model.config.time_size
    told = tell(model, ids[:3], ids[3:], window=window)
    monkeypatch.setattr("rnncore.generation.READ_AT_ONCE", 2)
    again = tell(model, ids[:3], ids[3:], window=window)
    assert [one.surprise for one in told] == pytest.approx([one.surprise for one in again])
    for at in (0, 1, 2, 3, 20, 36):
        top = 0 if stateful else (at + 2) // window * window
        model.reset_state()
        logits = model.logits(ids[top : at + 3, None])[-1, 0]
        p = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        assert told[at].surprise == pytest.approx(-np.log2(p[ids[at + 3]]))
        assert told[at].entropy == pytest.approx(entropy(p))


distributions = st.lists(st.floats(0, 1), min_size=2, max_size=9).filter(lambda p: sum(p) > 1e-3)


@given(distributions, st.integers(0, 99))
def test_a_divergence_is_never_negative_and_zero_of_equals(p: list[float], seed: int) -> None:
    true = np.array(p) / sum(p)
    other = np.random.default_rng(seed).dirichlet(np.ones(len(p)))
    assert divergence(true, true) == pytest.approx(0, abs=1e-12)
    assert divergence(true, other) >= 0
    assert 0 <= entropy(true) <= np.log2(len(p)) + 1e-12


def test_a_divergence_by_value() -> None:
    half, quarter = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    assert divergence(half, quarter) == pytest.approx(0.5 * 1 + 0.5 * np.log2(2 / 3))
    assert divergence(half, np.array([1.0, 0.0])) == float("inf")
    assert divergence(np.array([1.0, 0.0]), half) == 1
