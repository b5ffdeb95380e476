"""Settings that suit a text of its length: sizes, rate, held-out share and length of training.

The rule was found by experiment, on texts from 400 characters to 1.1 MB that are read character by
character; docs/benchmarks.md has what it reaches.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.text.corpus import load_corpus
from rnncore.text.sources import is_path

TINY = 60
"""Tokens below which one window takes half of the text."""
SHORT, PAGE, BOOKLET, BOOK = 2_000, 20_000, 50_000, 500_000
"""Training tokens at which the rule changes."""
MANY_TOKENS = 100
"""A vocabulary larger than this, such as syllables, is soon known by heart from a page."""


class Fitted(NamedTuple):
    """What was chosen for a text.

    tokens, vocabulary  of the whole text: its length, and how many of them are different
    updates             that the training makes
    settings            by name, for `Config`
    """

    tokens: int
    vocabulary: int
    updates: int
    settings: dict[str, Any]


def fit(tokens: Sequence[Hashable]) -> Fitted:
    """What suits a text of these tokens: n of the rule is what its held-out share leaves."""
    whole, V = len(tokens), len(set(tokens))
    training = whole - int(whole * fitted(whole, V)["valid_fraction"])
    settings = fitted(training, V)
    kept = whole - int(whole * settings["valid_fraction"])
    return Fitted(whole, V, settings["epochs"] * _per_epoch(kept, settings), settings)


def fitted(n: int, V: int) -> dict[str, Any]:
    """Settings for n training tokens of which V are different.

    A text under TINY tokens is read in one stream. The number of epochs is the one whose updates
    come nearest, by their ratio, to the number that the rule gives.
    """
    settings: dict[str, Any] = {
        "cell": "gru",
        "batch_size": streams_for(n),
        "time_size": 20 if n < PAGE else 40,
        "embedding_size": 32 if n < PAGE else 64,
        "hidden_size": 100 if n < SHORT else 128,
        "optimizer": "adam",
        "max_grad_norm": 1.0,
        "learning_rate": 3e-3 if n < BOOKLET else 6e-3,
        "dropout": 0.0 if n < SHORT else 0.3 if n < BOOKLET else 0.2 if n < BOOK else 0.0,
        "valid_fraction": 0.0 if n < SHORT else 0.1 if n < BOOKLET else 0.05,
        "test_fraction": 0.0,
    }
    if n < TINY:
        settings |= {"batch_size": 1, "time_size": max(min(2, n - 1), (n - 1) // 2, 1)}
    return settings | {"epochs": _epochs(_updates(n, V), _per_epoch(n, settings))}


def streams_for(n: int) -> int:
    """N for n training tokens."""
    return min(max(round(sqrt(n) / 10), 1), 20)


def fit_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What suits the text that `settings` ask for; a file's in characters if they do not say.

    Raises   TextError or ConfigError if it cannot be read.
    """
    usual = {"tokenizer": "characters"} if is_path(str(settings.get("corpus", ""))) else {}
    corpus = load_corpus(Config.parse({**usual, **settings}))
    whole = np.concatenate((corpus.train, corpus.valid, corpus.test))
    return usual | fit(whole.tolist()).settings


def _updates(n: int, V: int) -> int:
    if n < SHORT:
        return 500
    if n < PAGE:
        return 350 if V > MANY_TOKENS else 1_000
    return 1_900


def _per_epoch(n: int, settings: dict[str, Any]) -> int:
    """Updates of one pass over n tokens, as `Windows` counts them."""
    return max((n - 1) // settings["batch_size"] // settings["time_size"], 1)


def _epochs(updates: int, per_epoch: int) -> int:
    fewer = max(updates // per_epoch, 1)
    return fewer if updates**2 <= fewer * (fewer + 1) * per_epoch**2 else fewer + 1
