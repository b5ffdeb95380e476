"""Small trainings whose hidden units have a story, and the network at stages on its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.parameters import Parameters
from rnncore.text.corpus import Corpus
from rnncore.training.trainer import Trainer

COMMON: dict[str, Any] = {
    "optimizer": "adam",
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "epochs": 6,
    "max_grad_norm": 0.5,
}
STORIES: dict[str, dict[str, Any]] = {
    "number": {"hidden_size": 32, "embedding_size": 32, "time_size": 20},
    "nobody": {"hidden_size": 64, "embedding_size": 64, "time_size": 35},
    "wrong_reason": {"hidden_size": 32, "embedding_size": 32, "time_size": 35, "seed": 2},
}
"""A number unit: silencing one of a handful destroys agreement at a distance. Nobody in particular:
with more units none is needed. Right for the wrong reason: it agrees with the last noun."""
STAGES = 8
"""Stages that are kept of a training: before it, and each after twice as many updates."""
EVERY = 25
"""Updates from one report of progress to the next."""


class Stage(NamedTuple):
    """The network after so many updates."""

    step: int
    model: Rnnlm


class Progress(NamedTuple):
    """Updates made, of how many, and the stages so far, the first of them before the training."""

    done: int
    of: int
    stages: tuple[Stage, ...]


def story_config(name: str, seed: int | None = None) -> Config:
    """The settings of a story. Raises KeyError for one that there is not."""
    config = Config(**{**COMMON, **STORIES[name]})
    return config if seed is None else config.with_changes(seed=seed)


def train_in_stages(config: Config, corpus: Corpus) -> Iterator[Progress]:
    """Train to the end and report every few updates: whoever drives it may leave after any.

    Raises   Diverged; ConfigError and TextError where nothing can be trained with these settings.
    """
    trainer = Trainer(config, corpus)
    total = trainer.total_updates
    wanted = {max(1, total >> halving) for halving in range(STAGES - 1)}
    stages: tuple[Stage, ...] = (Stage(0, frozen(trainer.model)),)
    yield Progress(0, total, stages)
    while trainer.steps < total:
        trainer.step()
        if trainer.steps in wanted:
            stages += (Stage(trainer.steps, frozen(trainer.model)),)
        if trainer.steps % EVERY == 0 or trainer.steps == total:
            yield Progress(trainer.steps, total, stages)


def frozen(model: Rnnlm) -> Rnnlm:
    """A copy whose weights stay as they are now."""
    kept = model.parameters
    copied = Parameters(
        {name: kept[name].shape for name in kept.names}, model.config.dtype, trained=False
    )
    copied.values[:] = kept.values
    return Rnnlm(model.config, model.vocabulary_size, copied)


def untrained(model: Rnnlm) -> Rnnlm:
    """The network of the same settings before its first update."""
    return Rnnlm(model.config, model.vocabulary_size)
