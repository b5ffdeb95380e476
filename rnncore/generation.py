"""Writing text: read a prompt, draw a token, read it, draw the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncore.model import Rnnlm
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids


def draw(probabilities: Array, rng: np.random.Generator) -> Ids:
    """One token id per row, by inverting the cumulative distribution.      (N, V)  ->  (N,)"""
    cumulative = np.cumsum(probabilities, axis=1, dtype=np.float64)
    dart = rng.random((len(probabilities), 1)) * cumulative[:, -1:]
    return np.asarray((cumulative <= dart).sum(axis=1))


def generate(
    model: Rnnlm, prompt: Ids, temperature: float, rng: np.random.Generator, streams: int = 1
) -> Iterator[Ids]:
    """Read `prompt` (length >= 1), then yield one drawn token per stream, (streams,), for ever.

    Each token is drawn from softmax(logits / temperature): below 1 the likely tokens win, above
    1 the choice comes near to chance. Give a `twin()`: the model's carried state is replaced.
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
        token = draw(softmax(logits / temperature), rng)
        yield token
