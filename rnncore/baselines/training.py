"""The training of a window model, in slices that a caller may pause or leave after any."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from rnncore.baselines.language_model import held_out_loss
from rnncore.baselines.windows import Kind, WindowLm, largest_size
from rnncore.config import Config
from rnncore.memory import check_memory, parameter_count
from rnncore.optimizers import OPTIMIZERS, clip, global_norm
from rnncore.shapes import check_ids
from rnncore.text.corpus import Corpus
from rnncore.text.lengths import check_length
from rnncore.text.windows import Windows
from rnncore.training.divergence import SMOOTHING, diverged, is_sound
from rnncore.training.schedules import scheduled_rate

TRAINING: dict[str, Any] = {
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "time_size": 5,
    "max_grad_norm": 0.5,
}
"""How a window model is trained where nobody says anything else: as in docs/benchmarks.md."""


class Progress(NamedTuple):
    """After a slice of training. `loss` is the mean of its updates in nats per token."""

    updates: int
    of: int
    tokens: int
    loss: float


def window_config(config: Config, vocabulary_size: int, kind: Kind, words: int) -> Config:
    """The same settings with the largest D = H with which the window model has no more parameters
    than the recurrent network of `config`.

    Raises ConfigError if no size has as few, or if that network itself needs too much memory.
    """
    check_memory(config, vocabulary_size)
    budget = parameter_count(config, vocabulary_size)
    size = largest_size(kind, words, vocabulary_size, budget)
    return config.with_changes(embedding_size=size, hidden_size=size, tied=False)


class WindowTrainer:
    """A window model, its optimizer and its place in the text.

    Each update reads N*T positions, those that the recurrent network reads in its update of the
    same number (`text.windows.Windows`); the words of a window before position p are those of the
    text, also where p begins a stream. Optimizer, learning rate, schedule, clipping, epochs and
    seed are those of `config`. The arithmetic depends on (config, corpus, number of updates) alone.

    Raises   TextError if the text is too short, ConfigError if the settings leave too little of it
             or need too much memory.
    """

    def __init__(self, config: Config, corpus: Corpus, kind: Kind, words: int) -> None:
        self.config, self.corpus = config, corpus
        for part in ("train", "valid", "test"):
            check_ids(f"corpus.{part}", getattr(corpus, part), len(corpus.vocabulary))
        check_length(config, corpus)
        self._windows = Windows(
            corpus.train, config.batch_size, config.time_size, config.window_scheme
        )
        self.model = WindowLm(config, len(corpus.vocabulary), kind, words)
        self._optimizer = OPTIMIZERS[config.optimizer](self.model.parameters)
        self.updates = 0
        self._mean_loss = math.log(len(corpus.vocabulary))
        self._best, self._worsened = math.inf, 0  # held-out loss, as the quarter schedule sees it

    @property
    def total_updates(self) -> int:
        return self.config.epochs * self._windows.updates_per_epoch

    @property
    def tokens(self) -> int:
        """Tokens that have been predicted in training."""
        return self.updates * self.config.batch_size * self.config.time_size

    @np.errstate(over="ignore", invalid="ignore")  # `is_sound` sees what comes of it
    def step(self) -> float:
        """Make one update and return the loss before it, in nats per token.

        Raises Diverged, before any weight is touched, if loss or gradient norm is not finite or
        the mean loss has grown beyond all use.
        """
        config, model, text = self.config, self.model, self.corpus.train
        positions = self._windows.positions(self.updates)
        loss = model.forward(model.contexts(text, positions), text[positions.ravel() + 1])
        model.backward()
        norm = global_norm(model.parameters)
        mean_loss = self._mean_loss + SMOOTHING * (loss - self._mean_loss)
        rate = scheduled_rate(config, self.updates, self.total_updates, self._worsened)
        if not is_sound(mean_loss, norm, model.vocabulary_size):
            raise diverged(loss, norm, self.updates, rate, clipped=bool(config.max_grad_norm))
        clip(model.parameters, norm, config.max_grad_norm)
        self._optimizer.update(model.parameters, rate, model.touched_rows)
        self.updates += 1
        self._mean_loss = mean_loss
        if config.schedule == "quarter" and self.updates % self._windows.updates_per_epoch == 0:
            self._compare_held_out()
        return loss

    def run(self, every: int = 20) -> Iterator[Progress]:
        """Train to the end and report after each `every` updates, and at the end."""
        while self.updates < self.total_updates:
            count = min(every, self.total_updates - self.updates)
            loss = sum(self.step() for _ in range(count)) / count
            yield Progress(self.updates, self.total_updates, self.tokens, loss)

    def _compare_held_out(self) -> None:
        reached = held_out_loss(self.model, self.corpus.valid)
        if reached < self._best:
            self._best = reached
        else:
            self._worsened += 1
