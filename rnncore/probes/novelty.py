"""What a network writes by itself, string by string: is it legal, and does it stand in the text?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnncore.generation import generate
from rnncore.model import Rnnlm
from rnncore.probes.copies import Copies
from rnncore.sampling import Sampling
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.grammar_tables import NOWHERE, GrammarTables, tables_of
from rnncore.text.sentences import beginning, ends_of_sentences

LONGEST = {"words": 30, "characters": 120, "jamo": 240}
"""Tokens after which a string counts as cut off."""
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0)
NUMBERS, FEWEST, MOST = 8_000_000, 20, 200
"""Probabilities that are computed at one temperature, roughly, and strings within these bounds."""
Z = 1.959964
"""Of a 95 % interval."""


class Judged(NamedTuple):
    """A string that was written.

    ids     its tokens, to its end, to its first illegal one, or to where it is cut off
    ended   whether it came to its end or to an illegal token
    legal   whether the grammar has it; None without a grammar, and where it is cut off
    seen    whether the training text has the whole of it as a string or sentence
    """

    ids: tuple[int, ...]
    ended: bool
    legal: bool | None
    seen: bool


class Share(NamedTuple):
    """How many of how many, with the ends of Wilson's 95 % interval."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0


class AtTemperature(NamedTuple):
    """Shares of the strings that came to an end; `legal` is None without a grammar. `new` ones do
    not stand in the training text."""

    temperature: float
    legal: Share | None
    new: Share


def wilson(hits: int, of: int) -> Share:
    """A share with its score interval (Wilson 1927), 95 %: never outside of 0 ... 1, and wide where
    little was drawn."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    p, square = hits / of, Z * Z
    centre = p + square / (2 * of)
    spread = Z * math.sqrt(p * (1 - p) / of + square / (4 * of * of))
    low, high = ((centre + sign * spread) / (1 + square / of) for sign in (-1, 1))
    return Share(hits, of, max(low, 0.0) if hits else 0.0, min(high, 1.0) if hits < of else 1.0)


@dataclass(frozen=True)
class Known:
    """What strings of a corpus are held against: made once, read often."""

    corpus: Corpus
    copies: Copies
    tables: GrammarTables | None
    strings: frozenset[bytes]
    ends: frozenset[int]

    @classmethod
    def of(cls, corpus: Corpus) -> Known:
        places = ends_of_sentences(corpus.train, corpus)
        parts = np.split(corpus.train, places)
        if corpus.grammar is None:
            parts = parts[:-1]  # has no end
        grammar = corpus.grammar
        return cls(
            corpus,
            Copies(corpus),
            None if grammar is None else tables_of(grammar, corpus.vocabulary),
            frozenset(part.astype(np.int64).tobytes() for part in parts if len(part)),
            frozenset(np.unique(corpus.train[places - 1]).tolist()),
        )

    def judge(self, ids: Sequence[int]) -> Judged:
        """A string from what was written, which may go on beyond it."""
        end, ended, legal = self._end(ids)
        string = tuple(int(token) for token in ids[:end])
        seen = ended and np.array(string, np.int64).tobytes() in self.strings
        return Judged(string, ended, legal, seen)

    def _end(self, ids: Sequence[int]) -> tuple[int, bool, bool | None]:
        if self.tables is None:
            found = next((i for i, token in enumerate(ids) if token in self.ends), None)
            return (len(ids), False, None) if found is None else (found + 1, True, None)
        state = self.tables.start
        for i, token in enumerate(ids):
            state = int(self.tables.after[state, token])
            if state in (NOWHERE, self.tables.start):
                return i + 1, True, state != NOWHERE
        return len(ids), False, None


def write_strings(
    model: Rnnlm, known: Known, sampling: Sampling, rng: np.random.Generator, count: int
) -> list[Judged]:
    """Strings that the network writes, each from the end of another one. Give a `twin()`: the
    model's carried state is replaced."""
    corpus = known.corpus
    streams = generate(
        model,
        beginning(corpus),
        sampling.temperature,
        rng,
        count,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
    )
    drawn, open_ones = list[Ids](), np.ones(count, bool)
    states = np.full(count, 0 if known.tables is None else known.tables.start)
    ends = np.array(sorted(known.ends), np.int64)
    for ids, _ in zip(streams, range(LONGEST[corpus.tokenizer.name]), strict=False):
        drawn.append(ids)
        if known.tables is None:
            open_ones &= ~np.isin(ids, ends)
        else:
            states = np.where(open_ones, known.tables.after[states, ids], states)
            open_ones &= (states != NOWHERE) & (states != known.tables.start)
        if not open_ones.any():
            break
    return [known.judge(row) for row in np.array(drawn).T.tolist()]


def by_temperature(model: Rnnlm, known: Known, seed: int) -> Iterator[AtTemperature]:
    """What is legal and what is new at one temperature after another, nothing cut. Give a
    `twin()`: the model's carried state is replaced."""
    length = LONGEST[known.corpus.tokenizer.name]
    count = min(max(NUMBERS // (length * model.vocabulary_size), FEWEST), MOST)
    rng = np.random.default_rng(seed)
    for temperature in TEMPERATURES:
        strings = write_strings(model, known, Sampling(temperature), rng, count)
        yield shares(temperature, strings)


def shares(temperature: float, strings: Sequence[Judged]) -> AtTemperature:
    """The shares of what came to an end."""
    ended = [one for one in strings if one.ended]
    legal = [one.legal for one in ended if one.legal is not None]
    new = sum(not one.seen for one in ended)
    return AtTemperature(
        temperature, wilson(sum(legal), len(legal)) if legal else None, wilson(new, len(ended))
    )
