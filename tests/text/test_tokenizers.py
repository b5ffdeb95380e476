"""Tokens and texts turn into each other without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.errors import TextError
from rnncore.text.tokenizers import CHARACTERS, WORDS, tokenizer


def test_words_stand_between_white_space_and_a_newline_is_a_word() -> None:
    assert WORDS.split(" the  cat\tsat \n\n on") == ["the", "cat", "sat", "<eos>", "<eos>", "on"]
    assert WORDS.join(["the", "cat", "<eos>", "it", "<eos>"]) == "the cat\nit\n"


@given(st.text())
def test_characters_lose_nothing(text: str) -> None:
    assert CHARACTERS.join(CHARACTERS.split(text)) == text


@given(st.text())
def test_joined_words_split_into_the_same_words(text: str) -> None:
    tokens = WORDS.split(text)
    assert WORDS.split(WORDS.join(tokens)) == tokens


def test_an_unknown_tokenizer_is_refused_with_the_choices() -> None:
    assert tokenizer("words") is WORDS and tokenizer("characters") is CHARACTERS
    with pytest.raises(TextError, match=r"words.*characters") as caught:
        tokenizer("syllables")
    assert caught.value.code == "tokenizer"
