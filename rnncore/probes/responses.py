"""What units do at a word, or over a span of tokens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.multiply_adds import per_token
from rnncore.probes.passages import profiled_text
from rnncore.probes.reading import stretches
from rnncore.shapes import Array, Ids
from rnncore.text.corpus import Corpus

STREAMS, TICKS, WARM_UP = 20, 200, 24
"""Stretches of held-out text over which responses are means, and tokens before each."""
WORK, FEWEST = 4e9, 10
"""Multiply-adds that reading them may cost, a fraction of a second; and the fewest ticks."""
ON = 0.5
"""A unit is on where its size is above this, with either sign."""


class Seen(NamedTuple):
    """Hidden states of held-out text (n, H), and the token that was read last before each, (n,)."""

    states: Array
    tokens: Ids


def seen(model: Rnnlm, config: Config, corpus: Corpus) -> Seen:
    """Read held-out text in stretches from zero states, fewer of it where the network is
    large; the model is left as it is."""
    text = profiled_text(config, corpus)
    affordable = int(WORK / (per_token(config, len(corpus.vocabulary)) * STREAMS))
    ticks = max(FEWEST, min(TICKS, affordable - WARM_UP))
    places = stretches(np.arange(len(text)), WARM_UP + ticks, STREAMS)
    warm_up = min(WARM_UP, len(places) - 1)
    hidden = model.twin().hidden_states(text[places])[warm_up:]
    return Seen(hidden.reshape(-1, hidden.shape[-1]).copy(), text[places[warm_up:]].reshape(-1))


def response(found: Seen, token: int) -> Array | None:
    """Mean activity of each unit just after `token`, less its mean at all, (H,); None where the
    token does not occur."""
    there = found.tokens == token
    if not there.any():
        return None
    return np.asarray(found.states[there].mean(axis=0) - found.states.mean(axis=0))


class Halves(NamedTuple):
    """Units by words, each unit twice: how far it goes up at a word, and how far down.

    units      number of the unit of each row, (n,)
    signs      +1 for the rows of going up, -1 for those of going down, (n,)
    words      token of each column, (m,)
    responses  mean responses in the direction of the row's sign, (n, m); below 0 against it
    """

    units: Ids
    signs: Ids
    words: Ids
    responses: Array

    @property
    def weights(self) -> Array:
        """The responses in the direction of each row, none below 0."""
        return np.asarray(np.maximum(self.responses, 0))


def halves(found: Seen, words: list[int], rows: int) -> Halves:
    """Responses to those of the `words` that occur, of at most so many half units, those that
    answer most first."""
    answers = [(word, values) for word in words if (values := response(found, word)) is not None]
    H = found.states.shape[1]
    both = np.stack([values for _, values in answers], axis=1)
    signed = np.concatenate([both, -both])
    order = np.argsort(-np.maximum(signed, 0).sum(axis=1), kind="stable")[:rows]
    units, signs = order % H, np.where(order < H, 1, -1)
    return Halves(units, signs, np.array([word for word, _ in answers]), signed[order])


class Match(NamedTuple):
    """A unit that is on in a span: with which sign, in which share of the span's tokens, and of the
    others."""

    unit: int
    sign: int
    inside: float
    outside: float


def on_in_span(activity: Array, first: int, last: int) -> list[Match]:
    """All units, those first that are on in the span from `first` to `last`, both included, and
    least elsewhere.      activity (T, H)"""
    within = np.zeros(len(activity), bool)
    within[first : last + 1] = True
    found = []
    for sign in (1, -1):
        on = sign * activity > ON
        inside = on[within].mean(axis=0)
        outside = on[~within].mean(axis=0) if not within.all() else np.zeros(activity.shape[1])
        found.append((inside, outside))
    matches = []
    for unit in range(activity.shape[1]):
        matches.append(
            max(
                (
                    Match(unit, sign, float(inside[unit]), float(outside[unit]))
                    for sign, (inside, outside) in zip((1, -1), found, strict=True)
                ),
                key=lambda match: match.inside - match.outside,
            )
        )
    return sorted(matches, key=lambda match: (match.outside - match.inside, match.unit))


def neighbours(table: Array, token: int, count: int) -> list[tuple[int, float]]:
    """The `count` tokens whose rows of `table` (V, D) point most nearly as that of `token` does, it
    left out, with the cosines."""
    lengths = np.linalg.norm(table, axis=1)
    cosines = table @ table[token] / np.maximum(lengths * lengths[token], 1e-12)
    order = np.argsort(-cosines, kind="stable")
    return [(int(i), float(cosines[i])) for i in order if i != token][:count]
