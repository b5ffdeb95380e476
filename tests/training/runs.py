"""Small corpora and trainers, and what is compared of two runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from rnncore.config import Config
from rnncore.shapes import Array
from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import WORDS
from rnncore.text.vocabulary import Vocabulary
from rnncore.training.events import Event
from rnncore.training.trainer import Trainer

SIZES: dict[str, Any] = {
    "embedding_size": 7,
    "hidden_size": 11,
    "batch_size": 3,
    "time_size": 5,
    "learning_rate": 0.02,
    "epochs": 3,
    "seed": 4,
}


def some_corpus(
    train: int = 161, valid: int = 53, test: int = 47, vocabulary_size: int = 13
) -> Corpus:
    """Words with some order in them: every second one depends on the one before."""
    rng = np.random.default_rng(2)
    ids = rng.integers(vocabulary_size, size=train + valid + test)
    ids[1::2] = (ids[:-1:2] * 3 + 1) % vocabulary_size
    vocabulary = Vocabulary(f"w{i}" for i in range(vocabulary_size))
    parts = np.split(ids, [train, train + valid])
    probe, prompt = ids[-9:], ids[max(0, train - 5) : train]
    return Corpus(
        "some",
        parts[0],
        parts[1],
        parts[2],
        vocabulary,
        WORDS,
        None,
        tuple(vocabulary.decode(probe)),
        tuple(vocabulary.decode(prompt)),
    )


def trainer(corpus: Corpus | None = None, **settings: Any) -> Trainer:
    """A trainer of 11 x 3 updates (N = 3, T = 5) unless the settings say otherwise."""
    return Trainer(Config.parse(SIZES | settings), corpus or some_corpus())


def timeless(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as lines of JSON without the seconds, which no two runs share."""
    lines = [event.as_dict() for event in events]
    for line in lines:
        line.pop("seconds", None)
    return lines


def everything(trainer: Trainer) -> dict[str, Any]:
    """All numbers that decide how a run goes on."""
    arrays: dict[str, Array] = {"weights": trainer.model.parameters.values.copy()}
    arrays |= {name: moment.copy() for name, moment in trainer.optimizer.moments.items()}
    for i, layer in enumerate(trainer.model.state):
        arrays |= {f"state {i} {j}": part.copy() for j, part in enumerate(layer)}
    return {name: array.tobytes() for name, array in arrays.items()} | {
        "steps": trainer.steps,
        "losses": trainer.epoch_losses,
        "mean": trainer.mean_loss,
        "generator": trainer.model.rng.bit_generator.state,
        "worsened": trainer.worsened,
    }
