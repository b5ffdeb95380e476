"""Korean particles: which of two forms follows a value depends on how its last letter sounds."""

from __future__ import annotations

import re

PAIRS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
"""What a sentence says of both, and the form after a final consonant and after none."""
FOUND = re.compile(rf"([가-힣0-9%])([^\w\s]*)({'|'.join(map(re.escape, PAIRS))})")
FINALS = 28
"""Syllables of Unicode with the same beginning: without a final consonant, then with each."""
RIEUL = 8
"""The place of ㄹ among them: 로 follows it as it does a vowel."""
DIGITS = dict(zip("0123456789%", (21, 8, 0, 16, 0, 0, 1, 8, 8, 0, 0), strict=True))
"""The final consonants of 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구 and 퍼센트; those of 십, 백 and 천
choose alike."""


def agreed(sentence: str) -> str:
    """The sentence with one form of each particle that follows a Korean letter, a digit or a
    percentage. After a letter of another alphabet, whose sound is not known, both stay."""
    return FOUND.sub(_choose, sentence)


def _choose(found: re.Match[str]) -> str:
    letter, marks, pair = found.groups()
    final = DIGITS[letter] if letter in DIGITS else (ord(letter) - ord("가")) % FINALS
    closed = final not in (0, RIEUL) if pair == "(으)로" else final != 0
    return letter + marks + PAIRS[pair][0 if closed else 1]
