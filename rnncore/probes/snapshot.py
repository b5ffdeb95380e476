"""One look inside a run: gradient profile, states of the probe sentence, fresh text."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from rnncore.config import Config
from rnncore.metrics import perplexity
from rnncore.model import Rnnlm
from rnncore.probes.cloud import cloud_states, cloud_stretches, state_frame
from rnncore.probes.copies import Copies
from rnncore.probes.gradient_flow import GradientFlow, gradient_flow
from rnncore.probes.passages import (
    STREAMS,
    Passages,
    distances,
    passages,
    profile_is_held_out,
    profiled_text,
)
from rnncore.probes.reading import warmed_stretches
from rnncore.probes.samples import draw_samples
from rnncore.probes.states import Subspace, parting_plane, principal_plane
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids
from rnncore.text.corpus import Corpus
from rnncore.text.twins import parted, twin_of
from rnncore.text.windows import Windows
from rnncore.views import CloudView, Rung, RunView, SnapshotView

TOP = 5


class Measurable(Protocol):
    """A network after `steps` updates, and what it reads."""

    @property
    def config(self) -> Config: ...
    @property
    def corpus(self) -> Corpus: ...
    @property
    def model(self) -> Rnnlm: ...
    @property
    def windows(self) -> Windows: ...
    @property
    def total_updates(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def seconds(self) -> float: ...


class Prober:
    """Measures a trainer's model again and again on the same tokens, with the same axes.

    The tokens come from the held-out text (from the training text where there is none). Every
    measurement is made on a twin of the model: training does not notice. The samples of a
    snapshot depend on (config.seed, step) alone. `chosen` are shorter passages than usual.
    `copies` finds what of them stands in the training text; None for a grammar's.
    """

    def __init__(self, trainer: Measurable, chosen: Passages | None = None) -> None:
        self._trainer = trainer
        self._model = trainer.model.twin()
        corpus, config = trainer.corpus, trainer.config
        self._passages = chosen or passages(config, corpus)
        self.copies = Copies(corpus) if corpus.grammar is None else None
        twin = twin_of(corpus) if self._passages.cloud else ()
        sentences = [corpus.probe, twin] if twin else [corpus.probe]
        encode = corpus.vocabulary.encode
        self._sentences: Ids = np.stack([encode([*corpus.prompt, *s]) for s in sentences], axis=1)
        ticks = self._passages.ticks
        window = warmed_stretches(profiled_text(config, corpus), ticks, STREAMS)
        rows = self._passages.warm_up + ticks + 1
        self._window = window[-rows:, : self._passages.streams]
        self._cloud = cloud_stretches(config, corpus) if self._passages.cloud else None
        self._parted = list(parted(corpus.probe, twin))
        self.plane = self._aimed(None)

    def aim(self) -> None:
        """Turn the plane towards the present states; what is measured later is in this plane until
        the next aim.

        Upwards it shows what parts the sentence from its twin, on average from where they part,
        and across what else varies most among the states of held-out text. On the axes of most
        variance alone, which tell kinds of words apart, the two sentences stay together.
        """
        self.plane = self._aimed(self.plane)

    def _aimed(self, before: Subspace | None) -> Subspace:
        if self._cloud is None:
            return principal_plane(_rows(self._flow()), before)
        states = cloud_states(self._model, self._cloud)
        if not self._parted:
            return principal_plane(states, before)
        own, other = self._read_sentences()
        return parting_plane(states, (other - own)[self._parted].mean(axis=0), before)

    def cloud(self) -> CloudView:
        """Where several hundred states of held-out text stand, to three decimals."""
        points: Array = np.empty((0, 2))
        if self._cloud is not None:
            points = self.plane.project(cloud_states(self._model, self._cloud))
        return CloudView(
            self._trainer.steps,
            tuple((x, y) for x, y in points.astype(float).round(3).tolist()),
        )

    def run_view(self) -> RunView:
        """The frame of every figure of this run."""
        return run_view(self._trainer.config, self._trainer.corpus, self._trainer.total_updates)

    def snapshot(self) -> SnapshotView:
        """Measure everything once with the present weights."""
        trainer, corpus, model = self._trainer, self._trainer.corpus, self._model
        flow = self._flow()

        states, *twins = self._read_sentences()
        W, b = model.parameters["affine.W"], model.parameters["affine.b"]
        next_tokens = self._top(softmax(states @ W + b))

        temperature = trainer.config.temperature
        rng = np.random.default_rng([trainer.config.seed, trainer.steps])
        samples, legal_share = draw_samples(
            model, corpus, temperature, rng, self._passages.sample, self.copies
        )
        return SnapshotView(
            step=trainer.steps,
            seconds=trainer.seconds,
            gradient_profile=tuple(map(float, flow.profile())),
            states=_points(self.plane.project(states)),
            variance_share=self.plane.variance_share(_rows(flow)),
            next_tokens=next_tokens,
            samples=samples,
            legal_share=legal_share,
            temperature=temperature,
            twin=_points(self.plane.project(twins[0]).astype(float).round(4)) if twins else (),
        )

    def train_perplexity(self) -> float:
        """Perplexity of the first training window: the curve's first point, before any update."""
        window = self._trainer.windows.window(0)
        ticks, streams = self._passages.window
        self._model.reset_state()
        xs, ts = (ids[:ticks, :streams] for ids in (window.xs, window.ts))
        return perplexity(self._model.forward(xs, ts))

    def _read_sentences(self) -> Array:
        """States after the tokens of the probe, and of its twin if there is one, (1 | 2, T, H)."""
        self._model.reset_state()
        hidden = self._model.hidden_states(self._sentences)
        return hidden[-len(self._trainer.corpus.probe) :].swapaxes(0, 1).copy()

    def _flow(self) -> GradientFlow:
        """What the measured part of the window shows to a model that has read the rest."""
        model, warm_up = self._model, len(self._window) - 1 - self._passages.ticks
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


