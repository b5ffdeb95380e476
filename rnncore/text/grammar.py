"""A grammar as a probabilistic finite-state automaton: sampling, judging and predicting strings."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnncore.text.entropy import UnifilarSource

SEPARATOR = " · "
"""In the name of a state, between what has to be remembered and where we are."""


class Edge(NamedTuple):
    """In some state, `token` is said with `probability` and leads to the state `target`."""

    token: str
    probability: float
    target: int


class Walk(NamedTuple):
    """What the automaton says of some tokens read from the start of a string."""

    states: tuple[int, ...]  # the state after each token, up to the first illegal one
    legal: bool  # every token was possible where it stood
    complete: bool  # legal, and the last string is finished
    violation: int | None  # index of the first illegal token


@dataclass(frozen=True, eq=False)
class Grammar:
    """A unifilar probabilistic automaton whose strings follow one another for ever.

    Unifilar: a state and a token determine the next state, so whoever has read the text from the
    start of a string knows the state, and the entropy rate is exact. A string ends where the
    automaton returns to `start`. A state's name reads "what has to be remembered · where we are".
    `example` is a whole string whose end depends on its beginning; `twin` is as long and differs
    from it in one token and in what follows from that. A phrase is where we are, more roughly.
    `forgets` names what whoever always knows where in a string it is may still forget, where a
    token to come depends on it alone: "letter", "symbols", or None.
    """

    name: str
    tokens: tuple[str, ...]
    state_names: tuple[str, ...]
    edges: tuple[tuple[Edge, ...], ...]
    start: int
    example: tuple[str, ...]
    twin: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()  # of each state
    forgets: str | None = None

    @classmethod
    def from_rules(
        cls,
        name: str,
        rules: Mapping[str, Iterable[tuple[str, float, str]]],
        example: str,
        twin: str = "",
        phrase: Callable[[str], str] = str,
        forgets: str | None = None,
    ) -> Grammar:
        """Build a grammar from {state: [(token, weight, next state)]}; the first state starts.

        Weights need not sum to one. `example` and `twin` are written with blanks between the
        tokens; `phrase` tells from where we are what phrase that is.
        Raises ValueError for a state that has two edges of one token, KeyError for a state
        without rules.
        """
        number = {state: i for i, state in enumerate(rules)}
        tokens: dict[str, None] = {}
        edges = []
        for state, choices in rules.items():
            listed = list(choices)
            total = sum(weight for _, weight, _ in listed)
            row = tuple(Edge(token, w / total, number[target]) for token, w, target in listed)
            if len({edge.token for edge in row}) < len(row):
                raise ValueError(f"two edges of one token leave the state {state!r}")
            tokens.update(dict.fromkeys(edge.token for edge in row))
            edges.append(row)
        return cls(
            name,
            tuple(tokens),
            tuple(rules),
            tuple(edges),
            0,
            tuple(example.split()),
            tuple(twin.split()),
            tuple(phrase(state.rpartition(SEPARATOR)[2]) for state in rules),
            forgets,
        )

    def memory(self, state: int) -> str:
        """What has to be remembered in a state, "" for nothing."""
        return self.state_names[state].rpartition(SEPARATOR)[0]

    def entropy_rate(self) -> float:
        """Bits per token of the endless text: no model can do better on average."""
        return self._automaton.entropy_rate

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """Share of the endless text's tokens that are said in each state."""
        return tuple(self._automaton.stationary.tolist())

    def ladder(self, longest: int = 12) -> tuple[float, ...]:
        """Bits per token of the best predictor that sees only the last k tokens, k = 0..longest."""
        return self._automaton.ladder(longest)

    def places(self) -> tuple[int, ...] | None:
        """For each state a number of where in a string it is, whatever has to be remembered: states
        that differ in what `forgets` names have the same. None where it names nothing."""
        if self.forgets is None:
            return None
        number: dict[str, int] = {}
        return tuple(
            number.setdefault(place, len(number)) for _, place in map(_parts, self.state_names)
        )

    def forgetful_bits(self, tokens: Sequence[str]) -> float | None:
        """Bits per token, on `tokens` after the first, of the best predictor that always knows
        where in a string it is, but has forgotten what `forgets` names. `tokens` are whole strings.
        None where that is nothing, or there is nothing to predict."""
        places = self.places()
        if places is None or len(tokens) < 2:
            return None
        said = self._automaton.forgetful(np.array(places))
        number = {token: i for i, token in enumerate(self.tokens)}
        at = np.array(places)[self.states_along(tokens[:-1])]
        return float(-np.log2(said[at, [number[token] for token in tokens[1:]]]).mean())

    def after(self, state: int, token: str) -> int | None:
        """The state that `token` leads to from `state`; None where it is illegal."""
        edge = self._by_token[state].get(token)
        return None if edge is None else edge.target

    def walk(self, tokens: Iterable[str]) -> Walk:
        """Follow `tokens` from the start of a string, over as many strings as they hold."""
        state, states = self.start, list[int]()
        for position, token in enumerate(tokens):
            after = self.after(state, token)
            if after is None:
                return Walk(tuple(states), False, False, position)
            state = after
            states.append(state)
        return Walk(tuple(states), True, bool(states) and state == self.start, None)

    def states_along(self, tokens: Iterable[str]) -> list[int]:
        """The state after each token, read from the start of a string; ends before a violation."""
        return list(self.walk(tokens).states)

    def is_legal(self, tokens: Iterable[str]) -> bool:
        """Whether `tokens` are exactly one complete string."""
        walk = self.walk(tokens)
        return walk.complete and self.start not in walk.states[:-1]

    def next_distribution(self, prefix: Sequence[str]) -> dict[str, float]:
        """The true probability of each possible next token; {} after an illegal prefix."""
        walk = self.walk(prefix)
        if not walk.legal:
            return {}
        state = walk.states[-1] if walk.states else self.start
        return {edge.token: edge.probability for edge in self.edges[state]}

    def sample_string(self, rng: np.random.Generator) -> list[str]:
        """Draw one string."""
        return self.sample(1, rng)

    def sample(self, length: int, rng: np.random.Generator) -> list[str]:
        """Draw whole strings, one after another, until there are at least `length` tokens."""
        ids, _ = self.draw(length, rng)
        tokens = self.tokens
        return [tokens[i] for i in ids]

    def draw(self, length: int, rng: np.random.Generator) -> tuple[list[int], list[int]]:
        """Like `sample`, but indices into `tokens`, and the position after the end of each string.

        The text drawn for a shorter length is a beginning of the text drawn for a longer one.
        """
        thresholds, choices = self._tables
        start = state = self.start
        ids: list[int] = []
        ends: list[int] = []
        while True:
            for uniform in rng.random(min(max(length - len(ids), 32), 65_536)).tolist():
                token, state = choices[state][bisect(thresholds[state], uniform)]
                ids.append(token)
                if state == start:
                    ends.append(len(ids))
                    if len(ids) >= length:
                        return ids, ends

    @cached_property
    def _by_token(self) -> list[dict[str, Edge]]:
        return [{edge.token: edge for edge in row} for row in self.edges]

    @cached_property
    def _tables(self) -> tuple[list[list[float]], list[list[tuple[int, int]]]]:
        """Per state: the cumulative probabilities without the last, and (token id, next state)."""
        number = {token: i for i, token in enumerate(self.tokens)}
        thresholds = [list(accumulate(e.probability for e in row))[:-1] for row in self.edges]
        choices = [[(number[e.token], e.target) for e in row] for row in self.edges]
        return thresholds, choices

    @cached_property
    def _automaton(self) -> UnifilarSource:
        number = {token: i for i, token in enumerate(self.tokens)}
        moves = np.zeros((len(self.tokens), len(self.edges), len(self.edges)))
        for state, row in enumerate(self.edges):
            for edge in row:
                moves[number[edge.token], state, edge.target] = edge.probability
        return UnifilarSource(moves)


def _parts(name: str) -> tuple[str, str]:
    """What has to be remembered in a state of this name, "" for nothing, and where it is."""
    remembered, _, place = name.rpartition(" · ")
    return remembered, place
