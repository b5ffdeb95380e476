"""Twins: as long as the sentence, legal where there is a grammar, and different in little."""

from __future__ import annotations

import pytest

from rnncore.config import Config
from rnncore.text.corpus import load_corpus
from rnncore.text.twins import parted, twin_of
from tests.training.runs import some_corpus


@pytest.mark.parametrize(
    ("name", "differing"),
    [
        *[("tiny-english", 2), ("embedded-reber", 2), ("lag", 2), ("reber", 3)],
        *[("temporal-order", 2), ("dyck-2", 2)],
    ],
)
def test_a_grammars_twin_is_a_string_as_long_that_differs_in_few_tokens(
    name: str, differing: int
) -> None:
    corpus = load_corpus(Config(corpus=name, grammar_tokens=3000))
    grammar, twin = corpus.grammar, twin_of(corpus)
    assert grammar is not None and grammar.is_legal(twin) and grammar.is_legal(corpus.probe)
    assert len(twin) == len(corpus.probe)
    assert sum(a != b for a, b in zip(twin, corpus.probe, strict=True)) == differing


def test_the_verb_of_the_twin_agrees_with_its_noun() -> None:
    corpus = load_corpus(Config(grammar_tokens=3000))
    pairs = [(a, b) for a, b in zip(corpus.probe, twin_of(corpus), strict=True) if a != b]
    assert pairs == [("dog", "dogs"), ("sleeps", "sleep")]
    apart = parted(corpus.probe, twin_of(corpus))
    assert corpus.probe[apart.start] == "dog" and corpus.probe[apart.stop] == "sleeps"


@pytest.mark.parametrize("name", ["story-en", "story-ko"])
def test_in_plain_text_one_letter_is_another(name: str) -> None:
    corpus = load_corpus(Config(corpus=name))
    twin = twin_of(corpus)
    ((own, other),) = [(a, b) for a, b in zip(corpus.probe, twin, strict=True) if a != b]
    assert own.isalpha() and other.isalpha() and other in corpus.vocabulary.tokens
    apart = parted(corpus.probe, twin)
    assert apart.stop == len(corpus.probe) and corpus.probe[apart.start] == own


def test_the_other_token_is_the_one_that_most_often_comes_there() -> None:
    corpus = load_corpus(Config(corpus="story-en"))
    twin = twin_of(corpus)
    at = parted(corpus.probe, twin).start
    text = "".join(corpus.vocabulary.decode(corpus.train))
    before, own = corpus.probe[at - 1], corpus.probe[at]
    follows = {t: text.count(before + t) for t in set(text) if t.isalpha() and t != own}
    assert follows[twin[at]] == max(follows.values())


@pytest.mark.parametrize(("train", "valid"), [(2, 0), (3, 0), (161, 2), (161, 0)])
def test_little_text_has_a_twin_or_none_but_no_error(train: int, valid: int) -> None:
    corpus = some_corpus(train=train, valid=valid)
    assert len(twin_of(corpus)) in (0, len(corpus.probe))


def test_nothing_parts_a_sentence_from_itself() -> None:
    assert not parted(("a", "b"), ("a", "b")) and not parted(("a", "b"), ())
