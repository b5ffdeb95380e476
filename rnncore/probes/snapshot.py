"""One look inside a run: gradient profile, states of the probe sentence, fresh text."""

from __future__ import annotations

import math

import numpy as np

from rnncore.metrics import perplexity
from rnncore.probes.gradient_flow import GradientFlow, gradient_flow
from rnncore.probes.reading import warmed_stretches
from rnncore.probes.samples import draw_samples
from rnncore.probes.states import principal_plane
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids
from rnncore.training.trainer import Trainer
from rnncore.views import Rung, RunView, SnapshotView

STREAMS = 3
DISTANCES = (24, 64)
"""Shortest and longest gradient profile; between them one and a half times T."""
TOP = 5


class Prober:
    """Measures a trainer's model again and again on the same tokens, with the same axes.

    The tokens come from the held-out text (from the training text where there is none). Every
    measurement is made on a twin of the model: training does not notice. The samples of a
    snapshot depend on (config.seed, step) alone.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._model = trainer.model.twin()
        corpus, T = trainer.corpus, trainer.config.time_size
        self._sentence: Ids = corpus.vocabulary.encode([*corpus.prompt, *corpus.probe])
        shortest, longest = DISTANCES
        wanted = min(max(T + T // 2, shortest), longest)
        text = corpus.valid if len(corpus.valid) > wanted else corpus.train
        self._ticks = min(wanted, len(text) - 1)
        self._window = warmed_stretches(text, self._ticks, STREAMS)
        self.aim()

    def aim(self) -> None:
        """Turn the plane towards the present states; later snapshots use it until the next aim."""
        self.plane = principal_plane(_rows(self._flow()))

    def run_view(self) -> RunView:
        """The frame of every figure of this run."""
        trainer, corpus = self._trainer, self._trainer.corpus
        grammar, config = corpus.grammar, trainer.config
        return RunView(
            vocabulary_size=len(corpus.vocabulary),
            token_unit=corpus.tokenizer.name,
            floor=2 ** grammar.entropy_rate() if grammar else None,
            rungs=tuple(Rung(k, 2**bits) for k, bits in enumerate(grammar.ladder()))
            if grammar
            else (),
            time_size=config.time_size,
            updates=trainer.total_updates,
            tokens_per_update=config.batch_size * config.time_size,
            probe_tokens=corpus.probe,
            state_names=grammar.state_names if grammar else None,
            probe_states=tuple(grammar.states_along(corpus.probe)) if grammar else None,
            state_bound=math.sqrt(config.hidden_size),
            distances=self._ticks,
        )

    def snapshot(self) -> SnapshotView:
        """Measure everything once with the present weights."""
        trainer, corpus, model = self._trainer, self._trainer.corpus, self._model
        flow = self._flow()

        model.reset_state()
        states = model.hidden_states(self._sentence[:, None])[-len(corpus.probe) :, 0].copy()
        W, b = model.parameters["affine.W"], model.parameters["affine.b"]
        next_tokens = self._top(softmax(states @ W + b))

        temperature = trainer.config.temperature
        rng = np.random.default_rng([trainer.config.seed, trainer.steps])
        samples, legal_share = draw_samples(model, corpus, temperature, rng)
        return SnapshotView(
            step=trainer.steps,
            seconds=trainer.seconds,
            gradient_profile=tuple(map(float, flow.profile())),
            states=tuple((float(x), float(y)) for x, y in self.plane.project(states)),
            variance_share=self.plane.variance_share(_rows(flow)),
            next_tokens=next_tokens,
            samples=samples,
            legal_share=legal_share,
            temperature=temperature,
        )

    def train_perplexity(self) -> float:
        """Perplexity of the first training window: the curve's first point, before any update."""
        window = self._trainer.windows.window(0)
        self._model.reset_state()
        return perplexity(self._model.forward(window.xs, window.ts))

    def _flow(self) -> GradientFlow:
        """What the measured part of the window shows to a model that has read the rest."""
        model, warm_up = self._model, len(self._window) - 1 - self._ticks
        model.reset_state()
        if warm_up:
            model.hidden_states(self._window[:warm_up])
        return gradient_flow(model, self._window[warm_up:-1], self._window[warm_up + 1 :])

    def _top(self, probabilities: Array) -> tuple[tuple[tuple[str, float], ...], ...]:
        tokens = self._trainer.corpus.vocabulary.tokens
        best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
        return tuple(
            tuple((tokens[i], float(row[i])) for i in order)
            for row, order in zip(probabilities, best, strict=True)
        )


def _rows(flow: GradientFlow) -> Array:
    """The states of all ticks and streams, (n, H)."""
    return flow.hidden.reshape(-1, flow.hidden.shape[-1])
