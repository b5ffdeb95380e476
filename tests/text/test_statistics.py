"""Statistics of a corpus against hand counts, and what must hold of any text."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnncore.config import Config
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.entropy import entropy
from rnncore.text.statistics import (
    entries,
    growth,
    parts_of,
    ranking,
    spread,
    zipf,
    zipf_top,
)
from rnncore.text.vocabulary import UNKNOWN, Vocabulary

texts = arrays(np.int64, st.integers(2, 300), elements=st.integers(0, 20))


def corpus(train: str, valid: str = "", test: str = "", unknown: bool = False) -> Corpus:
    """A text of letters, by hand."""
    vocabulary = Vocabulary((*dict.fromkeys(train), *((UNKNOWN,) if unknown else ())))
    given = load_corpus(Config(corpus="reber", grammar_tokens=100))
    return replace(
        given,
        train=vocabulary.encode(list(train)),
        valid=vocabulary.encode(list(valid)),
        test=vocabulary.encode(list(test)),
        vocabulary=vocabulary,
        grammar=None,
    )


def test_each_part_by_position_with_unknown_share_and_entropy() -> None:
    train, valid, test = parts_of(corpus("aabbaabc", "abzz", "zzza", unknown=True))
    assert (train.name, train.start, train.tokens, train.types) == ("train", 0, 8, 3)
    assert (valid.start, valid.tokens, valid.types, valid.unknown) == (8, 4, 3, 0.5)
    assert (test.start, test.tokens, test.unknown) == (12, 4, 0.75)
    assert train.unknown == 0
    assert train.bits == pytest.approx(0.5 * log2(2) + 3 / 8 * log2(8 / 3) + 1 / 8 * log2(8))
    assert valid.bits == pytest.approx(1.5) and valid.perplexity == pytest.approx(2**1.5)


def test_without_unk_nothing_is_said_of_it_and_absent_parts_are_left_out() -> None:
    train, test = parts_of(corpus("abab", "", "ab"))
    assert (train.unknown, test.name, test.start, test.unknown) == (None, "test", 4, None)
    assert train.perplexity == 2


@given(texts)
def test_the_ranking_is_that_of_a_counter(ids: np.ndarray) -> None:
    ranked, counted = ranking(ids, 21), Counter(ids.tolist())
    assert dict(zip(ranked.ids.tolist(), ranked.counts.tolist(), strict=True)) == counted
    pairs = list(zip((-ranked.counts).tolist(), ranked.ids.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert ranked.once == sum(n == 1 for n in counted.values())
    most = sum(n for _, n in counted.most_common(3)) / len(ids)
    assert ranked.top(3) == pytest.approx(most)


@given(texts)
def test_growth_is_the_number_of_types_of_each_beginning(ids: np.ndarray) -> None:
    grown = growth(ids, 25)
    assert grown.types.tolist() == [len(set(ids[:n].tolist())) for n in grown.tokens.tolist()]
    assert grown.tokens[0] == 1 and grown.tokens[-1] == len(ids)
    assert 0 <= grown.after(0.1) <= 1 and grown.after(1) == 1


@given(texts)
def test_entropy_lies_between_that_of_one_type_and_of_even_ones(ids: np.ndarray) -> None:
    counts = np.bincount(ids)
    assert 0 <= entropy(counts) <= log2((counts > 0).sum()) + 1e-12


def test_zipfs_law_by_hand() -> None:
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4
    assert zipf(100, np.array([1, 4]), 4) == pytest.approx([100 / harmonic, 25 / harmonic])
    assert zipf(100, np.arange(1, 5), 4).sum() == pytest.approx(100)
    assert zipf_top(2, 4) == pytest.approx(1.5 / harmonic)
    assert zipf_top(10, 4) == 1


def test_the_vocabulary_is_listed_by_frequency_with_what_is_held_out() -> None:
    listed = entries(corpus("baacaa", "cz", "c", unknown=True))
    assert listed.ids.tolist() == [1, 0, 2, 3]  # a, then b before c, which first appears later
    assert listed.train.tolist() == [4, 1, 1, 0]
    assert listed.held_out.tolist() == [0, 0, 2, 1]


def test_numbers_are_spread_by_a_factor() -> None:
    assert spread(1, 50).tolist() == [1]
    assert spread(1000, 4).tolist() == [1, 10, 100, 1000]
    assert len(spread(50_000, 300)) <= 300
