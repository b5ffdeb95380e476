"""Writing text: read a prompt, draw a token, read it, draw the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncore.model import Rnnlm
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids

COLDEST = 1e-30
"""Temperatures below this one, other than 0, act like it: no logits lie nearer together."""


def draw(probabilities: Array, rng: np.random.Generator) -> Ids:
    """One token id per row, by inverting the cumulative distribution.      (N, V)  ->  (N,)"""
    cumulative = np.cumsum(probabilities, axis=1, dtype=np.float64)
    threshold = rng.random((len(probabilities), 1)) * cumulative[:, -1:]
    return np.asarray((cumulative <= threshold).sum(axis=1))


def choose(logits: Array, temperature: float, rng: np.random.Generator) -> Ids:
    """One token id per row at this temperature, see `generate`.      (N, V)  ->  (N,)"""
    if temperature == 0:
        return np.asarray(logits.argmax(axis=1))
    # The difference first: logits / temperature might be no numbers.
    below = logits - logits.max(axis=1, keepdims=True)
    return draw(softmax(below / max(temperature, COLDEST)), rng)


def generate(
    model: Rnnlm, prompt: Ids, temperature: float, rng: np.random.Generator, streams: int = 1
) -> Iterator[Ids]:
    """Read `prompt` (length >= 1), then yield one drawn token per stream, (streams,), for ever.

    Each token is drawn from softmax(logits / temperature): below 1 the likely tokens win, above
    1 the choice comes near to chance. At temperature 0 the likeliest token always wins, of equals
    the one with the lowest id, and `rng` is left alone. Give a `twin()`: the model's carried
    state is replaced.
    """
    model.reset_state()
    if len(prompt) > 1:
        model.hidden_states(prompt[:-1, None])
        model.state = tuple(
            tuple(np.repeat(part, streams, axis=0) for part in layer) for layer in model.state
        )
    token = np.repeat(prompt[-1:], streams)
    while True:
        logits = model.logits(token[None, :])[0]
        token = choose(logits, temperature, rng)
        yield token
