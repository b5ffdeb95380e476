"""How good a model is: nats, bits and perplexity, and the evaluation of held-out text.

The figure of a text is that of one uninterrupted stream: the first token is read from a zero
state, every later one from the state that all tokens before it have left. It starts from zero,
and not from the end of the text before, so that it is a property of the weights and the text
alone: whoever has both can measure it again, also where the part before is another file.
"""

from __future__ import annotations

import math

import numpy as np

from rnncore.memory import READ_AT_ONCE
from rnncore.model import Rnnlm, State
from rnncore.shapes import Ids

LARGEST = 1e300
"""Perplexities beyond it are reported as it: a curve can be drawn, infinity cannot."""
ONE_STREAM = 5_000
"""A text of fewer tokens is read by one stream."""
STRETCH, FEWEST, MOST = 1_000, 10, 64
"""A longer text is read by a stream for every so many tokens, within these bounds."""
WARM_UP = 200
"""Tokens that a stream reads before its stretch without counting them."""
SETTLED = 5e-3
"""Root mean square of the difference between two states, relative to 1 + |state|, that counts as
none."""
WINDOW = 100
"""Most ticks that are read in one call."""


def perplexity(loss: float) -> float:
    """exp(loss): the number of equally likely words that would surprise as much. loss in nats."""
    return math.exp(loss) if loss < math.log(LARGEST) else LARGEST


def bits(loss: float) -> float:
    """loss / ln 2: the same surprise in bits per token."""
    return loss / math.log(2)


def held_out_loss(model: Rnnlm, ids: Ids) -> float:
    """Mean loss in nats of predicting ids[1:], read as the model's run trains: with the state
    carried, or in windows of its own T from zero where the run is not `stateful`.

    `batch_size` changes no bit of it. Give a `twin()`: the model's carried state is lost.
    """
    config = model.config
    return carried_loss(model, ids) if config.stateful else fresh_loss(model, ids, config.time_size)


def carried_loss(model: Rnnlm, ids: Ids) -> float:
    """Mean loss in nats of predicting ids[1:] in one uninterrupted stream from a zero state.

    A text of at least ONE_STREAM tokens is read by several streams at once, as many as its length
    says. Each reads WARM_UP tokens before its stretch to arrive at the state of the one stream.
    Whether it did is seen at the end, when the stream before has reached the same place. A
    network that remembers for longer, or is chaotic, is read again by one stream.

    ids (n+1,), n >= 1. Give a `twin()`: the model's carried state is lost.
    Reference twin: reference.evaluation.stream_loss
    """
    loss, settled = _read_streams(model, ids, streams_of(len(ids)))
    return loss if settled else _read_streams(model, ids, 1)[0]


def streams_of(length: int) -> int:
    """By how many streams a text of `length` tokens is read at first: its length alone decides."""
    return 1 if length < ONE_STREAM else min(max(length // STRETCH, FEWEST), MOST)


def fresh_loss(model: Rnnlm, ids: Ids, time_size: int) -> float:
    """Mean loss in nats of predicting ids[1:] in windows of `time_size` laid on one stream, each
    from a zero state; the last window may be shorter.

    ids (n+1,), n >= 1. Give a `twin()`: the model's carried state is lost.
    Reference twin: reference.evaluation.stream_loss with `time_size`
    """
    n, T = len(ids) - 1, min(time_size, len(ids) - 1)
    whole = n // T * T
    xs, ts = ids[:whole].reshape(-1, T).T, ids[1 : whole + 1].reshape(-1, T).T
    together = max(1, READ_AT_ONCE // T)
    total = 0.0
    for first in range(0, xs.shape[1], together):
        model.reset_state()
        total += _sum(model, xs[:, first : first + together], ts[:, first : first + together])
    model.reset_state()
    return (total + _sum(model, ids[whole:-1, None], ids[whole + 1 :, None])) / n


def _read_streams(model: Rnnlm, ids: Ids, streams: int) -> tuple[float, bool]:
    """The mean loss by so many streams, and whether each began where the one before it ended.

    What does not divide is read at the front, by the first stream alone.
    """
    n = len(ids) - 1
    length = n // streams
    rest = n - streams * length
    starts = rest + length * np.arange(streams)

    model.reset_state()
    total = _sum(model, ids[:rest, None], ids[1 : rest + 1, None])
    if streams > 1:
        front = model.state if rest else None
        model.reset_state()
        _read(model, ids[np.maximum(starts - WARM_UP, 0) + np.arange(WARM_UP)[:, None]])
        _put_first(model.state, front)
    begins = model.state
    positions = starts + np.arange(length)[:, None]
    total += _sum(model, ids[positions], ids[positions + 1])
    return total / n, streams == 1 or _meet(model.state, begins)


def _sum(model: Rnnlm, xs: Ids, ts: Ids) -> float:
    """Read (ticks, streams) in windows from the carried state; the sum of all losses."""
    height = min(WINDOW, max(1, READ_AT_ONCE // xs.shape[1]))
    windows = [slice(t, t + height) for t in range(0, len(xs), height)]
    return sum((model.measure(xs[w], ts[w]) * xs[w].size for w in windows), 0.0)


def _read(model: Rnnlm, xs: Ids) -> None:
    """The same without asking for the losses."""
    height = min(WINDOW, max(1, READ_AT_ONCE // xs.shape[1]))
    for t in range(0, len(xs), height):
        model.hidden_states(xs[t : t + height])


def _put_first(state: State, front: State | None) -> None:
    """Give the first stream, which has no text before it, its own state; zero if there is none."""
    for i, layer in enumerate(state):
        for j, part in enumerate(layer):
            part[0] = front[i][j][0] if front else 0


def _meet(ends: State, begins: State) -> bool:
    """Whether every stream ended where the next one began its stretch, over all units and streams
    taken together."""
    gaps = [
        np.square((end[:-1] - begin[1:]) / (1 + np.abs(end[:-1]))).mean()
        for layers in zip(ends, begins, strict=True)
        for end, begin in zip(*layers, strict=True)
    ]
    return bool(max(gaps) <= SETTLED**2)
