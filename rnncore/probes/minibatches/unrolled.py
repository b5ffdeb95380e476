"""A stretch of the first stream's text as the network reads it, in windows: what is drawn of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.model import Rnnlm
from rnncore.probes.minibatches.batching import UnrolledView, unrolled_view
from rnncore.probes.minibatches.truncation import arriving_gradients
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus

IN_VIEW = 24
"""Ticks that are drawn at least, so that two windows or more are in sight."""


class Stretch(NamedTuple):
    """Some windows side by side.

    links        which ticks are linked, forward and back
    first        number of the first window's update in its epoch, counted from 0
    chosen       place of the window that the present update reads
    inputs, targets   the token that every tick reads, and the one it should predict
    kept, whole  norm of the gradient that reaches each state: truncated, and if nothing were cut
    """

    links: UnrolledView
    first: int
    chosen: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    kept: NDArray[np.floating]  # (S,)
    whole: NDArray[np.floating]  # (S,)

    @property
    def ticks(self) -> int:
        return len(self.inputs)


def stretch(model: Rnnlm, corpus: Corpus, time_size: int, window: int, stateful: bool) -> Stretch:
    """The windows in view when stream 1 reads window number `window` of its epoch."""
    in_view = max(2, IN_VIEW // time_size)
    first = window // in_view * in_view
    start = first * time_size
    text = corpus.train[start : start + in_view * time_size + 1]
    reader = model.twin()
    if stateful and start:
        reader.hidden_states(corpus.train[:start, None])
    arriving = arriving_gradients(reader, text[:-1], text[1:], time_size, stateful=stateful)
    tokens = corpus.vocabulary.decode(text)
    return Stretch(
        unrolled_view(len(text) - 1, time_size, stateful=stateful),
        first,
        window - first,
        tuple(tokens[:-1]),
        tuple(tokens[1:]),
        arriving.kept,
        arriving.whole,
    )


def place_of(text: Ids, read: int, wanted: int) -> int | None:
    """Where a training text reads the token `read`: at the first place where `wanted` comes next,
    else at the first of all; None where it never does."""
    places = np.flatnonzero(text[:-1] == read)
    followed = places[text[places + 1] == wanted]
    found = followed if len(followed) else places
    return int(found[0]) if len(found) else None
