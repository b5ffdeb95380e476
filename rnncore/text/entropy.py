"""What a grammar allows to predict: its exact entropy rate and the k-gram ladder."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncore.shapes import Floats

DIGITS = 12
"""Beliefs that agree to so many decimals are one; unequal rounding only costs time."""


def entropy(weights: NDArray[Any]) -> float:
    """-sum p log2 p in bits, p proportional to `weights`: probabilities, or counts."""
    p = weights[weights > 0] / weights.sum()
    return abs(float(p @ np.log2(p)))


class UnifilarSource:
    """The information theory of a stationary unifilar automaton.

    Shapes   moves (A, S, S): moves[a, s, z] is the probability that state s says token a and
             turns into z; summed over a and z it is one. Every state is reached for ever.
    """

    def __init__(self, moves: Floats) -> None:
        self.moves = moves
        self._ladders: dict[int, tuple[float, ...]] = {}

    @cached_property
    def stationary(self) -> Floats:
        """Share of time spent in each state, (S,): pi = pi P."""
        P = self.moves.sum(0)
        S = len(P)
        equations = np.vstack([P.T - np.eye(S), np.ones(S)])
        return np.linalg.lstsq(equations, np.append(np.zeros(S), 1.0), rcond=None)[0]

    @cached_property
    def entropy_rate(self) -> float:
        """sum over s of pi(s) H(next token | s), in bits per token."""
        return float(self.stationary @ self._bits(np.eye(len(self.stationary))))

    def ladder(self, longest: int) -> tuple[float, ...]:
        """H(next token | last k tokens) in bits, k = 0 ... longest.

        Seeing k tokens of the endless text turns the stationary distribution into a belief over
        states. All beliefs of k tokens are carried along with their probabilities; equal ones
        are merged, so their number stays small.
        """
        if longest not in self._ladders:
            self._ladders[longest] = self._climb(longest)
        return self._ladders[longest]

    def forgetful(self, places: NDArray[np.int64]) -> Floats:
        """P(next token | place), (places, A), for whoever knows of the state only its place, of
        which `places` has the number for each state, (S,)."""
        shares = np.zeros((places.max() + 1, len(self.stationary)))
        shares[places, np.arange(len(places))] = self.stationary
        return (shares @ self._emissions) / shares.sum(1, keepdims=True)

    def _climb(self, longest: int) -> tuple[float, ...]:
        beliefs, weights = self.stationary[None], np.ones(1)
        rungs = [float(weights @ self._bits(beliefs))]
        for _ in range(longest):
            beliefs, weights = self._observe(beliefs, weights)
            rungs.append(float(weights @ self._bits(beliefs)))
        return tuple(rungs)

    def _observe(self, beliefs: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Beliefs (B, S) and their weights (B,) after one more token."""
        S = beliefs.shape[1]
        joint = (weights[:, None] * beliefs @ self._tellings).reshape(-1, S)
        weights = joint.sum(1)
        seen = weights > 0
        joint, weights = joint[seen], weights[seen]
        beliefs = joint / weights[:, None]
        _, first, group = np.unique(
            np.round(beliefs, DIGITS), axis=0, return_index=True, return_inverse=True
        )
        merged = np.zeros(len(first))
        np.add.at(merged, group.ravel(), weights)
        return beliefs[first], merged

    @cached_property
    def _emissions(self) -> Floats:
        """Probability of each token in each state, (S, A)."""
        return self.moves.sum(2).T

    @cached_property
    def _tellings(self) -> Floats:
        """The different messages a token can be, side by side, (S, C*S).

        Tokens with proportional moves, such as two nouns of one number, say the same about the
        state; their moves are added up.
        """
        kinds: dict[bytes, Floats] = {}
        for move in self.moves:
            key = (np.round(move / move.sum(), DIGITS) + 0.0).tobytes()
            kinds[key] = kinds.get(key, 0.0) + move
        return np.concatenate(list(kinds.values()), axis=1)

    def _bits(self, beliefs: Floats) -> Floats:
        """Entropy of the next token under each belief, (B,)."""
        p = np.clip(beliefs @ self._emissions, 0.0, None)
        return -np.sum(p * np.log2(p, out=np.zeros_like(p), where=p > 0), axis=1)
