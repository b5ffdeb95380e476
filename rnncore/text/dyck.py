"""Dyck-2 of bounded depth: two kinds of brackets, nested. A stack that an RNN has to fake."""

from __future__ import annotations

from functools import lru_cache

from rnncore.text.grammar import SEPARATOR, Grammar

CLOSING = {"(": ")", "[": "]"}
END = "."
DEPTH = 4
"""Brackets that may be open at once."""

Rules = dict[str, list[tuple[str, float, str]]]


@lru_cache
def dyck() -> Grammar:
    """One or more balanced groups of brackets, at most DEPTH deep, and a full stop.

    What may be closed is the top of a stack, and a stack of at most DEPTH brackets of two kinds is
    a finite automaton of 2^(DEPTH + 1) states, so that floor and ladder are exact.

    Every choice is even: open or close, either kind of bracket, and after a group another one or
    the end. All depths between are then visited equally often (a random walk), and the floor is
    (6 DEPTH - 2) / (4 DEPTH + 1) bits: 22/17 at depth 4. Who is to know which kind to close has to
    have seen it opened, any number of groups before: every two tokens of memory are a rung, from
    2.21 bits without any over 1.76, 1.62, 1.53, ... to 1.38 with twelve, where 0.08 bits are still
    missing. With a depth of 3 it would be half of that.
    """
    rules: Rules = {
        "start": _open("", 1),
        _state(""): [(END, 0.5, "start"), *_open("", 0.5)],
    }
    stacks = [*CLOSING]
    for stack in stacks:  # grows meanwhile, level by level
        closing, deeper = CLOSING[stack[-1]], len(stack) < DEPTH
        rules[_state(stack)] = [
            (closing, 1, _state(stack[:-1])),
            *(_open(stack, 1) if deeper else ()),
        ]
        stacks += [stack + bracket for bracket in CLOSING if deeper]
    return Grammar.from_rules("dyck-2", rules, " ".join("([](()[]))."), " ".join("[[](()[])]."))


def _open(stack: str, weight: float) -> list[tuple[str, float, str]]:
    return [(bracket, weight / 2, _state(stack + bracket)) for bracket in CLOSING]


def _state(stack: str) -> str:
    place = f"depth {len(stack)}"
    return f"{stack}{SEPARATOR}{place}" if stack else place
