"""Hangul falls into its letters and comes back: lossless for any text, readable for any tokens."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.config import Config
from rnncore.text.catalog import catalog
from rnncore.text.corpus import load_corpus
from rnncore.text.jamo import continues, join_jamo, letter, place_in_syllable, show_jamo, split_jamo
from rnncore.text.normalisation import normalised
from rnncore.text.own_texts import save_own_text
from rnncore.text.prompts import prompt_tokens
from rnncore.text.tokenizers import CHARACTERS, JAMO, WORDS, tokenizer, tokens_per_character
from rnncore.text.vocabulary import UNKNOWN, Vocabulary

HANGUL = st.text(
    st.sampled_from(
        "가각힣한글 ㄱㅏㅋㄳ\u1100\u1112\u1161\u1175\u11a8\u11c2\u119e\u11eb\u115f\u1160a.\n"
    )
)
"""Syllables, compatibility letters, conjoining jamo of modern and old Hangul, fillers."""
texts = st.one_of(st.text(), HANGUL)


def test_a_syllable_is_two_or_three_jamo_and_the_rest_stays() -> None:
    assert split_jamo("한글, 가!") == [
        *"\u1112\u1161\u11ab",
        *"\u1100\u1173\u11af",
        *", ",
        *"\u1100\u1161",
        "!",
    ]
    assert split_jamo("ㅋㅋ ㅠ café 漢字\n") == list("ㅋㅋ ㅠ café 漢字\n")
    assert split_jamo("각") != split_jamo("가ㄱ")
    assert len({*split_jamo("각")}) == 3  # a leading ㄱ and a final one are two tokens


@given(texts)
def test_tokens_join_to_a_text_of_the_same_tokens(text: str) -> None:
    tokens = split_jamo(text)
    assert split_jamo(join_jamo(tokens)) == tokens
    assert all(len(token) == 1 for token in tokens)


@given(texts)
def test_a_text_as_corpora_have_it_comes_back_to_the_letter(text: str) -> None:
    assert join_jamo(split_jamo(normalised(text))) == normalised(text)


@given(texts)
def test_only_syllables_are_taken_apart(text: str) -> None:
    assert split_jamo(text) == [
        part
        for char in text
        for part in (unicodedata.normalize("NFD", char) if "가" <= char <= "힣" else char)
    ]


@given(
    st.lists(st.sampled_from([*"\u1100\u1112\u1161\u116e\u11ab\u11c2\u119e\u11eb ㅋa", UNKNOWN]))
)
def test_what_is_shown_is_as_long_and_has_no_modern_jamo_of_its_own(tokens: list[str]) -> None:
    shown, joined = show_jamo(tokens), join_jamo(tokens)
    assert len(shown) == len(joined)
    alone = [
        char
        for before, char in pairwise(f" {shown}")
        if place_in_syllable(char) and letter(char) != char and place_in_syllable(before) is None
    ]
    old = [char for char in shown if char in "\u119e\u11eb"]
    assert not alone or old  # what is left of conjoining jamo belongs to old Hangul


def test_half_a_syllable_is_shown_as_letters() -> None:
    assert (
        show_jamo("\u1112") == "ㅎ" and show_jamo("\u1161") == "ㅏ" and show_jamo("\u11aa") == "ㄳ"
    )
    assert show_jamo("\u1112\u1161\u11ab\u1100") == "한ㄱ"
    assert show_jamo("\u1112\u1112\u1161\u11ab\u11ab\u1161") == "ㅎ한ㄴㅏ"
    assert show_jamo("\u1112\u119e\u11ab") == "\u1112\u119e\u11ab"  # an old syllable stays whole
    assert show_jamo("\u119e") == "ㆍ"


def test_every_modern_jamo_has_a_letter() -> None:
    leading, vowels, finals = (
        "".join(letter(chr(code)) for code in range(first, last + 1))
        for first, last in ((0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2))
    )
    assert leading == "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
    assert vowels == "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
    assert finals == "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


@pytest.mark.parametrize(
    ("token", "place"),
    [("\u1100", "leading"), ("\u1161", "vowel"), ("\u11a8", "final"), ("\u119e", "vowel")],
)
def test_a_jamo_knows_its_place(token: str, place: str) -> None:
    assert place_in_syllable(token) == place
    assert continues(token) == (place != "leading")


@pytest.mark.parametrize("token", ["가", "ㄱ", "ㅏ", "a", "", "\u1100\u1161", UNKNOWN])
def test_what_is_no_single_jamo_has_no_place(token: str) -> None:
    assert place_in_syllable(token) is None and not continues(token)


def test_tokens_for_each_character_by_hand() -> None:
    assert tokenizer("jamo") is JAMO
    assert tokens_per_character(JAMO.split("한글 a"), JAMO) == (3 + 3 + 2) / 4
    assert tokens_per_character(CHARACTERS.split("한글 a"), CHARACTERS) == 1
    assert tokens_per_character(["\u1112", UNKNOWN], JAMO) == 1
    assert tokens_per_character(WORDS.split("ab cde"), WORDS) == 2 / 6


def test_the_korean_story_in_jamo_is_the_same_story() -> None:
    file = catalog()["story-ko"].file
    assert file is not None
    syllables = load_corpus(Config(corpus="story-ko"))
    jamo = load_corpus(Config(corpus="story-ko", tokenizer="jamo"))
    assert (len(syllables.vocabulary), len(jamo.vocabulary)) == (334, 64)
    parts = [jamo.vocabulary.decode(part) for part in (jamo.train, jamo.valid, jamo.test)]
    assert "".join(map(JAMO.join, parts)) == normalised(file.read_text(encoding="utf-8"))
    assert not any(continues(part[0]) for part in parts)  # no syllable is cut
    assert syllables.tokens_per_character(syllables.valid) is None
    text = JAMO.join(parts[1][1:])
    assert jamo.tokens_per_character(jamo.valid) == (len(parts[1]) - 1) / len(text)


def test_a_grammar_and_a_short_own_text_can_be_read_in_jamo() -> None:
    assert load_corpus(Config(corpus="reber", tokenizer="jamo", grammar_tokens=500)).grammar is None
    name = save_own_text("\u1112\u1161\u11ab글 <b>ㅋㅋ</b> " * 30)  # as some systems write 한
    corpus = load_corpus(Config(corpus=name, tokenizer="jamo"))
    text = JAMO.join(corpus.vocabulary.decode([*corpus.train, *corpus.valid, *corpus.test]))
    assert text == "한글 <b>ㅋㅋ</b> " * 30


@pytest.mark.parametrize("prompt", ["한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"])
def test_a_prompt_is_read_in_either_form(prompt: str) -> None:
    vocabulary = Vocabulary(dict.fromkeys(split_jamo("한글")))
    assert prompt_tokens(prompt, JAMO, vocabulary) == split_jamo("한글")


def test_a_letter_of_a_prompt_that_is_not_known_begins_a_syllable() -> None:
    vocabulary = Vocabulary(dict.fromkeys(split_jamo("한글 ㅋ")))
    assert prompt_tokens("한ㄱㅏㅋ", JAMO, vocabulary) == [*split_jamo("한가"), "ㅋ"]
    assert prompt_tokens("ㅎ", CHARACTERS, vocabulary) == ["ㅎ"]
