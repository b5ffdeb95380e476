"""Writing text: read a prompt, draw a token, read it, draw the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncore.memory import READ_AT_ONCE, READ_LOGITS
from rnncore.model import Rnnlm
from rnncore.sampling import Sampling, Truths, final
from rnncore.shapes import Array, Ids
from rnncore.text.grammar_tables import NOWHERE, Legal

ADDED_UP_AT_ONCE = 2**15
"""Probabilities whose running sums are in memory at once, if they are not all of one row: what
fits into the cache costs a third."""


def draw(probabilities: Array, rng: np.random.Generator) -> Ids:
    """One token id per row, by inverting the cumulative distribution.      (N, V)  ->  (N,)"""
    N, V = probabilities.shape
    darts, height = rng.random((N, 1)), max(1, ADDED_UP_AT_ONCE // V)
    drawn = np.empty(N, np.int64)
    for top in range(0, N, height):
        rows = slice(top, top + height)
        cumulative = np.cumsum(probabilities[rows], axis=1, dtype=np.float64)
        (cumulative > darts[rows] * cumulative[:, -1:]).argmax(axis=1, out=drawn[rows])
    return drawn


def choose(
    logits: Array,
    temperature: float,
    rng: np.random.Generator,
    top_k: int = 0,
    top_p: float = 1.0,
    allowed: Truths | None = None,
) -> Ids:
    """One token id per row, see `generate`.      (N, V)  ->  (N,)"""
    p = final(logits, Sampling(temperature, top_k, top_p), allowed)
    return np.asarray(p.argmax(axis=1)) if temperature == 0 else draw(p, rng)


def generate(
    model: Rnnlm,
    prompt: Ids,
    temperature: float,
    rng: np.random.Generator,
    streams: int = 1,
    *,
    top_k: int = 0,
    top_p: float = 1.0,
    legal: Legal | None = None,
) -> Iterator[Ids]:
    """Read `prompt` (length >= 1), then yield one drawn token per stream, (streams,), for ever.

    Each token is drawn from softmax(logits / temperature): below 1 the likely tokens win, above
    1 the choice comes near to chance. At temperature 0 the likeliest token always wins, of equals
    the one with the lowest id, and `rng` is left alone. `top_k` and `top_p` cut tokens before one
    is drawn, see `Sampling`; `legal` first takes away what a grammar forbids. Give a `twin()`: the
    model's carried state is replaced.
    """
    model.reset_state()
    if len(prompt) > 1:
        model.hidden_states(prompt[:-1, None])
        model.state = tuple(
            tuple(np.repeat(part, streams, axis=0) for part in layer) for layer in model.state
        )
    token = np.repeat(prompt[-1:], streams)
    states = np.full(streams, NOWHERE if legal is None else legal.state)
    while True:
        logits = model.logits(token[None, :])[0]
        allowed = None if legal is None else legal.tables.after[states] != NOWHERE
        token = choose(logits, temperature, rng, top_k, top_p, allowed)
        if legal is not None:
            states = legal.tables.after[states, token]
        yield token


def logits_along(model: Rnnlm, ids: Ids, first: int = 0, *, window: int = 0) -> Iterator[Array]:
    """The logits after each of the tokens ids[first:], in parts (rows, V) in their order, float64.

    Read from a zero state that is carried along as in `generate`; with a `window` it is zero again
    before every so many tokens, as in a network that is not trained statefully. Give a `twin()`:
    the model's carried state is replaced.
    """
    rows = max(1, min(READ_AT_ONCE, READ_LOGITS // model.vocabulary_size))
    model.reset_state()
    top = 0
    while top < len(ids):
        if window and top % window == 0:
            model.reset_state()
        # A part ends where logits begin to be wanted, and where the state is zero again.
        ends = [top + (READ_AT_ONCE if top < first else rows), len(ids)]
        ends += [first] if top < first else []
        ends += [top + window - top % window] if window else []
        part = ids[top : min(ends), None]
        if top < first:
            model.hidden_states(part)
        else:
            yield model.logits(part)[:, 0].astype(np.float64)
        top = min(ends)
