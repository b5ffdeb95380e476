"""A text token by token: how surprising each was, how unsure the network, and what it lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnncore.generation import logits_along
from rnncore.model import Rnnlm
from rnncore.shapes import Array, Ids
from rnncore.text.entropy import entropy
from rnncore.text.grammar_tables import NOWHERE, GrammarTables


class Told(NamedTuple):
    """A token of a text, all in bits.

    token      its id
    surprise   -log2 p, p the network's probability of the token
    entropy    the surprise that the network itself expects here: -sum p log2 p
    true_bits  the same surprise for whoever knows the grammar; None without one, and from an
               illegal token on until the next string begins
    true_entropy  the entropy of the grammar here; None where `true_bits` is
    likeliest  ids of the tokens that the network finds likeliest here, the first one first
    their      probabilities of these
    rank       1 where no other token is likelier here
    """

    token: int
    surprise: float
    entropy: float
    true_bits: float | None
    true_entropy: float | None
    likeliest: tuple[int, ...]
    their: tuple[float, ...]
    rank: int

    @property
    def excess(self) -> float:
        """Surprise minus entropy: above 0 where the token was less likely than the network had
        reason to expect."""
        return self.surprise - self.entropy

    @property
    def regret(self) -> float | None:
        """Bits that the network lost against the truth at this token. Below 0 where it was luckier
        than the truth; the mean over many drawn tokens is not."""
        return None if self.true_bits is None else self.surprise - self.true_bits


class Account(NamedTuple):
    """Means over the tokens of a text, in bits; those of the truth where a grammar allows the
    tokens, over these alone.

    tokens    how many there are
    surprise  the network's bits per token
    entropy   what it expected
    legal     how many tokens the grammar speaks of; 0 without one
    network   the network's bits per token on these
    truth     those of the true distribution on the same tokens
    """

    tokens: int
    surprise: float
    entropy: float
    legal: int
    network: float
    truth: float

    @property
    def regret(self) -> float:
        """The mean regret: the network's bits minus the truth's on the same tokens."""
        return self.network - self.truth


def tell(
    model: Rnnlm,
    before: Ids,
    text: Ids,
    tables: GrammarTables | None = None,
    likeliest: int = 6,
    window: int = 0,
) -> tuple[Told, ...]:
    """Read `before` (length >= 1, to the end of a string where there is a grammar) and then `text`.

    The state is carried; with a `window` it is zero again before every so many tokens. Give a
    `twin()`: the model's carried state is replaced.
    """
    ids = np.concatenate((before, text))[:-1]
    states = [NOWHERE] * len(text) if tables is None else tables.follow_anew(text.tolist())
    found, at = list[Told](), 0
    for logits in logits_along(model, ids, len(before) - 1, window=window) if len(text) else ():
        for row in _log2_softmax(logits):
            state = states[at]
            true = None if tables is None or state == NOWHERE else tables.p[state]
            found.append(_told(row, int(text[at]), true, likeliest))
            at += 1
    return tuple(found)


def account(told: Sequence[Told]) -> Account:
    """The means. Of no token they are 0."""
    known = [one for one in told if one.true_bits is not None]
    return Account(
        len(told),
        _mean(one.surprise for one in told),
        _mean(one.entropy for one in told),
        len(known),
        _mean(one.surprise for one in known),
        _mean(one.true_bits or 0.0 for one in known),
    )


def divergence(p: Array, q: Array) -> float:
    """D(p || q) in bits: what it costs on average to expect q where p is true; infinite where q
    rules out what p allows.      (V,), (V,)"""
    there = p > 0
    if (q[there] == 0).any():
        return float("inf")
    return max(float((p[there] * np.log2(p[there] / q[there])).sum()), 0.0)


def _told(row: Array, token: int, true: Array | None, likeliest: int) -> Told:
    p = np.exp2(row)
    near = np.argpartition(-row, likeliest)[:likeliest] if likeliest < len(row) else slice(None)
    bound = row[near].min()
    near = np.flatnonzero(row >= bound)
    order = near[np.argsort(-row[near], kind="stable")][:likeliest]
    allowed = true is not None and true[token] > 0
    return Told(
        token,
        max(float(-row[token]), 0.0),
        max(float(-(p * np.where(p > 0, row, 0)).sum()), 0.0),
        float(-np.log2(true[token])) if true is not None and allowed else None,
        entropy(true) if true is not None and allowed else None,
        tuple(order.tolist()),
        tuple(p[order].tolist()),
        1 + int((row > row[token]).sum()),
    )


def _log2_softmax(logits: Array) -> Array:
    below = logits - logits.max(axis=1, keepdims=True)
    nats = below - np.log(np.exp(below).sum(axis=1, keepdims=True))
    return np.asarray(nats / np.log(2))


def _mean(values: Iterator[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
