"""Modified Kneser-Ney: published figures, its readable twin, and what holds for every text."""

from __future__ import annotations

import math
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.baselines.counting import LONGEST_ORDER
from rnncore.baselines.kneser_ney import FALLBACK, KneserNey
from rnncore.config import Config
from rnncore.errors import ConfigError, TextError
from rnncore.reference.kneser_ney import NGrams
from rnncore.text.corpus import load_corpus

WORDS = ("a", "b", "c", "</s>", "<unk>")
END = WORDS.index("</s>")


def ids(text: str) -> np.ndarray:
    return np.array([WORDS.index(word) for word in text.split()], np.int64)


# Log10, as KenLM's own test has them for this text of two sentences and four words:
# (words before in the sentence, the word, its probability).
KENLM = (
    ("", "a", -0.37712017),
    ("", "b", -0.41574955),
    ("a", "a", -0.14885087),
    ("b a", "a", -0.33741078),
    ("b", "a", -0.124077894),
    ("a b", "a", -0.2997394),
    ("b a", "</s>", -0.42082912),
    ("a a b", "</s>", -0.397617),
    ("b a a", "b", -0.20102891),
)


@pytest.mark.parametrize(("before", "word", "expected"), KENLM)
def test_the_worked_example_comes_out(before: str, word: str, expected: float) -> None:
    four = ("a", "b", "</s>", "<unk>")
    text = np.array(
        [four.index(w) for w in ["a", "a", "b", "a", "</s>", "b", "a", "a", "b", "</s>"]]
    )
    fitted = KneserNey.fit(text, 3, 4, 2)
    history = np.array([four.index(w) for w in before.split()], np.int64)
    p = fitted.distribution(history)[four.index(word)]
    assert math.log10(p) == pytest.approx(expected, abs=2e-6)


def test_single_words_count_their_different_neighbours() -> None:
    four = ("a", "b", "</s>", "<unk>")
    text = np.array(
        [four.index(w) for w in ["a", "a", "b", "a", "</s>", "b", "a", "a", "b", "</s>"]]
    )
    unigrams, *_ = KneserNey.fit(text, 3, 4, 2).levels
    assert unigrams.counts.tolist() == [3, 2, 2, 0]
    assert unigrams.discounts == FALLBACK and unigrams.fell_back


SECOND = "a a b b b b b b b </s> c </s>"
# A word that does not occur leaves all to the single words.
OF_THE_SECOND = (
    ("<unk>", "a", -0.6146491),
    ("<unk>", "c", -0.7659168),
    ("b", "b", -0.3422159),
    ("b b", "b", -0.13375957),
    ("b b", "</s>", -0.7462621),
    ("c", "</s>", -0.09113217),
)


@pytest.mark.parametrize(("before", "word", "expected"), OF_THE_SECOND)
def test_the_second_worked_example_comes_out(before: str, word: str, expected: float) -> None:
    p = KneserNey.fit(ids(SECOND), 3, len(WORDS), END).distribution(ids(before))
    assert math.log10(p[WORDS.index(word)]) == pytest.approx(expected, abs=2e-6)


texts = st.lists(st.lists(st.integers(0, 3), max_size=6), min_size=1, max_size=12)


@given(texts, texts, st.integers(1, 5))
def test_its_readable_twin_says_the_same(
    train: list[list[int]], held_out: list[list[int]], order: int
) -> None:
    def joined(sentences: list[list[int]]) -> np.ndarray:
        return np.array([word for sentence in sentences for word in (*sentence, 4)], np.int64)

    fitted = KneserNey.fit(joined(train), order, 6, 4)
    twin = NGrams([[*sentence, 4] for sentence in train], order, 6)
    expected = [
        twin.probability(word, before)
        for sentence in held_out
        for before, word in zip(
            accumulate(([word] for word in sentence), initial=[]), [*sentence, 4], strict=True
        )
    ]
    assert fitted.probabilities(joined(held_out)) == pytest.approx(expected, abs=1e-12)


@given(texts, st.integers(1, 5))
def test_one_count_gives_the_models_of_all_orders(train: list[list[int]], longest: int) -> None:
    words = np.array([word for sentence in train for word in (*sentence, 4)], np.int64)
    fitted = KneserNey.fit_orders(words, longest, 6, 4)
    assert [model.order for model in fitted] == list(range(1, longest + 1))
    for model in fitted:
        alone = KneserNey.fit(words, model.order, 6, 4)
        assert model.parameter_count == alone.parameter_count
        np.testing.assert_array_equal(model.probabilities(words), alone.probabilities(words))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 5), st.booleans())
def test_every_context_has_a_distribution_and_reading_agrees_with_it(
    text: list[int], order: int, sentences: bool
) -> None:
    words = np.array(text, np.int64)
    fitted = KneserNey.fit(words[::-1], order, 5, 3 if sentences else None)
    read = fitted.probabilities(words)
    for place in range(len(words)):
        p = fitted.distribution(words[:place])
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
        assert (p > 0).all()
        assert p[words[place]] == pytest.approx(read[place], abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "test", "valid", "grams"),
    [(3, 148.28, 157.77, 861_548), (5, 141.19, 148.01, 2_317_233)],
)
def test_the_treebank_has_the_published_perplexity(
    data_folder: Path, order: int, test: float, valid: float, grams: int
) -> None:
    corpus = load_corpus(Config(corpus=str(data_folder / "ptb")))
    (end,) = corpus.vocabulary.encode(["<eos>"])
    fitted = KneserNey.fit(corpus.train, order, len(corpus.vocabulary), int(end))
    assert fitted.parameter_count == grams
    for part, expected in ((corpus.test, test), (corpus.valid, valid)):
        perplexity = np.exp(-np.log(fitted.probabilities(part)).mean())
        assert perplexity == pytest.approx(expected, abs=0.02)


@pytest.mark.slow
def test_discounts_are_those_of_the_counts_of_counts(data_folder: Path) -> None:
    corpus = load_corpus(Config(corpus=str(data_folder / "ptb")))
    (end,) = corpus.vocabulary.encode(["<eos>"])
    fitted = KneserNey.fit(corpus.train, 3, len(corpus.vocabulary), int(end))
    expected = [(0.2566, 0.8289, 1.2623), (0.7278, 1.0988, 1.4713), (0.8470, 1.2251, 1.3858)]
    assert [level.discounts for level in fitted.levels] == [
        pytest.approx(three, abs=1e-4) for three in expected
    ]
    assert fitted.fallen_back == ()


@pytest.mark.parametrize("order", [-1, 0, LONGEST_ORDER + 1, 10**6])
def test_an_order_out_of_bounds_is_refused(order: int) -> None:
    with pytest.raises(ConfigError, match=f"1 to {LONGEST_ORDER} were expected"):
        KneserNey.fit(np.array([1, 2]), order, 5)


def test_the_longest_order_of_a_short_text_is_counted() -> None:
    fitted = KneserNey.fit(np.array([1, 2]), LONGEST_ORDER, 5)
    assert fitted.order == LONGEST_ORDER
    assert fitted.distribution(np.array([1])).sum() == pytest.approx(1.0, abs=1e-12)


def test_a_text_without_a_word_is_refused() -> None:
    with pytest.raises(TextError, match="no token"):
        KneserNey.fit(np.zeros(0, np.int64), 3, 5)


def test_counting_that_needs_too_much_memory_is_refused_before_it_begins() -> None:
    endless = np.broadcast_to(np.int64(0), 10**9)  # takes no memory itself
    with pytest.raises(ConfigError, match="lower the order"):
        KneserNey.fit(endless, 5, 10_000)
