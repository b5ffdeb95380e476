"""The lag language: a letter, fillers that say nothing, and the same letter again."""

from __future__ import annotations

from functools import lru_cache

from rnncore.text.grammar import Grammar

LETTERS = "AB"
FILLERS = "xy"


@lru_cache
def lag_language(lag: int = 8) -> Grammar:
    """Strings of lag + 2 symbols; the last equals the first, everything else is chance."""
    rules: dict[str, list[tuple[str, float, str]]] = {}
    rules["start"] = [(letter, 0.5, f"{letter} · {lag} to go") for letter in LETTERS]
    for letter in LETTERS:
        for left in range(lag, 0, -1):
            target = f"{letter} · {left - 1} to go"
            rules[f"{letter} · {left} to go"] = [(filler, 0.5, target) for filler in FILLERS]
        rules[f"{letter} · 0 to go"] = [(letter, 1.0, "start")]
    fillers = (FILLERS * lag)[:lag]
    example, twin = (" ".join(letter + fillers + letter) for letter in LETTERS)
    return Grammar.from_rules("lag", rules, example, twin, forgets="letter")
