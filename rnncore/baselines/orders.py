"""The same words in another order: what a model hears of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.baselines.language_model import LanguageModel
from rnncore.baselines.sentences import factors
from rnncore.shapes import Floats, Ids


class Heard(NamedTuple):
    """Two orders of a sentence, as one model reads them.

    after    next-word distributions where the window holds the same words, (2, V): as written,
             and with the two words in turn
    factors  P of every word in either order, (2, n)
    """

    after: Floats
    factors: Floats

    @property
    def difference(self) -> float:
        """The largest difference between the two next-word distributions; 0 where they are the
        same to the last bit."""
        return float(np.abs(self.after[0] - self.after[1]).max())

    @property
    def same(self) -> tuple[bool, ...]:
        """At which places both orders have the same factor, to the last bit."""
        return tuple((self.factors[0] == self.factors[1]).tolist())


def in_turn(sentence: Ids, first: int) -> Ids:
    """The sentence with its words `first` and `first` + 1 in the other order. Allocates."""
    turned = sentence.copy()
    turned[[first, first + 1]] = sentence[[first + 1, first]]
    return turned


def swaps(sentence: Ids, words: int) -> tuple[int, ...]:
    """First of every two neighbours that differ and have a next word whose window of `words` words
    holds both."""
    if words < 2:
        return ()
    differ = np.flatnonzero(sentence[:-1] != sentence[1:])
    return tuple(int(i) for i in differ if i + 2 < len(sentence))


def hear(model: LanguageModel, before: Ids, sentence: Ids, first: int) -> Heard:
    """Read a sentence as it is and with two neighbours in turn; the next word after both is the
    place that is looked at."""
    orders = sentence, in_turn(sentence, first)
    return Heard(
        np.stack(
            [model.distribution(np.concatenate((before, one[: first + 2]))) for one in orders]
        ),
        np.stack([factors(model, before, one) for one in orders]),
    )
