"""The same prompts, completed again and again while a network learns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.config import Config
from rnncore.generation import generate
from rnncore.model import Rnnlm
from rnncore.probes.continuations import next_token
from rnncore.sampling import Sampling
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.training.trainer import Trainer

UPDATES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""After how many updates the prompts are completed."""
EVERY = 10
"""Updates from one report to the next."""


class Grown(NamedTuple):
    """What a network makes of the prompts after some updates.

    step   updates
    texts  by prompt, the tokens that greedy choices write
    next   by prompt, the distribution of the next token, (prompts, V)
    """

    step: int
    texts: tuple[tuple[int, ...], ...]
    next: NDArray[np.float64]


class Reached(NamedTuple):
    """How far a training has come between two completions."""

    step: int
    of: int


def complete(model: Rnnlm, step: int, prompts: Sequence[Ids], length: int) -> Grown:
    """Complete each prompt (length >= 1) by `length` tokens. Give a `twin()`: the model's carried
    state is replaced."""
    rng = np.random.default_rng(0)  # greedy choices leave it alone
    return Grown(
        step,
        tuple(
            tuple(int(ids[0]) for ids in islice(generate(model, prompt, 0, rng), length))
            for prompt in prompts
        ),
        np.array([next_token(model, prompt, Sampling()).raw for prompt in prompts]),
    )


def grow(
    config: Config, corpus: Corpus, prompts: Sequence[Ids], length: int
) -> Iterator[Grown | Reached]:
    """Train a network and complete the prompts after each of UPDATES, as far as the run goes."""
    trainer = Trainer(config, corpus)
    last = max(step for step in UPDATES if step <= trainer.total_updates)
    for step in UPDATES:
        if step > last:
            return
        while trainer.steps < step:
            trainer.step()
            if trainer.steps % EVERY == 0 and trainer.steps < step:
                yield Reached(trainer.steps, last)
        yield complete(trainer.model.twin(), step, prompts, length)


def half_way(points: Sequence[Grown], prompt: int, token: int) -> int | None:
    """The update from which on the token's probability stays beyond half of the way from its first
    to its last value; None where there are fewer than two points, or it ends where it began."""
    p = [float(point.next[prompt, token]) for point in points]
    if len(p) < 2 or p[0] == p[-1]:
        return None
    beyond = [(value - p[0]) / (p[-1] - p[0]) >= 0.5 for value in p]
    first = next(i for i in range(len(p)) if all(beyond[i:]))
    return points[first].step
