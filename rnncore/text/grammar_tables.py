"""A grammar as tables over the ids of a vocabulary: what may come, how likely, and then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.text.grammar import Grammar
from rnncore.text.vocabulary import Vocabulary

NOWHERE = -1
"""The state after an illegal token, and after whatever follows it."""


class GrammarTables(NamedTuple):
    """An automaton of S states over a vocabulary of V tokens.

    after  the state that a token leads to, NOWHERE where it is illegal, (S, V)
    p      the true probability of a token, 0 where it is illegal, (S, V)
    start  the state in which a string begins
    """

    after: NDArray[np.int64]
    p: NDArray[np.float64]
    start: int

    def follow(self, ids: Iterable[int], state: int | None = None) -> list[int]:
        """The state before each token and after the last one, from the start of a string or from
        `state`; NOWHERE from the first illegal token on."""
        after, now = self.after.tolist(), self.start if state is None else state
        states = [now]
        for token in ids:
            now = NOWHERE if now == NOWHERE else after[now][token]
            states.append(now)
        return states

    @property
    def ends(self) -> frozenset[int]:
        """The tokens that end a string wherever they are legal: after one, a new string begins."""
        elsewhere = (self.after != NOWHERE) & (self.after != self.start)
        last = (self.after == self.start).any(axis=0) & ~elsewhere.any(axis=0)
        return frozenset(np.flatnonzero(last).tolist())

    def follow_anew(self, ids: Iterable[int]) -> list[int]:
        """`follow` from the start of a string; after an illegal token the next string, which does
        not depend on it, begins behind the next of `ends`."""
        after, ends, now = self.after.tolist(), self.ends, self.start
        states = [now]
        for token in ids:
            now = NOWHERE if now == NOWHERE else after[now][token]
            if now == NOWHERE and token in ends:
                now = self.start
            states.append(now)
        return states


class Legal(NamedTuple):
    """That only what a grammar allows may be written, which stands in `state` after the prompt."""

    tables: GrammarTables
    state: int


def tables_of(grammar: Grammar, vocabulary: Vocabulary) -> GrammarTables:
    """The tables of a grammar; each of its tokens is in the vocabulary."""
    shape = len(grammar.edges), len(vocabulary)
    after, p = np.full(shape, NOWHERE), np.zeros(shape)
    for state, row in enumerate(grammar.edges):
        for edge, token in zip(row, vocabulary.encode([e.token for e in row]), strict=True):
            after[state, token], p[state, token] = edge.target, edge.probability
    return GrammarTables(after, p, grammar.start)
