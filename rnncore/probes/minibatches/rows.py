"""The beginning of a text folded into one row a stream, and who has read what of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.probes.minibatches.batching import batching_picture

EPOCHS = 3
"""Epochs that the pictures can be walked through: drift begins in the second."""
COLUMNS = 24
"""Ticks that a row has room for, as far as windows fit."""
NOBODY = -1


class Excerpt(NamedTuple):
    """As much of a text as shows a few windows of N streams: N segments of equal length."""

    tokens: int
    segment: int
    updates_per_epoch: int


class Rows(NamedTuple):
    """The text during one update: cell (row, column) is input row * segment + column.

    reader    who has read the cell in the present epoch so far; NOBODY if it is still to come
    now       the present windows
    never     no update ever reads it
    foreign   how many tokens of the present windows lie in another stream's part
    arrivals  (row, column) where each stream's state comes in; (N, 2)
    jumped    streams whose state comes from another place than right before the token
    wrapped   (row, column) of the tokens where that happens
    zero      the streams begin this update from a zero state, if they carry one at all
    """

    scheme: Literal["aligned", "book"]
    reader: NDArray[np.int64]  # (N, L)
    now: NDArray[np.bool_]  # (N, L)
    never: NDArray[np.bool_]  # (N, L)
    foreign: int
    arrivals: NDArray[np.int64]  # (N, 2)
    jumped: tuple[int, ...]
    wrapped: tuple[tuple[int, int], ...]
    zero: bool


def excerpt(tokens: int, streams: int, time_size: int) -> Excerpt:
    """How much of a text of so many tokens is shown: a few windows a stream, and some rest where
    there is room for it. A text that is too short for one window is taken whole."""
    windows = max(3, COLUMNS // time_size)
    wanted = windows * time_size + (time_size + 2) // 3
    segment = min(wanted, (tokens - 1) // streams)
    if segment < time_size:
        return Excerpt(tokens, segment, 1)
    return Excerpt(segment * streams + 1, segment, segment // time_size)


def rows(
    shown: Excerpt, streams: int, time_size: int, scheme: Literal["aligned", "book"], update: int
) -> Rows:
    """Where the streams stand at update number `update`, counted from 0 over all epochs.

    Raises   TextError if not even one window fits into the text.
    """
    first = update // shown.updates_per_epoch * shown.updates_per_epoch
    walked = batching_picture(shown.tokens, streams, time_size, scheme, first, update - first + 1)
    shape = (streams, shown.segment)
    reader = np.full(streams * shown.segment, NOBODY)
    readers = np.broadcast_to(np.arange(streams), walked.positions.shape)
    reader[walked.positions] = readers
    now = np.zeros(streams * shown.segment, bool)
    now[walked.positions[-1]] = True
    never = np.zeros(shape, bool)
    if scheme == "aligned":
        never[:, shown.updates_per_epoch * time_size :] = True
    present = walked.positions[-1]
    jumps = np.argwhere(walked.jump[-1])
    return Rows(
        scheme,
        reader.reshape(shape),
        now.reshape(shape),
        never,
        int(walked.foreign[-1].sum()),
        np.stack(np.divmod(present[0], shown.segment), axis=1),
        tuple(int(stream) for _, stream in jumps),
        tuple(divmod(int(present[t, i]), shown.segment) for t, i in jumps),
        bool(walked.reset[-1]) or update == 0,
    )