def run_view(config: Config, corpus: Corpus, updates: int) -> RunView:
    """The frame of every figure of a run that makes so many updates; no weights are needed."""
    grammar = corpus.grammar
    return RunView(
        vocabulary_size=len(corpus.vocabulary),
        token_unit=corpus.tokenizer.name,
        floor=2 ** grammar.entropy_rate() if grammar else None,
        rungs=tuple(Rung(k, 2**bits) for k, bits in enumerate(grammar.ladder())) if grammar else (),
        time_size=config.time_size,
        updates=updates,
        tokens_per_update=config.batch_size * config.time_size,
        probe_tokens=corpus.probe,
        state_names=grammar.state_names if grammar else None,
        probe_states=tuple(grammar.states_along(corpus.probe)) if grammar else None,
        state_bound=math.sqrt(config.hidden_size),
        distances=distances(config, corpus),
        unigram=None if grammar else unigram_perplexity(corpus),
        states=state_frame(config, corpus),
        forgotten=forgotten_perplexity(corpus),
        forgets=(grammar and grammar.forgets) or "letter",
        on_training=tuple(
            figure
            for figure, held_out in (
                ("perplexity", corpus.holds_out()),
                ("gradients", profile_is_held_out(config, corpus)),
                ("states", profile_is_held_out(config, corpus)),
            )
            if not held_out
        ),
    )


def forgotten_perplexity(corpus: Corpus) -> float | None:
    """Perplexity, on the held-out text (on the training text where none is held out), of the best
    predictor that forgets only what the grammar's `forgets` names; None where that is nothing."""
    if corpus.grammar is None:
        return None
    read = corpus.watched()
    found = corpus.grammar.forgetful_bits(corpus.vocabulary.decode(read))
    return None if found is None else 2**found


def unigram_perplexity(corpus: Corpus) -> float:
    """Perplexity of the held-out text, of the training text where none is held out, by how often
    each token stands in the training text, counted once more than it does: none is impossible."""
    counts = np.bincount(corpus.train, minlength=len(corpus.vocabulary)) + 1
    read = corpus.watched()
    return perplexity(float(-np.log(counts / counts.sum())[read[1:]].mean()))


def _points(projected: Array) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in projected)


def _rows(flow: GradientFlow) -> Array:
    """The states of all ticks and streams, (n, H)."""
    return flow.hidden.reshape(-1, flow.hidden.shape[-1])
