"""Reading a long text as one stream would, by many streams at once.

The text is cut into stretches, one for each stream. Where a stretch begins is known only when the
one before it has been read, so every stream first guesses: it reads some tokens before its stretch
from a zero state. When all have read theirs, each guess is compared with the state in
which the stretch before ended. Where it was wrong the stretch is read again from that state, until
the new states meet the old ones. The text is read when a chain of such readings leads from its
first token to its last.

A network that forgets needs few tokens of second readings or none. One with some attractors,
between which its inputs seldom move it, as an untrained RNN often is, needs a reading of every
stretch from each of them. A network that keeps all it has read, or is chaotic, has no such chain:
it has to be read by one stream.
Where the output layer is most of the work the chain is looked for without it, and the losses are
asked for once.
Source   parallel in time as Lions, Maday & Turinici (2001), with the warm-up as coarse solution.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.memory import READ_AT_ONCE
from rnncore.model import Rnnlm
from rnncore.shapes import Array, Ids

WARM_UP, SHARE = 60, 8
"""Tokens that a stream reads before its stretch without counting them: at least so many, and one
eighth of a long stretch."""
SETTLED = {"float32": 1e-2, "float64": 1e-8}
"""Root mean square of the difference between two states, relative to 1 + |state|, that counts as
none. Who asks for double precision wants more digits of the figure, too."""
PROGRESS, FEW = 0.8, 8
"""Rounds go on while each, from the third on, has at most this share of the readings of the one
before it, or at most one eighth of the stretches: a network that never forgets has not."""
LEG, LEGS = 50, 8
"""A stretch is divided into legs of about so many tokens, and about so many of them at most; after
each it is seen whether second readings have met the first."""
CHEAP = 10
"""Cells that multiply so many times fewer numbers than the output layer are read ahead of it."""


class _Round(NamedTuple):
    """Readings of some stretches, side by side. `next` names the reading that goes on from each,
    by round and row, perhaps of a round to come; -1 stands for none."""

    row_of: Ids  # (streams + 1,), of each stretch
    begins: Array  # (P, N, H), P counts the states of all layers
    losses: Array  # (N,), sums in nats
    next: Ids  # (N, 2)


def read_by_one(model: Rnnlm, ids: Ids) -> float:
    """Sum of the losses in nats of predicting ids[1:], read by one stream from a zero state."""
    model.reset_state()
    return float(read(model, ids[:-1, None], ids[1:, None])[0])


def read_by_many(model: Rnnlm, ids: Ids, streams: int) -> float | None:
    """The same by so many streams, each of which has at least WARM_UP tokens to read.

    Returns None if they do not meet. What does not divide is read at the front by one stream.
    """
    ahead = _cells_are_cheap(model)
    text = _Stretches(model, ids, streams, ahead)
    front, begins = text.begin()
    chain = _find_chain(text, begins, streams)
    if chain is None:
        return None
    begins, losses = chain
    if ahead:
        losses = _Stretches(model, ids, streams).read(np.arange(streams), begins)[1]
    return front + float(losses.sum())


def read(model: Rnnlm, xs: Ids, ts: Ids) -> Array:
    """Read (ticks, streams) from the carried state; the sum of every stream's losses, (N,)."""
    total = np.zeros(xs.shape[1])
    height = max(1, READ_AT_ONCE // xs.shape[1])
    for top in range(0, len(xs), height):
        window = slice(top, top + height)
        total += model.losses(xs[window], ts[window]).sum(axis=0)
    return total


def _find_chain(text: _Stretches, begins: Array, streams: int) -> tuple[Array, Array] | None:
    """Begins (P, streams, H) and losses of readings that go on from each other, one of every
    stretch, where the first begins as `begins` says."""
    rounds: list[_Round] = []
    stretches = np.arange(streams)
    while True:
        ends, losses = text.read(stretches, begins)
        row_of, following = np.full(streams + 1, -1), np.full((len(stretches), 2), -1)
        row_of[stretches] = np.arange(len(stretches))
        rounds.append(_Round(row_of, begins, losses, following))
        for number, earlier in enumerate(rounds):
            theirs = earlier.row_of[stretches + 1]
            rows = ((following[:, 0] < 0) & (theirs >= 0)).nonzero()[0]
            rows = rows[_same(ends[:, rows], earlier.begins[:, theirs[rows]])]
            following[rows, 0], following[rows, 1] = number, theirs[rows]
        wrong = ((following[:, 0] < 0) & (stretches + 1 < streams)).nonzero()[0]
        following[wrong, 0], following[wrong, 1] = len(rounds), np.arange(len(wrong))

        chain = [(0, 0)]
        while len(chain) < streams and chain[-1][0] < len(rounds):
            number, row = chain[-1]
            chain.append((int(rounds[number].next[row, 0]), int(rounds[number].next[row, 1])))
        if chain[-1][0] < len(rounds):
            return (
                np.stack([rounds[number].begins[:, row] for number, row in chain], axis=1),
                np.array([rounds[number].losses[row] for number, row in chain]),
            )
        if len(rounds) > 1 and len(wrong) > max(PROGRESS * len(stretches), streams / FEW):
            return None
        stretches, begins = stretches[wrong] + 1, ends[:, wrong]


class _Stretches:
    """The stretches of a text, and what their first readings left at the end of every leg."""

    def __init__(self, model: Rnnlm, ids: Ids, streams: int, silent: bool = False) -> None:
        """With `silent` no losses are asked for."""
        self._model, self._ids, self._silent = model, ids, silent
        length = (len(ids) - 1) // streams
        self._rest = len(ids) - 1 - streams * length
        self._starts = self._rest + length * np.arange(streams)
        # Few shapes of windows: for each the model reserves its buffers anew.
        self._height = height = max(1, READ_AT_ONCE // streams)
        self._windows = [np.arange(t, min(t + height, length)) for t in range(0, length, height)]
        self._warm_up = -(-max(WARM_UP, length // SHARE) // height)  # in windows
        self._leg = -(-max(LEG, length // LEGS) // height)  # in windows
        self._marks: list[tuple[Array, Array]] = []  # states (P, streams, H), losses (streams,)

    def begin(self) -> tuple[float, Array]:
        """Losses of the rest at the front; the states (P, N, H) that the stretches begin from,
        of which all but the first are guessed."""
        model, ids, rest, height = self._model, self._ids, self._rest, self._height
        model.reset_state()
        for back in range(self._warm_up * height, 0, -height):
            model.hidden_states(
                ids[np.maximum(self._starts - back, 0) + np.arange(height)[:, None]]
            )
        begins = _state(model)
        begins[:, 0] = 0
        if not rest:
            return 0.0, begins
        loss = read_by_one(model, ids[: rest + 1])
        begins[:, 0] = _state(model)[:, 0]
        return loss, begins

    def read(self, stretches: Ids, begins: Array) -> tuple[Array, Array]:
        """Read stretches from states (P, N, H); their ends and the sums of their losses (N,)."""
        again, losses = bool(self._marks), np.zeros(len(stretches))
        _put_state(self._model, begins)
        for number, first in enumerate(range(0, len(self._windows), self._leg)):
            of_leg = np.zeros(len(stretches))
            for window in self._windows[first : first + self._leg]:
                positions = self._starts[stretches] + window[:, None]
                if self._silent:
                    self._model.hidden_states(self._ids[positions])
                else:
                    of_leg += read(self._model, self._ids[positions], self._ids[positions + 1])
            losses += of_leg
            state = _state(self._model)
            if not again:
                self._marks.append((state, of_leg))
            elif _same(state, self._marks[number][0][:, stretches]).all():
                for _, later in self._marks[number + 1 :]:
                    losses += later[stretches]
                return self._marks[-1][0][:, stretches], losses
        return state, losses


def _same(one: Array, other: Array) -> Array:
    """Which of N states (P, N, H) differ by no more than counts as nothing, (N,)."""
    gaps = np.square((one - other) / (1 + np.abs(one))).mean(axis=-1).max(axis=0)
    return np.asarray(gaps <= SETTLED[one.dtype.name] ** 2)


def _cells_are_cheap(model: Rnnlm) -> bool:
    weights = model.parameters
    cells = sum(weights[name].size for name in weights.names if name.startswith("cell."))
    return bool(CHEAP * cells <= weights["affine.W"].size)


def _state(model: Rnnlm) -> Array:
    """The carried state in one array (P, N, H). Allocates."""
    return np.stack([part for layer in model.state for part in layer])


def _put_state(model: Rnnlm, state: Array) -> None:
    parts = iter(state)
    model.state = tuple(tuple(next(parts) for _ in layer) for layer in model.state)
