"""Strings that a network writes: where they end, what is legal, seen and copied."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.probes.novelty import (
    TEMPERATURES,
    Judged,
    Known,
    by_temperature,
    shares,
    wilson,
    write_strings,
)
from rnncore.sampling import Sampling
from rnncore.text.corpus import Corpus, load_corpus

GRAMMAR = Config(grammar_tokens=2_000, hidden_size=7)
NAMES = Config(corpus="names-en", hidden_size=7)


@pytest.fixture(scope="module")
def grammar() -> Known:
    return Known.of(load_corpus(GRAMMAR))


@pytest.fixture(scope="module")
def names() -> Known:
    return Known.of(load_corpus(NAMES))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_by_value(hits: int, of: int, low: float, high: float) -> None:
    """The last as in Newcombe, Statistics in Medicine 17 (1998), table I."""
    found = wilson(hits, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    assert found.value == hits / of


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_share_lies_in_its_interval(hits: int, of: int) -> None:
    found = wilson(min(hits, of), of)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0, 0, 0, 1)


def ids(corpus: Corpus, text: str) -> list[int]:
    return corpus.vocabulary.encode(corpus.tokenizer.split(text)).tolist()


@pytest.mark.parametrize(
    ("text", "tokens", "ended", "legal"),
    [
        ("the dog sleeps\nthe dog", 4, True, True),
        ("the dog sleep\n", 3, True, False),
        ("the dog near the", 4, False, None),
    ],
)
def test_a_string_of_a_grammar_is_judged(
    grammar: Known, text: str, tokens: int, ended: bool, legal: bool | None
) -> None:
    found = grammar.judge(ids(grammar.corpus, text))
    assert (len(found.ids), found.ended, found.legal) == (tokens, ended, legal)


@pytest.mark.parametrize("which", ["grammar", "names"])
def test_a_string_of_the_training_text_is_seen(which: str, request: pytest.FixtureRequest) -> None:
    known: Known = request.getfixturevalue(which)
    for string in sorted(known.strings)[:20]:
        read = np.frombuffer(string, np.int64).tolist()
        judged = known.judge([*read, *read])
        assert judged.seen and judged.ids == tuple(read)
        assert not known.judge(read[1:]).seen or read[1:] in [
            np.frombuffer(one, np.int64).tolist() for one in known.strings
        ]
    assert not known.judge(read[:-1]).seen


def test_a_new_name_is_new(names: Known) -> None:
    corpus = names.corpus
    assert not names.judge(ids(corpus, "zzyzzy\n")).seen
    assert names.judge(ids(corpus, "zzyzzy\n")).ended


@pytest.mark.slow
def test_the_longest_piece_is_that_of_a_search_through_all(grammar: Known) -> None:
    rng = np.random.default_rng(0)
    train = grammar.corpus.train
    for _ in range(10):
        start = rng.integers(len(train) - 8)
        text = [*train[start : start + 8].tolist(), *rng.integers(0, 50, 6).tolist()]
        rng.shuffle(text)
        pieces = {
            (a, b)
            for a, b in combinations(range(len(text) + 1), 2)
            if any(
                train[i : i + b - a].tolist() == text[a:b] for i in range(len(train) - (b - a) + 1)
            )
        }
        a, b = max(pieces, key=lambda piece: (piece[1] - piece[0], -piece[0]))
        assert grammar.copies.longest(text) == (a, b)


def test_strings_are_repeatable_and_shares_add_up(grammar: Known) -> None:
    model = Rnnlm(GRAMMAR, len(grammar.corpus.vocabulary))

    def drawn(seed: int) -> list[Judged]:
        rng = np.random.default_rng(seed)
        return write_strings(model.twin(), grammar, Sampling(1.0), rng, 12)

    assert drawn(3) == drawn(3) != drawn(4)
    point = shares(1.0, drawn(3))
    ended = [one for one in drawn(3) if one.ended]
    assert point.new.of == len(ended)
    assert point.legal is not None and point.legal.hits == sum(bool(one.legal) for one in ended)


def test_every_temperature_is_measured(names: Known) -> None:
    model = Rnnlm(NAMES, len(names.corpus.vocabulary))
    points = list(by_temperature(model, names, 0))
    assert [point.temperature for point in points] == list(TEMPERATURES)
    assert all(point.legal is None for point in points)
