"""The temporal order task (Hochreiter and Schmidhuber, 1997): which of two symbols came first?"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from rnncore.text.grammar import SEPARATOR, Grammar

SYMBOLS, DISTRACTORS = "XY", "ab"
ANSWERS = {"XX": "Q", "XY": "R", "YX": "S", "YY": "U"}
FIRST, SECOND, ANSWER = "before the first symbol", "between the symbols", "before the answer"
LENGTHS = {FIRST: (1, 3), SECOND: (4, 8), ANSWER: (3, 6)}
"""Distractors in each part of a string, the fewest and the most."""

Choices = list[tuple[str, float, str]]


@lru_cache
def temporal_order() -> Grammar:
    """Distractors, a symbol, distractors, a symbol, distractors, and which two symbols they were.

    In the original, strings have a hundred symbols and four distractors. Here every part is short
    and its length is drawn evenly from LENGTHS, so that the automaton counts and remembers in a few
    dozen states, and floor and ladder are exact. Where the two symbols stand is chance, and the
    answer lies 4 to 7 tokens after the second and 9 to 16 after the first: with twelve tokens of
    memory the ladder is still above the floor, and who counts but forgets the symbols pays two bits
    for each answer.
    """
    rules = _part("", FIRST, [(symbol, symbol, SECOND) for symbol in SYMBOLS])
    for first in SYMBOLS:
        rules |= _part(first, SECOND, [(symbol, first + symbol, ANSWER) for symbol in SYMBOLS])
    for pair in map("".join, product(SYMBOLS, SYMBOLS)):
        rules |= _part(pair, ANSWER, [(ANSWERS[pair], "", FIRST)])
    example, twin = (" ".join(f"ab{first}babbaYaabb{ANSWERS[first + 'Y']}") for first in SYMBOLS)
    return Grammar.from_rules(
        "temporal-order", rules, example, twin, _without_number, forgets="symbols"
    )


def _part(remembered: str, place: str, leaving: list[tuple[str, str, str]]) -> dict[str, Choices]:
    """The rules of a part of a string. It is left by one of (token, what is to be remembered from
    there on, next part), which is as likely after each number of distractors that it may have."""
    fewest, most = LENGTHS[place]
    rules: dict[str, Choices] = {}
    for read in range(most + 1):
        leave = 0.0 if read < fewest else 1 / (most - read + 1)
        choices = [
            (token, leave / len(leaving), _state(then, after, 0)) for token, then, after in leaving
        ]
        stay = [
            (token, (1 - leave) / len(DISTRACTORS), _state(remembered, place, read + 1))
            for token in DISTRACTORS
        ]
        rules[_state(remembered, place, read)] = [
            *(choices if leave else ()),
            *(stay if leave < 1 else ()),
        ]
    return rules


def _state(remembered: str, place: str, read: int) -> str:
    """After so many distractors of a part."""
    if (place, read) == (FIRST, 0):
        return "start"
    where = f"{place} ({read})"
    return f"{remembered}{SEPARATOR}{where}" if remembered else where


def _without_number(place: str) -> str:
    return place.partition(" (")[0]
