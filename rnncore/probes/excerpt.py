"""A stretch of held-out text as a network reads it: its states, and its surprise at each token."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.probes.passages import profiled_text
from rnncore.probes.reading import next_tokens
from rnncore.shapes import Array, Ids
from rnncore.text.corpus import Corpus

PLACES = 24
"""Stretches of a text to choose from."""
TOKENS = {"words": 64, "characters": 200, "jamo": 240}
WARM_UP = 60
"""Tokens that are read before a stretch, up to so many."""


class Excerpt(NamedTuple):
    """Tokens `shown` of a text, and those `before` them, which are read too."""

    before: Ids
    shown: Ids


class Read(NamedTuple):
    """Top states after each shown token, (n, H), and the surprise of each, -log2 P, (n,): NaN where
    nothing stands before it."""

    hidden: Array
    bits: Array


def excerpt(config: Config, corpus: Corpus, number: int) -> Excerpt:
    """Stretch `number` of PLACES, evenly spread over the held-out text. With a grammar it begins
    and ends with a string, unless that is longer than the stretch."""
    text = profiled_text(config, corpus)
    length = min(TOKENS[corpus.tokenizer.name], len(text))
    start = int(np.linspace(0, len(text) - length, PLACES).astype(int)[number % PLACES])
    end = start + length
    if corpus.grammar is not None:
        along = corpus.grammar.states_along(corpus.vocabulary.decode(text[:end]))
        ends = np.append(0, np.flatnonzero(np.array(along) == corpus.grammar.start) + 1)
        start = int(ends[ends <= start][-1])
        end = int(ends[-1]) if ends[-1] > start else end
    return Excerpt(text[max(0, start - WARM_UP) : start], text[start:end])


def read_excerpt(model: Rnnlm, text: Excerpt) -> Read:
    """Read it from a zero state. The model is left as it is."""
    ids = np.concatenate((text.before, text.shown))
    hidden = model.twin().hidden_states(ids[:, None])[:, 0].copy()
    p = next_tokens(model, hidden[:-1])
    said = np.maximum(p[np.arange(len(ids) - 1), ids[1:]], np.finfo(p.dtype).tiny)
    bits = np.concatenate(([np.nan], -np.log2(said)))
    first = len(text.before)
    return Read(hidden[first:], bits[first:])
