"""How good a model is: nats, bits and perplexity, and the evaluation of held-out text.

The figure of a text is that of one uninterrupted stream: the first token is read from a zero
state, every later one from the state that all tokens before it have left. It starts from zero,
and not from the end of the text before, so that it is a property of the weights and the text
alone: whoever has both can measure it again, also where the part before is another file.
"""

from __future__ import annotations

import math

from rnncore.memory import READ_AT_ONCE
from rnncore.model import Rnnlm
from rnncore.parallel_reading import read, read_by_many, read_by_one
from rnncore.shapes import Ids

LARGEST = 1e300
"""Perplexities beyond it are reported as it: a curve can be drawn, infinity cannot."""
ONE_STREAM = 5_000
"""A text of fewer tokens is read by one stream."""
STRETCH, FEWEST, MOST = 500, 20, 64
"""A longer text is read by a stream for every so many tokens, within these bounds."""


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
    says: `parallel_reading`. A network that is chaotic, or keeps all it has read, is read by one.

    ids (n+1,), n >= 1. Give a `twin()`: the model's carried state is lost.
    Reference twin: reference.evaluation.stream_loss
    """
    streams = streams_of(len(ids))
    total = read_by_many(model, ids, streams) if streams > 1 else None
    if total is None:
        total = read_by_one(model, ids)
    return _mean(total, len(ids) - 1)


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
        total += read(model, xs[:, first : first + together], ts[:, first : first + together]).sum()
    model.reset_state()
    total += read(model, ids[whole:-1, None], ids[whole + 1 :, None]).sum()
    return _mean(float(total), n)


def _mean(total: float, count: int) -> float:
    """No loss is below zero, but rounding may put a sum of zeros there."""
    return max(total / count, 0.0)
