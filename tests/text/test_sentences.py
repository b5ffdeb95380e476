"""Sentences of a corpus, and typed ones, as the tokens that a model knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.text.corpus import Corpus, corpus_names, load_corpus
from rnncore.text.sentences import (
    MIDDLING,
    MOST_TOKENS,
    beginning,
    sentence_of,
    sentences_in,
    written,
)
from rnncore.text.tokenizers import EOS


def corpus(**settings: Any) -> Corpus:
    return load_corpus(Config(grammar_tokens=4_000, **settings))


def of_text(folder: Path, text: str, **settings: Any) -> Corpus:
    path = folder / "text.txt"
    path.write_text(text, encoding="utf-8")
    return load_corpus(Config(corpus=str(path), **settings))


def test_typed_words_get_the_end_of_a_sentence() -> None:
    english = corpus()
    read = sentence_of("the dog sleeps", english)
    assert english.vocabulary.decode(read.ids) == ["the", "dog", "sleeps", EOS]
    assert (read.unknown, read.left) == ((), 0)
    assert written(read.ids, english) == "the dog sleeps"


def test_unknown_words_are_named_and_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="zebra, quagga") as caught:
        sentence_of("the zebra quagga zebra sleeps", corpus())
    assert caught.value.code == "unknown_words"
    known = of_text(tmp_path, "a b c\n" * 90 + "d a\n" * 5, tokenizer="words", min_count=20)
    read = sentence_of("a d b", known)
    assert read.unknown == ("d",)
    assert known.vocabulary.decode(read.ids) == ["a", "<unk>", "b", EOS]


def test_of_a_long_sentence_the_beginning_is_read() -> None:
    read = sentence_of("the dog " * 30, corpus())
    assert len(read.ids) == MOST_TOKENS and read.left == 61 - MOST_TOKENS


def test_a_typed_sentence_meets_the_corpus_in_its_form_of_unicode() -> None:
    korean = corpus(corpus="story-ko")
    syllables = written(sentences_in(korean)[0], korean)[:6]
    decomposed = "".join(
        chr(0x1100 + (ord(c) - 0xAC00) // 588)
        + chr(0x1161 + (ord(c) - 0xAC00) % 588 // 28)
        + (chr(0x11A7 + (ord(c) - 0xAC00) % 28) if (ord(c) - 0xAC00) % 28 else "")
        if "가" <= c <= "힣"
        else c
        for c in syllables
    )
    assert decomposed != syllables
    np.testing.assert_array_equal(
        sentence_of(decomposed, korean).ids, sentence_of(syllables, korean).ids
    )


@pytest.mark.parametrize("name", [name for name in corpus_names() if name != "ptb"])
def test_every_corpus_offers_sentences_that_read_back(name: str) -> None:
    found = corpus(corpus=name)
    offered = sentences_in(found)
    assert len(offered) > 3
    for sentence in offered[:20]:
        assert 0 < len(sentence) <= MOST_TOKENS
        read = sentence_of(written(sentence, found), found).ids[: len(sentence)]
        assert len(read) >= len(sentence) - 1  # a blank at the end of a part is not written
        np.testing.assert_array_equal(read, sentence[: len(read)])


def test_strings_of_a_grammar_are_whole_and_middling_ones_come_first() -> None:
    english = corpus()
    offered = sentences_in(english)
    assert english.grammar is not None
    whole = [one for one in offered if len(one) < MOST_TOKENS]
    assert all(english.grammar.is_legal(english.vocabulary.decode(one)) for one in whole)
    middling = [len(one) in MIDDLING for one in offered]
    assert middling == sorted(middling, reverse=True) and middling[0]


def test_a_sentence_of_characters_stands_after_a_blank() -> None:
    story = corpus(corpus="story-en")
    before = story.tokenizer.join(story.vocabulary.decode(beginning(story)))
    assert before[-1].isspace() and before.rstrip().endswith(".")
    assert not written(sentences_in(story)[0], story)[0].isspace()


def test_a_text_without_an_end_of_sentences_offers_its_beginning(tmp_path: Path) -> None:
    endless = of_text(tmp_path, "abcab" * 60, tokenizer="characters", valid_fraction=0)
    (offered,) = sentences_in(endless)
    np.testing.assert_array_equal(offered, endless.train[:MOST_TOKENS])
