"""What a language model says of a sentence: a product of conditional probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.baselines.language_model import LanguageModel
from rnncore.shapes import Floats, Ids

LEAST = float(np.finfo(np.float64).tiny)
"""What a probability that has become zero by rounding counts as."""


class Place(NamedTuple):
    """One word of a sentence.

    token        its id
    probability  P(w_t | w_1 ... w_(t-1))
    rank         1 where no other word is likelier here
    likeliest    ids of the likeliest words, the first one first
    their        probabilities of these
    """

    token: int
    probability: float
    rank: int
    likeliest: tuple[int, ...]
    their: tuple[float, ...]

    @property
    def branches(self) -> float:
        """1/p: among so many equally likely words it would be as hard to guess."""
        return 1 / self.probability


class Reading(NamedTuple):
    """A sentence, word by word."""

    places: tuple[Place, ...]

    @property
    def bits(self) -> float:
        """-log2 of the product of all conditional probabilities."""
        return -sum(math.log2(place.probability) for place in self.places)

    @property
    def perplexity(self) -> float:
        """The geometric mean of all 1/p: P(sentence) to the power of -1/n."""
        return perplexity_of(self.bits, len(self.places))


class Natural(NamedTuple):
    """A candidate and how natural it is, by word: the lower the perplexity, the more."""

    number: int
    words: int
    bits: float
    perplexity: float


def read_sentence(model: LanguageModel, before: Ids, sentence: Ids, likeliest: int = 6) -> Reading:
    """P(w_1 ... w_n | before) factor by factor.

    Shapes   before (b,), sentence (n,)
    """
    text = np.concatenate((before, sentence))
    return Reading(
        tuple(
            _place(model.distribution(text[: len(before) + i]), int(token), likeliest)
            for i, token in enumerate(sentence)
        )
    )


def _place(p: Floats, token: int, likeliest: int) -> Place:
    order = np.argsort(-p, kind="stable")[:likeliest]
    return Place(
        token,
        max(float(p[token]), LEAST),
        1 + int((p > p[token]).sum()),
        tuple(order.tolist()),
        tuple(p[order].tolist()),
    )


def factors(model: LanguageModel, before: Ids, sentence: Ids) -> Floats:
    """P of every word of a sentence given all before it, shape (n,)."""
    p = model.probabilities(np.concatenate((before, sentence)))[len(before) :]
    return np.maximum(p, LEAST)


def most_natural(model: LanguageModel, before: Ids, candidates: Sequence[Ids]) -> list[Natural]:
    """Candidates by perplexity, the lowest first: long ones are not punished for their length."""
    found = []
    for number, sentence in enumerate(candidates):
        bits = float(-np.log2(factors(model, before, sentence)).sum())
        found.append(Natural(number, len(sentence), bits, perplexity_of(bits, len(sentence))))
    return sorted(found, key=lambda one: one.perplexity)


def perplexity(p: Floats) -> float:
    """The geometric mean of 1/p over the words of a sentence, (n,)."""
    return perplexity_of(float(-np.log2(p).sum()), len(p))


def perplexity_of(bits: float, words: int) -> float:
    """2 to the power of the bits by word; infinite beyond all numbers."""
    try:
        return float(2.0 ** (bits / words))
    except OverflowError:
        return math.inf
