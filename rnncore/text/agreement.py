"""Where in a grammar's text a token has to agree with an earlier one, such as a verb in number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.shapes import Ids
from rnncore.text.grammar import SEPARATOR, Grammar

FAR = 4
"""Tokens between the last one that could be agreed with and here, from which on it is far."""
CONDITIONS = ("near", "far", "attractor")
"""The right token stood shortly before; long before; the last such token is one of the other kind,
an attractor."""

Marks = NDArray[np.bool_]


class Agreement(NamedTuple):
    """Places of a text at which a token comes that has to agree.

    at         positions of these tokens, in order, (n,)
    distances  tokens between the last one that could be agreed with and the place, (n,)
    misled     whether that last one is of another kind than what has to be agreed with, (n,)
    kinds      rows of `right` and `wrong`, (n,)
    right      (kinds, V) marks tokens that agree, and only where the same is remembered
    wrong      (kinds, V) marks tokens that would come if another kind were remembered
    """

    at: Ids
    distances: Ids
    misled: Marks
    kinds: Ids
    right: Marks
    wrong: Marks

    @property
    def conditions(self) -> Ids:
        """The number of each place's condition in CONDITIONS, (n,)."""
        return np.where(self.misled, 2, self.distances >= FAR)


def agreement(grammar: Grammar, text: Ids) -> Agreement | None:
    """All such places of `text`, in ids of the grammar's tokens, from the start of a string.

    Tokens are agreed with that lead from where nothing has to be remembered to where something
    has. None where the grammar has none, or where what is remembered can change before it is
    forgotten, as a stack does.
    """
    setters = _setters(grammar)
    if setters is None:
        return None
    states = grammar.states_along(grammar.tokens[i] for i in text.tolist())
    chosen = _choices(grammar)
    found = []
    last, sets = -1, ""
    for at, token in enumerate(text[: len(states)].tolist()):
        state = states[at - 1] if at else grammar.start
        memory = grammar.memory(state)
        if memory and state in chosen and token in chosen[state][0]:
            found.append((at, at - last - 1, sets != memory, state))
        if token in setters:
            last, sets = at, setters[token]
    if not found:
        return None
    places, distances, misled, of_states = (np.array(column) for column in zip(*found, strict=True))
    numbers, kinds = np.unique(of_states, return_inverse=True)
    right, wrong = np.zeros((2, len(numbers), len(grammar.tokens)), bool)
    for row, state in enumerate(numbers.tolist()):
        own, other = chosen[state]
        right[row, list(own)], wrong[row, list(other)] = True, True
    return Agreement(places, distances, misled.astype(bool), kinds, right, wrong)


def _setters(grammar: Grammar) -> dict[int, str] | None:
    """What is remembered after each token that can be agreed with."""
    number = {token: i for i, token in enumerate(grammar.tokens)}
    setters: dict[int, str] = {}
    for state, row in enumerate(grammar.edges):
        before = grammar.memory(state)
        for edge in row:
            after = grammar.memory(edge.target)
            if after in ("", before):
                continue
            if before or setters.setdefault(number[edge.token], after) != after:
                return None
    return setters or None


def _choices(grammar: Grammar) -> dict[int, tuple[set[int], set[int]]]:
    """For each state in which the next token tells what is remembered: the tokens of its own kind,
    and those of other kinds in its place."""
    number = {token: i for i, token in enumerate(grammar.tokens)}
    at_place: dict[str, list[int]] = {}
    for state, name in enumerate(grammar.state_names):
        if grammar.memory(state):
            at_place.setdefault(name.rpartition(SEPARATOR)[2], []).append(state)
    said = [{number[edge.token] for edge in row} for row in grammar.edges]
    found = {}
    for states in at_place.values():
        shared = set.intersection(*(said[state] for state in states))
        for state in states:
            others = set[int]().union(*(said[other] for other in states)) - said[state]
            if said[state] - shared and others:
                found[state] = said[state] - shared, others
    return found
