"""The whole model on one window: what leaves every Time layer, in the book's shapes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.model import Rnnlm
from rnncore.probes.reading import read
from rnncore.shapes import Array, Ids, check_shape


class TimeLayers(NamedTuple):
    """A window on its way through the layers. Dropout is off, as in every measurement.

    xs, ts  ids that are read, and that should be predicted, (T, N)
    xs_vec  embedded, (T, N, D)
    before  hidden state of every recurrent layer before the window, (N, H) each
    hs      what leaves every recurrent layer, (T, N, H) each; the last one goes on
    scores  of all tokens, before the softmax, (T, N, V)
    losses  -ln P(target), (T, N)
    """

    xs: Ids
    ts: Ids
    xs_vec: Array
    before: tuple[Array, ...]
    hs: tuple[Array, ...]
    scores: Array
    losses: Array

    @property
    def loss(self) -> float:
        """What TimeSoftmaxWithLoss returns: the mean over T * N, in nats."""
        return float(self.losses.mean())


def time_layers(model: Rnnlm, xs: Ids, ts: Ids) -> TimeLayers:
    """Read a window (T, N) from the state that `model` carries, which stays as it is. Allocates.

    Raises   ShapeError if `ts` are not as many as `xs`.
    """
    check_shape("ts", ts, xs.shape, "(T, N)")
    reading = read(model, xs)
    layers = range(model.config.layers)
    hs = tuple(np.stack([state[i][0] for state in reading.states]) for i in layers)
    W, b = model.parameters["affine.W"], model.parameters["affine.b"]
    scores = hs[-1] @ W + b
    peak = scores.max(axis=-1, keepdims=True).astype(np.float64)
    log_sum = np.log(np.exp(scores - peak).sum(axis=-1)) + peak[..., 0]
    losses = log_sum - np.take_along_axis(scores, ts[..., None], axis=-1)[..., 0]
    before = tuple(_before(model, i, xs.shape[1]) for i in layers)
    return TimeLayers(xs, ts, model.embedding_table[xs], before, hs, scores, losses)


def _before(model: Rnnlm, layer: int, streams: int) -> Array:
    shape = (streams, model.config.hidden_size)
    state = model.state[layer]
    return state[0] if state and state[0].shape == shape else np.zeros(shape, model.config.dtype)
