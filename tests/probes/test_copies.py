"""Pieces of a text that stand word for word in the training text are found, and no others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.config import Config
from rnncore.probes import copies
from rnncore.probes.copies import Copies, Piece
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.tokenizers import CHARACTERS, EOS, JAMO, WORDS
from rnncore.text.vocabulary import UNKNOWN, Vocabulary

STORY = load_corpus(Config(corpus="story-en"))
LEAST = 3


def corpus_of(train: str, others: str = "") -> Corpus:
    """A corpus of characters with this training text."""
    vocabulary = Vocabulary(dict.fromkeys(train + others))
    return replace(STORY, train=vocabulary.encode(list(train)), vocabulary=vocabulary)


def words(train: str, *others: str) -> Corpus:
    tokens = WORDS.split(train)
    vocabulary = Vocabulary(dict.fromkeys((*tokens, *others)))
    return replace(STORY, train=vocabulary.encode(tokens), vocabulary=vocabulary, tokenizer=WORDS)


def found(corpus: Corpus, text: str) -> list[str]:
    """The copied pieces of a text."""
    ids = corpus.vocabulary.encode(corpus.tokenizer.split(text)).tolist()
    whole = corpus.tokenizer.join(corpus.vocabulary.decode(ids))
    return [whole[start:end] for start, end in Copies(corpus).spans(ids)]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "LEAST", {"characters": LEAST, "words": LEAST, "jamo": LEAST})


@pytest.mark.parametrize(
    ("train", "text", "pieces"),
    [
        ("abcdefgh", "abcdefgh", ["abcdefgh"]),
        ("abcdefgh", "xxcdefyy", ["cdef"]),
        ("abcdefgh", "ababab", []),
        ("abcdefgh", "abcxefgh", ["abc", "efgh"]),
        ("abcd bcdef", "abcdef", ["bcdef"]),  # the longer of two that share letters
        ("abcdef efghijk", "abcdefghijk", ["abcd", "efghijk"]),
        ("aaa", "aaaaaaa", ["aaa", "aaa"]),
        ("abc", "ab", []),
    ],
)
def test_pieces_of_characters(train: str, text: str, pieces: list[str]) -> None:
    assert found(corpus_of(train, text), text) == pieces


def test_pieces_of_words_may_go_over_the_ends_of_lines() -> None:
    corpus = words("the cat sat on\nthe mat and slept\n", "dog")
    assert found(corpus, "the dog sat on\nthe mat") == ["sat on\nthe mat"]
    assert found(corpus, "dog\nthe mat and dog") == ["\nthe mat and"]
    assert found(corpus, "the cat dog the mat") == []
    assert EOS in corpus.vocabulary


@pytest.mark.parametrize(
    ("train", "text", "pieces"),
    [
        ("나는 간다", "나는 간다", ["나는 간다"]),
        ("나는 간다", "난 간다", [" 간다"]),  # of 난 only its ㄴ stands there, as an end of 는
        ("나는 간다", "나는 간 ", ["나는 간"]),
        ("나는 가", "나는 갈", ["나는 "]),  # 가 is not copied: it goes on
        ("나는 가", "너는 가", ["는 가"]),
    ],
)
def test_a_syllable_is_copied_if_all_its_jamo_are(train: str, text: str, pieces: list[str]) -> None:
    tokens = JAMO.split(train)
    vocabulary = Vocabulary(dict.fromkeys([*tokens, *JAMO.split(text)]))
    corpus = replace(STORY, train=vocabulary.encode(tokens), vocabulary=vocabulary, tokenizer=JAMO)
    assert found(corpus, text) == pieces


def test_a_word_that_is_not_known_is_no_copy_of_another() -> None:
    corpus = words(f"the {UNKNOWN} sat on the {UNKNOWN} mat")
    assert found(corpus, f"the {UNKNOWN} sat on the {UNKNOWN} mat") == ["sat on the"]


def test_every_sign_of_a_vocabulary_can_be_looked_for() -> None:
    many = tuple(map(str, range(50_000)))
    vocabulary = Vocabulary(many)
    corpus = replace(STORY, train=np.arange(50_000), vocabulary=vocabulary, tokenizer=CHARACTERS)
    assert Copies(corpus).pieces([7, *range(49_000, 50_000)]) == [Piece(1, 1001)]


@given(st.text("ab", min_size=1, max_size=40), st.text("ab", max_size=25))
def test_what_is_found_is_what_is_there(train: str, text: str) -> None:
    """By looking at all: no piece that is found is false or too short, and the longest there is is
    found."""
    corpus = corpus_of(train, "ab")
    pieces = Copies(corpus).pieces(corpus.vocabulary.encode(list(text)).tolist())
    assert all(text[start:end] in train and end - start >= LEAST for start, end in pieces)
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    lengths = [
        end - start
        for start in range(len(text))
        for end in range(start + LEAST, len(text) + 1)
        if text[start:end] in train
    ]
    assert max((end - start for start, end in pieces), default=0) == max(lengths, default=0)
