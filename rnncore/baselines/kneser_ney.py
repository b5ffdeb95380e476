"""n-grams with modified Kneser-Ney smoothing, counted and read in whole arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.baselines.counting import UNSEEN, Grams, contexts_before, count, sentences
from rnncore.shapes import Floats, Ids, check_ids

FALLBACK = (0.5, 1.0, 1.5)
"""Discounts where the counts of counts give none: each below the count that it is taken from."""


class Level(NamedTuple):
    """The n-grams of one length, sorted by their key: context * (V + 1) + word.

    A context is the place of its (n-1)-gram in the level below; for n = 1 there is one, 0. The id V
    is `<s>`, the beginning of a sentence, which is in contexts only.

    keys     of the n-grams, in rising order, shape (G,)
    counts   how often each is counted: as it stands in the text at the highest order and where it
             begins with `<s>`, else by the different words before it
    totals   sum of the counts of each context; 0 for one that no word follows
    kept     share of each context that the discounts leave to the level below: gamma
    discounts   D1, D2 and D3+, taken from counts of 1, of 2, and of 3 or more
    fell_back   whether the counts of counts gave no discounts, so that they are `FALLBACK`
    """

    keys: Ids
    counts: Ids
    totals: Floats
    kept: Floats
    discounts: tuple[float, float, float]
    fell_back: bool

    def find(self, context: Ids, words: Ids, vocabulary: int) -> Ids:
        """The place of each n-gram, `UNSEEN` for those that are not there."""
        keys = context * (vocabulary + 1) + words
        places = np.searchsorted(self.keys, keys)
        there = (context != UNSEEN) & (places < len(self.keys))
        there[there] = self.keys[places[there]] == keys[there]
        return np.where(there, places, UNSEEN)

    def goes_on(self, context: Ids) -> NDArray[np.bool_]:
        """Whether a word follows each context."""
        goes_on = context != UNSEEN
        goes_on[goes_on] = self.totals[context[goes_on]] > 0
        return goes_on

    def discounted(self, places: Ids) -> Floats:
        """max(0, c - D(c)) of n-grams by their place; 0 for one that is not there."""
        counts: Ids = np.zeros(len(places), np.int64)
        seen = places != UNSEEN
        counts[seen] = self.counts[places[seen]]
        return counts - _taken(counts, self.discounts)


@dataclass(frozen=True, eq=False)
class KneserNey:
    """A Markov model of a fixed order: the next word given the n - 1 before it.

        p(w | h) = max(0, c(hw) - D(c(hw))) / c(h.) + gamma(h) p(w | h')

    h' is h without its first word; an unseen h leaves all to h'; below the single word stands 1/V.
    Source: Chen and Goodman, An empirical study of smoothing techniques for language modeling
    (1998), with interpolation and three discounts an order.
    Readable twin: rnncore.reference.kneser_ney
    """

    vocabulary: int
    end: int | None
    levels: tuple[Level, ...]

    @classmethod
    def fit(cls, ids: Ids, order: int, vocabulary: int, end: int | None = None) -> KneserNey:
        """Count a text.

        ids         the text, shape (n,), each below `vocabulary`
        order       the longest n-gram, 1 or more: its context is order - 1 words
        vocabulary  V, how many different words may come
        end         the word that ends a sentence; the next one begins with a context of its own.
                    With None the text is one sentence.

        Raises ConfigError for an order out of bounds or one that needs too much memory, TextError
        for a text without a word.
        """
        grams = count(ids, order, vocabulary, end)
        return cls(vocabulary, end, (*_lower(grams, vocabulary), _highest(grams, vocabulary)))

    @classmethod
    def fit_orders(
        cls, ids: Ids, order: int, vocabulary: int, end: int | None = None
    ) -> tuple[KneserNey, ...]:
        """The models that `fit` makes of orders 1 ... `order`, from one count of the text."""
        grams = count(ids, order, vocabulary, end)
        lower = _lower(grams, vocabulary)
        return tuple(
            cls(vocabulary, end, (*lower[: n - 1], _highest(grams[:n], vocabulary)))
            for n in range(1, order + 1)
        )

    @property
    def order(self) -> int:
        return len(self.levels)

    @property
    def fallen_back(self) -> tuple[int, ...]:
        """The orders at which the counts of counts gave no discounts, so that FALLBACK is taken."""
        return tuple(n for n, level in enumerate(self.levels, 1) if level.fell_back)

    @property
    def parameter_count(self) -> int:
        """Numbers that it keeps: its n-grams of every length, `<s>` by itself left out."""
        return sum(len(level.keys) for level in self.levels) - 1

    def probabilities(self, ids: Ids) -> Floats:
        """p of every token of a text given those before it, shape (n,): the beginning of the text
        is the beginning of a sentence."""
        check_ids("ids", ids, self.vocabulary)
        stream, age = sentences(ids, self.vocabulary, self.end)
        words = stream < self.vocabulary
        p = np.full(len(stream), 1.0 / self.vocabulary)
        context: Ids = np.zeros(len(stream), np.int64)
        for length, level in enumerate(self.levels, 1):
            place = level.find(context, stream, self.vocabulary)
            here = np.flatnonzero(words & level.goes_on(context))
            found, before = place[here], context[here]
            p[here] = level.discounted(found) / level.totals[before] + level.kept[before] * p[here]
            context = contexts_before(place, age, length)
        return np.asarray(p[words])

    def distribution(self, before: Ids) -> Floats:
        """p of every word after the words `before`, shape (V,), sum 1; where these hold no end of a
        sentence, they begin with one, or are longer than any context."""
        check_ids("before", before, self.vocabulary)
        if self.end is not None and self.end in before:
            before = before[len(before) - int(np.argmax(before[::-1] == self.end)) :]
        history = np.concatenate(([self.vocabulary], before)).astype(np.int64)
        age = np.arange(len(history) + 1)
        p = np.full(self.vocabulary, 1.0 / self.vocabulary)
        context: Ids = np.zeros(len(history) + 1, np.int64)
        for length, level in enumerate(self.levels, 1):
            last = context[-1:]
            if not level.goes_on(last)[0]:
                break
            first = int(last[0]) * (self.vocabulary + 1)
            there = np.arange(*np.searchsorted(level.keys, (first, first + self.vocabulary)))
            p *= level.kept[last]
            p[level.keys[there] - first] += level.discounted(there) / level.totals[last]
            place = level.find(context[:-1], history, self.vocabulary)
            context = contexts_before(np.append(place, UNSEEN), age, length)
        return p


def _lower(grams: list[Grams], vocabulary: int) -> list[Level]:
    """The levels below the longest n-grams, whose counts are of the different words before."""
    contexts = (1, *(len(found.keys) for found in grams))
    counts = map(_different_before, grams, grams[1:])
    return [_level(vocabulary, *of) for of in zip(grams, counts, contexts, strict=False)]


def _highest(grams: list[Grams], vocabulary: int) -> Level:
    """The level of the longest n-grams, counted as they stand in the text."""
    contexts = len(grams[-2].keys) if len(grams) > 1 else 1
    return _level(vocabulary, grams[-1], grams[-1].often, contexts)


def _different_before(grams: Grams, longer: Grams) -> Ids:
    """How many different words stand before each n-gram; how often it stands in the text where
    none can, because it begins with `<s>`."""
    different = np.bincount(grams.place[longer.first], minlength=len(grams.keys))
    return np.where(grams.begins, grams.often, different)


def _level(vocabulary: int, grams: Grams, counts: Ids, contexts: int) -> Level:
    of_counts = np.bincount(np.minimum(counts, 5), minlength=5)[1:5]
    discounts = _discounts(of_counts.tolist())
    context = grams.keys // (vocabulary + 1)
    totals = np.bincount(context, counts, contexts).astype(np.float64)
    taken = np.bincount(context, _taken(counts, discounts or FALLBACK), contexts)
    kept = np.divide(taken, totals, out=np.ones(contexts), where=totals > 0)
    return Level(grams.keys, counts, totals, kept, discounts or FALLBACK, discounts is None)


def _taken(counts: Ids, discounts: tuple[float, float, float]) -> Floats:
    """min(c, D(c)): what is taken from each count."""
    return np.minimum(np.array((0.0, *discounts))[np.minimum(counts, 3)], counts)


def _discounts(counts: list[int]) -> tuple[float, float, float] | None:
    """D1, D2 and D3+ from how many n-grams are counted 1, 2, 3 and 4 times:

        Y = n1 / (n1 + 2 n2),  Dj = j - (j + 1) Y n(j+1) / nj

    None where a count is missing, or a discount outside 0 ... j.
    """
    if min(counts) == 0:
        return None
    y = counts[0] / (counts[0] + 2 * counts[1])
    found = [j - (j + 1) * y * counts[j] / counts[j - 1] for j in (1, 2, 3)]
    if any(not 0 <= d <= j for j, d in enumerate(found, 1)):
        return None
    return found[0], found[1], found[2]
