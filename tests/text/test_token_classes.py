"""Classes of tokens: what they are called is what they are."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.text.token_classes import CHARACTERS, WORDS, character_class, token_classes


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        *[(letter, "vowel") for letter in "aEiOué"],
        *[(letter, "consonant") for letter in "bYzñ"],
        *[("\u1100", "leading consonant"), ("\u1161", "vowel"), ("\u11a8", "final consonant")],
        *[("가", "open syllable"), ("각", "closed syllable"), ("힣", "closed syllable")],
        *[("ㄱ", "letter"), ("я", "letter"), ("漢", "letter")],
        *[(" ", "space"), ("\n", "space"), ("\u3000", "space")],
        *[(".", "punctuation"), ("“", "punctuation"), ("+", "punctuation")],
        *[("7", "digit"), ("", "other"), ("\u200d", "other")],
    ],
)
def test_a_character_has_one_class(token: str, expected: str) -> None:
    assert character_class(token) == expected
    assert expected in CHARACTERS


def test_words_are_classed_by_how_often_they_stand_in_the_training_text() -> None:
    tokens = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(200)] + [",", "1,900"]
    train = np.repeat(np.arange(200), np.arange(400, 200, -1))
    classes = token_classes(tokens, "words", train)
    assert classes[:10] == ("10 most frequent",) * 10
    assert classes[10:100] == ("100 most frequent",) * 90
    assert classes[100:200] == ("1000 most frequent",) * 100
    assert classes[200:] == ("punctuation", "digit")
    assert set(classes) <= set(WORDS)
