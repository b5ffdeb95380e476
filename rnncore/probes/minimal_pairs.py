"""Minimal pairs: the same words before, and two next tokens of which one agrees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.model import Rnnlm
from rnncore.probes.reading import next_tokens
from rnncore.probes.silencing import read_with
from rnncore.shapes import Array, Ids
from rnncore.text.agreement import CONDITIONS, Agreement
from rnncore.text.corpus import Corpus

MOST = 2
"""Kinds of which a pair is shown, such as singular and plural."""


class Pair(NamedTuple):
    """Words from the start of a string up to a token that has to agree.

    words      ids before it
    condition  of CONDITIONS; `distance` tokens since the last one that could be agreed with
    right      the likeliest of the tokens that agree, and how likely they are together in each of
               the networks; `wrong` of those that do not
    """

    words: Ids
    condition: str
    distance: int
    right: tuple[int, Array]
    wrong: tuple[int, Array]


def minimal_pairs(
    model: Rnnlm, corpus: Corpus, where: Agreement, text: Ids, gains: Array
) -> list[Pair]:
    """Of every condition the pair of the longest distance for each kind, up to MOST kinds, read
    after the corpus's prompt by the networks whose top units are multiplied by `gains` (K, H)."""
    assert corpus.grammar is not None
    states = corpus.grammar.states_along(corpus.vocabulary.decode(text))
    starts = np.append(0, np.flatnonzero(np.array(states) == corpus.grammar.start) + 1)
    prompt = corpus.vocabulary.encode(corpus.prompt)
    pairs = []
    for number, condition in enumerate(CONDITIONS):
        places = np.flatnonzero(where.conditions == number)
        found = list[int]()
        for place in places[np.argsort(-where.distances[places], kind="stable")].tolist():
            marks = where.right[where.kinds[place]]
            if not any((marks & where.right[where.kinds[other]]).any() for other in found):
                found.append(place)
        for place in found[:MOST]:
            at = where.at[place]
            words = text[starts[starts <= at][-1] : at]
            read = np.concatenate((prompt, words))[:, None]
            hidden, _ = read_with(model, read, gains)
            p = next_tokens(model, hidden[-1, :, 0])
            kind = where.kinds[place]
            sides = [
                (int(np.argmax(p[0] * marks)), p @ marks.astype(p.dtype))
                for marks in (where.right[kind], where.wrong[kind])
            ]
            pairs.append(Pair(words, condition, int(where.distances[place]), sides[0], sides[1]))
    return pairs
