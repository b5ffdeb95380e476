"""How N streams walk a text in windows of T ticks: the mini-batches of truncated BPTT."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.errors import TextError


class Window(NamedTuple):
    """The inputs of one update and their successors; do not write to them."""

    xs: NDArray[np.int64]  # (T, N)
    ts: NDArray[np.int64]  # (T, N): ts is the token after xs in the text
    reset: bool  # the carried state must be zeroed before this window


class Windows:
    """The window of every update, as a pure function of its number k = 0, 1, 2, ...

        aligned  stream i owns ids[i*L : (i+1)*L], L = (len(ids)-1) // N, and reads it from the
                 front in L // T windows; every epoch starts there again, with `reset`.
        book     stream i reads x[(i*(n//N) + k*T + t) mod n], n = len(ids)-1, for ever: it walks
                 on into its neighbour's text and wraps at the end, and is never reset.

    Shapes   ids (any length > N*T,), window (T, N), C-contiguous int64
    Raises   TextError if the text is shorter than one window, N*T + 1 tokens.
    Buffers  `aligned` copies the text at its first window and its windows are views; `book`
             gathers.
    Source   `book`: Saito, Deep Learning from Scratch 2, section 5.5.
    """

    def __init__(
        self,
        ids: NDArray[np.integer],
        batch_size: int,
        time_size: int,
        scheme: Literal["aligned", "book"] = "aligned",
    ) -> None:
        text: NDArray[np.int64] = np.asarray(ids, np.int64)
        N, T, n = batch_size, time_size, len(ids) - 1
        if n < N * T:
            raise TextError(
                "too_short",
                f"The training text has {len(ids):,} tokens, but {N} streams of {T} ticks need "
                f"at least {N * T + 1:,}; use a longer text, or lower N or T.",
                tokens=len(ids),
                needed=N * T + 1,
                batch_size=N,
                time_size=T,
            )
        self.batch_size, self.time_size, self.scheme = N, T, scheme
        self._n, self._length = n, n // N
        self._starts = np.arange(N) * self._length
        if scheme == "aligned":
            self.updates_per_epoch = self._length // T
        else:
            self.updates_per_epoch = n // (N * T)
        self._text = text

    def window(self, k: int) -> Window:
        """Inputs and targets of update k >= 0; k counts on over the epochs."""
        T = self.time_size
        if self.scheme == "aligned":
            turn = k % self.updates_per_epoch
            rows = self._rows[turn * T : (turn + 1) * T + 1]
            return Window(rows[:-1], rows[1:], turn == 0)
        positions = self.positions(k)
        return Window(self._text[positions], self._text[positions + 1], False)

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """Row j holds the j-th token of every segment and one row more, for the last targets:
        time-major once, so that each window is a slice."""
        rows = self._text[self._starts + np.arange(self._length + 1)[:, None]]
        rows.setflags(write=False)
        return rows

    def positions(self, k: int) -> NDArray[np.int64]:
        """Where in the text the inputs of update k stand, shape (T, N)."""
        T = self.time_size
        ticks = np.arange(T)[:, None]
        if self.scheme == "aligned":
            return self._starts + (k % self.updates_per_epoch) * T + ticks
        return (self._starts + k * T % self._n + ticks) % self._n
