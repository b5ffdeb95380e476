"""How good a model is: nats, bits and perplexity, and the evaluation of held-out text."""

from __future__ import annotations

import math

from rnncore.model import Rnnlm
from rnncore.shapes import Ids

LARGEST = 1e300
"""Perplexities beyond it are reported as it: a curve can be drawn, infinity cannot."""


def perplexity(loss: float) -> float:
    """exp(loss): the number of equally likely words that would surprise as much. loss in nats."""
    return math.exp(loss) if loss < math.log(LARGEST) else LARGEST


def bits(loss: float) -> float:
    """loss / ln 2: the same surprise in bits per token."""
    return loss / math.log(2)


def held_out_loss(model: Rnnlm, ids: Ids, batch_size: int, time_size: int) -> float:
    """Mean loss in nats of predicting ids[1:], every token exactly once.

    The text is read by up to `batch_size` streams at a time, each starting its own stretch from
    a zero state; what does not divide is read on by the last stream. Give a `twin()`: the
    model's carried state is lost.
    """
    targets = len(ids) - 1
    N = min(batch_size, max(1, targets // time_size))
    length = targets // N
    xs = ids[: N * length].reshape(N, length).T
    ts = ids[1 : N * length + 1].reshape(N, length).T
    model.reset_state()
    total = 0.0
    for t in range(0, length, time_size):
        x, y = xs[t : t + time_size], ts[t : t + time_size]
        total += model.measure(x, y) * x.size
    rest = targets - N * length
    if rest:
        model.state = tuple(tuple(part[-1:] for part in layer) for layer in model.state)
        total += model.measure(ids[-rest - 1 : -1, None], ids[-rest:, None]) * rest
    return total / targets
