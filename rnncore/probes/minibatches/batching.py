"""How mini-batches walk a text, as data: where every stream reads, and where it leaves its own."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.text.windows import Windows

Flags = NDArray[np.bool_]


class BatchingPicture(NamedTuple):
    """K updates in a row, from update `first` on. A position is an index into the text's inputs.

    inputs     tokens that can be read: one fewer than the text has
    segment    tokens of a stream's own part; stream i's own begins at starts[i] = i * segment
    unread     inputs that no update ever reads; in the book's scheme they are all read some time
    positions  what is read
    reset      the carried state is made zero before this update
    foreign    the position lies outside the stream's own part: the book's drift
    jump       the state that arrives here comes from another place in the text than the token
               before, and was not made zero: the book's wrap around the end
    """

    scheme: Literal["aligned", "book"]
    inputs: int
    updates_per_epoch: int
    first: int
    segment: int
    unread: int
    starts: NDArray[np.int64]  # (N,)
    positions: NDArray[np.int64]  # (K, T, N)
    reset: Flags  # (K,)
    foreign: Flags  # (K, T, N)
    jump: Flags  # (K, T, N)


def batching_picture(
    tokens: int,
    batch_size: int,
    time_size: int,
    scheme: Literal["aligned", "book"],
    first: int = 0,
    count: int = 1,
) -> BatchingPicture:
    """Where the N streams stand in a text of `tokens` tokens during `count` updates.

    Raises   TextError if the text is shorter than one window, N*T + 1 tokens.
    """
    windows = Windows(np.zeros(tokens, np.int64), batch_size, time_size, scheme)
    inputs, segment = tokens - 1, (tokens - 1) // batch_size
    updates = range(first, first + count)
    positions = np.stack([windows.positions(k) for k in updates])
    reset = np.array([windows.window(k).reset for k in updates])

    before = np.empty_like(positions)
    before[:, 1:] = positions[:, :-1]
    before[1:, 0] = positions[:-1, -1]
    before[0, 0] = windows.positions(first - 1)[-1] if first else positions[0, 0] - 1
    jump = positions != before + 1
    jump[reset, 0] = False
    starts = np.arange(batch_size) * segment
    foreign = (positions < starts) | (positions >= starts + segment)
    aligned = scheme == "aligned"
    read = windows.updates_per_epoch * time_size * batch_size
    return BatchingPicture(
        scheme, inputs, windows.updates_per_epoch, first, segment, inputs - read if aligned else 0,
        starts, positions, reset, foreign, jump,
    )  # fmt: skip


class UnrolledView(NamedTuple):
    """A stretch of S ticks cut into windows of T: what goes forward, and what is cut on the way
    back. Arrow t leads from tick t-1 to tick t; arrow 0 enters the stretch.

    window     which window a tick belongs to
    forward    the state is carried along this arrow
    backward   the gradient travels back along it: never over a window's edge
    reach      how many ticks back the gradient of this tick's loss comes
    learns     from how many losses a tick's state gets gradient: its own and those after it
    """

    time_size: int
    window: NDArray[np.int64]  # (S,)
    forward: Flags  # (S,)
    backward: Flags  # (S,)
    reach: NDArray[np.int64]  # (S,)
    learns: NDArray[np.int64]  # (S,)


def unrolled_view(ticks: int, time_size: int, *, stateful: bool = True) -> UnrolledView:
    """The links of `ticks` ticks in windows of `time_size`, the last one perhaps unfinished."""
    tick = np.arange(ticks)
    edge = tick % time_size == 0
    ends = np.minimum((tick // time_size + 1) * time_size, ticks)
    return UnrolledView(
        time_size,
        tick // time_size,
        np.full(ticks, True) if stateful else ~edge,
        ~edge,
        tick % time_size,
        ends - tick,
    )
