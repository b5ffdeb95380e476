"""What kind of token one is, in text that has no grammar."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from rnncore.shapes import Ids
from rnncore.text.jamo import place_in_syllable

CHARACTERS = (
    *("vowel", "consonant", "leading consonant", "final consonant"),
    *("open syllable", "closed syllable", "letter"),
    *("space", "punctuation", "digit", "other"),
)
RANKS = {10: "10 most frequent", 100: "100 most frequent", 1000: "1000 most frequent"}
WORDS = (*RANKS.values(), "rarer", "punctuation", "digit", "other")
JAMO = {"leading": "leading consonant", "vowel": "vowel", "final": "final consonant"}
VOWELS = "aeiou"
HANGUL, FINALS = range(0xAC00, 0xD7A4), 28
"""Syllables in the order of their letters: each 28th has no final consonant."""


def token_classes(tokens: Sequence[str], unit: str, train: Ids) -> tuple[str, ...]:
    """The class of each token of a vocabulary: of CHARACTERS, or of WORDS.

    A word's class is how often it stands in the training text, `train`, as its rank.
    """
    if unit != "words":
        return tuple(character_class(token) for token in tokens)
    counts = np.bincount(train, minlength=len(tokens))
    ranks = np.empty(len(tokens), int)
    ranks[np.argsort(-counts, kind="stable")] = np.arange(len(tokens))
    return tuple(
        _word_class(token, rank) for token, rank in zip(tokens, ranks.tolist(), strict=True)
    )


def character_class(token: str) -> str:
    """One of CHARACTERS. An accent does not matter; y counts as a consonant."""
    if place := place_in_syllable(token):
        return JAMO[place]
    first = unicodedata.normalize("NFD", token)[:1].lower()
    if len(token) == 1 and ord(token) in HANGUL:
        return "closed syllable" if (ord(token) - HANGUL.start) % FINALS else "open syllable"
    if first.isascii() and first.isalpha():
        return "vowel" if first in VOWELS else "consonant"
    if token.isalpha():
        return "letter"
    return _plain_class(token)


def _word_class(token: str, rank: int) -> str:
    if any(char.isalpha() for char in token):
        return next((name for last, name in RANKS.items() if rank < last), "rarer")
    return _plain_class(token)


def _plain_class(token: str) -> str:
    if token.isspace():
        return "space"
    if any(char.isdigit() for char in token):
        return "digit"
    if token and all(unicodedata.category(char)[0] in "PS" for char in token):
        return "punctuation"
    return "other"
