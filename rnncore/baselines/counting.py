"""The n-grams that stand in a text, counted in whole arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnncore.errors import ConfigError, TextError
from rnncore.memory import GIB, MEMORY_LIMIT
from rnncore.shapes import Ids, check_ids

UNSEEN = -1
LONGEST_ORDER = 20
GRAM_BYTES, TOKEN_BYTES = 57, 8
"""Memory that counting takes for each different n-gram, and for each token at each length."""


@dataclass(frozen=True, eq=False)
class Grams:
    """The n-grams of one length that stand in a text.

    keys    in rising order, shape (G,)
    place   at each token of the text: which n-gram ends there, `UNSEEN` for none, shape (n,)
    first   where in the text each ends for the first time, shape (G,)
    often   how often each stands there, shape (G,)
    begins  whether each begins with `<s>`, shape (G,)
    """

    keys: Ids
    place: Ids
    first: Ids
    often: Ids
    begins: NDArray[np.bool_]

    @classmethod
    def of(cls, context: Ids, stream: Ids, vocabulary: int, begins: NDArray[np.bool_]) -> Grams:
        here = np.flatnonzero(context != UNSEEN)
        keys, first, at, often = np.unique(
            context[here] * (vocabulary + 1) + stream[here],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        often[keys == vocabulary] = 0  # <s> by itself, which is never predicted
        place = np.full(len(stream), UNSEEN)
        place[here] = at
        return cls(keys, place, here[first], often, begins[here[first]])


def count(ids: Ids, order: int, vocabulary: int, end: int | None) -> list[Grams]:
    """The n-grams of every length up to `order`."""
    check_counting(order, len(ids), vocabulary)
    check_ids("ids", ids, vocabulary)
    stream, age = sentences(ids, vocabulary, end)
    context: Ids = np.zeros(len(stream), np.int64)
    grams = []
    for length in range(1, order + 1):
        found = Grams.of(context, stream, vocabulary, begins=age == length - 1)
        grams.append(found)
        context = contexts_before(found.place, age, length)
    return grams


def check_counting(order: int, tokens: int, vocabulary: int) -> None:
    """Raise as `KneserNey.fit` does, before anything is counted."""
    if not 1 <= order <= LONGEST_ORDER:
        raise ConfigError(
            "ngram_order",
            f"An order of {order:,} came, but 1 to {LONGEST_ORDER} were expected; choose another "
            f"order.",
            order=order,
            longest=LONGEST_ORDER,
        )
    if not tokens:
        raise TextError(
            "ngram_text",
            "The text has no token, but at least one was expected; choose a longer text.",
        )
    most = sum(min(tokens, vocabulary**length) for length in range(1, order + 1))
    needed = TOKEN_BYTES * order * tokens + GRAM_BYTES * most
    if needed > MEMORY_LIMIT:
        raise ConfigError(
            "ngram_memory",
            f"n-grams of order {order} of {tokens:,} tokens need up to {needed / GIB:,.1f} GiB of "
            f"memory, more than the {MEMORY_LIMIT / GIB:.0f} GiB that may be used; lower the "
            f"order, or read fewer tokens (max_tokens).",
            order=order,
            tokens=tokens,
            needed=f"{needed / GIB:,.1f}",
            limit=f"{MEMORY_LIMIT / GIB:.0f}",
        )


def sentences(ids: Ids, vocabulary: int, end: int | None) -> tuple[Ids, Ids]:
    """The text with `<s>`, the id V, before every sentence; how many tokens after it each is."""
    ends = np.flatnonzero(ids[:-1] == end) if end is not None else np.zeros(0, np.int64)
    starts = np.concatenate(([0], ends + 1))
    stream = np.insert(ids.astype(np.int64), starts, vocabulary)
    starts = starts + np.arange(len(starts))
    age = np.arange(len(stream))
    return stream, age - np.repeat(starts, np.diff(starts, append=len(stream)))


def contexts_before(place: Ids, age: Ids, length: int) -> Ids:
    """At each token, which n-gram of `length` ends before it in its sentence."""
    before = np.concatenate(([UNSEEN], place[:-1]))
    return np.where(age >= length, before, UNSEEN)
