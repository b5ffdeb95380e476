"""A sentence and its twin: they differ in one token, and in what has to agree with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import EOS
from rnncore.text.vocabulary import UNKNOWN

CHANGED = 1 / 3
"""How far into a passage of plain text the token stands that is changed."""


def twin_of(corpus: Corpus) -> tuple[str, ...]:
    """The twin of the corpus's probe, as long as it is; () if there is none.

    A grammar has its own. In plain text one token is another one: that which most often follows
    the token before it in the training text, a word or a letter for one if possible.
    """
    if corpus.grammar is not None:
        return corpus.grammar.twin
    tokens, probe = corpus.vocabulary.tokens, list(corpus.probe)
    if len(tokens) < 2:
        return ()
    lettered = np.array([_lettered(token) for token in tokens])
    start = int(len(probe) * CHANGED)
    at = next((i for i in range(start, len(probe)) if _lettered(probe[i])), start)
    (before,) = corpus.vocabulary.encode(probe[at - 1 : at] if at else corpus.prompt[-1:])
    (present,) = corpus.vocabulary.encode(probe[at : at + 1])
    follows = corpus.train[1:][corpus.train[:-1] == before]
    V = len(tokens)
    often = np.bincount(follows, minlength=V) + np.bincount(corpus.train, minlength=V) / (
        len(corpus.train) + 1
    )
    often += lettered * len(corpus.train) if lettered[present] else 0
    often[present] = -1
    probe[at] = tokens[int(often.argmax())]
    return tuple(probe)


def parted(sentence: Sequence[str], twin: Sequence[str]) -> range:
    """Places of the tokens after which what sets the two apart is still to come: from the first
    that differs up to the one before the last, or to the end where a single one differs; () as a
    range where none does."""
    differing = [
        i for i, (own, other) in enumerate(zip(sentence, twin, strict=False)) if own != other
    ]
    if not differing:
        return range(0)
    first, last = differing[0], differing[-1]
    return range(first, last if last > first else len(sentence))


def _lettered(token: str) -> bool:
    return token not in (EOS, UNKNOWN) and any(char.isalpha() for char in token)
