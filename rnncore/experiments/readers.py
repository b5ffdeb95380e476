"""Models that know less and less of the words before, made of one text: who knows what?"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import LanguageModel, Uniform, sentence_end
from rnncore.baselines.training import TRAINING, WindowTrainer, window_config
from rnncore.baselines.windows import Kind
from rnncore.config import Config
from rnncore.memory import parameter_count
from rnncore.text.corpus import Corpus

LONGEST_ORDER = 6
ORDERS = tuple(f"order_{n}" for n in range(1, LONGEST_ORDER + 1))
WINDOWS: tuple[Kind, ...] = ("summed", "concatenated")
READERS = ("uniform", *ORDERS, *WINDOWS)
"""Their names, in the order in which they know more."""
WORK, AT_ONCE = 2e11, 2e10
"""Multiply-adds that the training of a window model may take, some twenty seconds; and up to how
many it is so short that nobody has to ask for it."""
COUNTED = 200_000
"""Training tokens that n-grams are counted in: half a second."""
MOST_EPOCHS, EVERY = 4, 10


class Made(NamedTuple):
    """How far the making of one of them has come, in updates; n-grams are made all at once."""

    name: str
    done: int
    of: int


Shelf = MutableMapping[str, LanguageModel]
"""Those that are ready, by name."""


def make(
    config: Config, corpus: Corpus, words: int, shelf: Shelf, windows: Sequence[Kind] = WINDOWS
) -> Iterator[Made]:
    """Make what is not on the shelf yet: n-grams are counted, then windows of `words` words are
    trained, with at most as many weights as the network of `config`. Whoever drives it may leave
    after any slice.

    Raises   ConfigError where no window model has as few weights, or one needs too much memory;
             TextError where the text is too short; Diverged.
    """
    shelf.setdefault("uniform", Uniform(len(corpus.vocabulary)))
    yield Made(ORDERS[0], 0, 1)
    if ORDERS[-1] not in shelf:
        counted = KneserNey.fit_orders(
            corpus.train[:COUNTED], LONGEST_ORDER, len(corpus.vocabulary), sentence_end(corpus)
        )
        shelf.update(zip(ORDERS, counted, strict=True))
        yield Made(ORDERS[-1], 1, 1)
    for kind in windows:
        if kind not in shelf:
            trainer = window_trainer(config, corpus, kind, words)
            for progress in trainer.run(EVERY):
                yield Made(kind, progress.updates, progress.of)
            shelf[kind] = trainer.model


def tokens_read(config: Config, corpus: Corpus) -> tuple[int, int]:
    """Training tokens that n-grams are counted in, and that a window model reads."""
    affordable = int(WORK / _per_token(config, corpus))
    return min(COUNTED, len(corpus.train)), min(max(affordable, 2), len(corpus.train))


def soon_made(config: Config, corpus: Corpus) -> bool:
    """Whether all of them together are a matter of seconds."""
    _, read = tokens_read(config, corpus)
    work = len(WINDOWS) * read * _epochs(config, corpus, read) * _per_token(config, corpus)
    return work <= AT_ONCE


def window_trainer(config: Config, corpus: Corpus, kind: Kind, words: int) -> WindowTrainer:
    """A training that takes no more than WORK: of a long text it reads the beginning."""
    sized = window_config(config, len(corpus.vocabulary), kind, words)
    _, read = tokens_read(config, corpus)
    train = corpus.train[:read]
    epochs = _epochs(config, corpus, read)
    streams = max(1, min(sized.batch_size, (len(train) - 1) // TRAINING["time_size"]))
    bounded = sized.with_changes(
        **TRAINING, epochs=epochs, batch_size=streams, optimizer="adam", dropout=0.0, warmup=0
    )
    return WindowTrainer(bounded, replace(corpus, train=train), kind, words)


def _epochs(config: Config, corpus: Corpus, read: int) -> int:
    return min(MOST_EPOCHS, max(1, int(WORK / (_per_token(config, corpus) * read))))


def _per_token(config: Config, corpus: Corpus) -> int:
    """Multiply-adds of a token in training, rather too many than too few: forward and twice back,
    of all weights but the embedding, which is looked up."""
    V, D = len(corpus.vocabulary), config.embedding_size
    return 3 * max(parameter_count(config, V) - V * D, 1)
