"""How far back a gradient reaches, before a training and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.experiments.race import RacePoint, race
from rnncore.metrics import bits
from rnncore.model import Rnnlm
from rnncore.probes.gradient_flow import gradient_flow
from rnncore.probes.reading import next_tokens, running_text
from rnncore.probes.spectra import spectra
from rnncore.shapes import Array, Ids
from rnncore.text.corpus import Corpus
from rnncore.text.lag import LETTERS
from rnncore.views import gradient_share

TICKS, STREAMS, FAR = 24, 16, 20
"""Window and streams of a measurement on running text, and the largest distance shown."""
STRINGS, BEFORE = 64, 2
"""Strings of the lag language that are measured, and how many are read before each, so that no
state is fresh from zero."""


class StepBack(NamedTuple):
    """The two factors of a step back in a plain cell: dh_t/dh_(t-1) = diag(tanh') Wh^T.

    slope    mean of tanh' = 1 - h^2 over units and ticks
    radius   spectral radius of Wh
    """

    slope: float
    radius: float


class Reach(NamedTuple):
    """What a loss sends back.

    norms   mean of |dL_t/dh_k| by distance d = t - k, L_t the loss at tick t in nats
    memory  the same at the memory c_k, None for a cell that has none
    bits    mean of the measured losses in bits
    step    what a step back is made of, where that has been measured
    """

    norms: Array  # (D,)
    memory: Array | None
    bits: float
    step: StepBack | None = None

    @property
    def share(self) -> float:
        """What arrives at the largest distance, of what the loss sends to its own state."""
        _, share = gradient_share(self.norms.tolist(), len(self.norms))
        return share or 0.0


class ReachPoint(NamedTuple):
    """A point of one runner, and what those reach that are trained by then."""

    point: RacePoint
    trained: dict[int, Reach]


class ReachRace(NamedTuple):
    """Several trainings on one text, and the losses whose gradients are followed.

    A runner stops at `enough` bits per token, or when it has read `tokens`; its points are `every`
    tokens apart.
    """

    configs: tuple[Config, ...]
    corpus: Corpus
    measure: Callable[[Rnnlm, Corpus], Reach]
    tokens: int
    every: int
    enough: float = 0.0

    def run(self) -> Iterator[ReachPoint]:
        """Train the runners side by side, a slice at a time."""
        trained: dict[int, Reach] = {}

        def measure(runner: int, model: Rnnlm) -> None:
            trained[runner] = self.measure(model, self.corpus)

        for point in race(
            self.configs, self.corpus, self.tokens, self.every, self._learnt, measure
        ):
            yield ReachPoint(point, dict(trained))

    def untrained(self) -> list[Reach]:
        """What each runner reaches before its first update."""
        size = len(self.corpus.vocabulary)
        return [self.measure(Rnnlm(config, size), self.corpus) for config in self.configs]

    def _learnt(self, point: RacePoint) -> bool:
        return point.bits <= self.enough


def of_all_tokens(model: Rnnlm, corpus: Corpus) -> Reach:
    """Every loss of some stretches of held-out text. The model is left as it is."""
    text = running_text(model, corpus, TICKS, STREAMS)
    flow = gradient_flow(text.model, text.xs, text.ts)
    memory = flow.memory_profile()
    chosen = next_tokens(text.model, flow.hidden)
    return Reach(
        flow.profile()[: FAR + 1],
        None if memory is None else memory[: FAR + 1],
        _mean_bits(chosen, text.ts),
    )


def of_a_plain_cell(model: Rnnlm, corpus: Corpus) -> Reach:
    """The same of a tanh cell, with what its steps back are made of."""
    text = running_text(model, corpus, TICKS, STREAMS)
    hidden = gradient_flow(text.model, text.xs, text.ts).hidden
    radius = spectra(model)[0].radius
    step = StepBack(float(1 - np.square(hidden).mean()), radius)
    return of_all_tokens(model, corpus)._replace(step=step)


def of_the_last_letter(model: Rnnlm, corpus: Corpus) -> Reach:
    """The loss of a string's last letter alone, back to the tick that read the first one, over
    held-out strings of the lag language. A guess costs 1 bit. The model is left as it is."""
    length = model.config.lag + 2
    letters = np.isin(corpus.valid, corpus.vocabulary.encode(LETTERS))
    # Where two letters stand side by side, the second begins a string.
    begins = np.flatnonzero(letters[:-1] & letters[1:]) + 1
    begins = begins[begins + (BEFORE + 1) * length <= len(corpus.valid)]
    chosen = begins[np.linspace(0, len(begins) - 1, min(STRINGS, len(begins))).astype(int)]
    text = corpus.valid[chosen + np.arange((BEFORE + 1) * length)[:, None]]
    before = BEFORE * length
    twin = model.twin()
    twin.hidden_states(text[:before])
    xs, ts = text[before:-1], text[before + 1 :]
    flow = gradient_flow(twin, xs, ts)
    last = next_tokens(twin, flow.hidden[-1])
    return Reach(
        _backwards(flow.norms),
        None if flow.memory_norms is None else _backwards(flow.memory_norms),
        _mean_bits(last, ts[-1]),
    )


def _backwards(norms: Array) -> Array:
    """Of (T, T, N): the last loss's, by distance."""
    return np.asarray(norms[-1].mean(axis=1)[::-1])


def _mean_bits(probabilities: Array, targets: Ids) -> float:
    chosen = np.take_along_axis(probabilities, targets[..., None], axis=-1)
    return bits(float(-np.log(chosen).mean()))
