"""What can be counted in a corpus: frequencies, the growth of its vocabulary, entropy by part."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.entropy import entropy
from rnncore.text.vocabulary import UNKNOWN

Floats = NDArray[np.float64]

PARTS = ("train", "valid", "test")


class Part(NamedTuple):
    """A part of a text.

    start    position of its first token in the whole text
    types    different tokens in it
    unknown  share of `<unk>` among its tokens; None where the vocabulary has none
    bits     entropy of its own token frequencies: what a model that knows these, and nothing of
             the order, needs per token
    """

    name: str
    start: int
    tokens: int
    types: int
    unknown: float | None
    bits: float

    @property
    def perplexity(self) -> float:
        return float(2**self.bits)


class Ranking(NamedTuple):
    """The types of a text by how often they stand in it, those that never do left out.

    ids     the most frequent first, of equally frequent ones the smaller id
    counts  of each
    """

    ids: Ids
    counts: Ids

    @property
    def tokens(self) -> int:
        return int(self.counts.sum())

    @property
    def once(self) -> int:
        """How many types occur a single time."""
        return int((self.counts == 1).sum())

    def top(self, k: int) -> float:
        """Share of the tokens that the k most frequent types make up."""
        return float(self.counts[:k].sum() / self.tokens)


class Growth(NamedTuple):
    """Different tokens among the first `tokens` of a text, for rising `tokens`."""

    tokens: Ids
    types: Ids

    def after(self, share: float) -> float:
        """Share of all types that a beginning of the text already holds: that of the longest
        measured one of at most `share` of its tokens."""
        read = np.searchsorted(self.tokens, share * self.tokens[-1], side="right")
        return float(self.types[read - 1] / self.types[-1]) if read else 0.0


def parts_of(corpus: Corpus) -> tuple[Part, ...]:
    """The parts of the text by position; those of length 0 are left out."""
    vocabulary = corpus.vocabulary
    unknown = vocabulary.tokens.index(UNKNOWN) if UNKNOWN in vocabulary else None
    found, start = [], 0
    for name in PARTS:
        ids: Ids = getattr(corpus, name)
        if len(ids):
            counts = np.bincount(ids, minlength=len(vocabulary))
            share = None if unknown is None else float(counts[unknown] / len(ids))
            types = int((counts > 0).sum())
            found.append(Part(name, start, len(ids), types, share, entropy(counts)))
        start += len(ids)
    return tuple(found)


def ranking(ids: Ids, vocabulary: int) -> Ranking:
    """The types of a text by frequency."""
    counts = np.bincount(ids, minlength=vocabulary)
    order = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())]
    return Ranking(order, counts[order])


class Entries(NamedTuple):
    """The whole vocabulary by how often a type stands in the training text: ids, and counts there
    and in the held-out parts together."""

    ids: Ids
    train: Ids
    held_out: Ids


def entries(corpus: Corpus) -> Entries:
    """The vocabulary, its most frequent types first, of equally frequent ones the smaller id."""
    V = len(corpus.vocabulary)
    train = np.bincount(corpus.train, minlength=V)
    held_out = sum(np.bincount(part, minlength=V) for part in (corpus.valid, corpus.test))
    order = np.argsort(-train, kind="stable")
    return Entries(order, train[order], np.asarray(held_out)[order])


def zipf(tokens: int, ranks: NDArray[np.integer], types: int) -> Floats:
    """How often the types of these ranks, 1, 2, ..., would stand in a text of as many tokens and
    types in which frequency were inversely proportional to rank."""
    return tokens / (ranks * float((1 / np.arange(1, types + 1)).sum()))


def zipf_top(k: int, types: int) -> float:
    """The share of such a text that the k most frequent of its types make up."""
    inverse = 1 / np.arange(1, types + 1)
    return float(inverse[:k].sum() / inverse.sum())


def growth(ids: Ids, points: int = 200) -> Growth:
    """How many types the beginnings of a text hold, at up to `points` lengths that rise by a
    factor, the whole text the last."""
    _, first = np.unique(ids, return_index=True)
    lengths = spread(len(ids), points)
    return Growth(lengths, np.searchsorted(np.sort(first), lengths, side="left"))


def spread(most: int, points: int) -> Ids:
    """Up to `points` whole numbers from 1 to `most`, both among them, that rise by a factor."""
    return np.unique(np.rint(np.geomspace(1, most, points)).astype(np.int64))
