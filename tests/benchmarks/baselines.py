"""What models without a state reach: python -m tests.benchmarks.baselines.

Environment   RNN_EXPLORER_DATA=FOLDER has the Penn Treebank in its folder `ptb`, which is left out
              without; BENCH_JSON=FILE writes corpus, model, order, parameters, bits, rung,
              perplexity, updates, tokens and seconds.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import NamedTuple, TypeVar

from threadpoolctl import threadpool_limits

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import LanguageModel, held_out_loss, sentence_end
from rnncore.baselines.training import WindowTrainer, window_config
from rnncore.baselines.windows import Kind
from rnncore.config import Config
from rnncore.metrics import bits
from rnncore.text.corpus import Corpus, load_corpus

T = TypeVar("T")

WINDOWS = Config(
    embedding_size=32,
    hidden_size=32,
    batch_size=20,
    time_size=5,
    learning_rate=3e-3,
    schedule="cosine",
    epochs=4,
    max_grad_norm=0.5,
)
"""The window models of the table, at the parameters of the recurrent network of these settings."""
FEW = 9_019
"""Training tokens of a smaller text."""
ORDERS, WORDS = (1, 2, 3, 4, 5, 6, 8), (1, 2, 3, 4, 6, 8)


class Row(NamedTuple):
    """`order` words with the predicted one; bits are those of the held-out text, rung those of
    the best model of this order, None where nobody knows; tokens are those of all training."""

    corpus: str
    model: str
    order: int
    parameters: int
    bits: float
    rung: float | None
    updates: int
    tokens: int
    seconds: float


def main() -> int:
    with threadpool_limits(limits=1):
        rows = []
        for row in _measured():
            rows.append(row)
            sys.stdout.write(_line(row))
            sys.stdout.flush()
    if path := os.environ.get("BENCH_JSON"):
        report = [row._asdict() | {"perplexity": 2**row.bits} for row in rows]
        Path(path).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def _measured() -> Iterator[Row]:
    english = load_corpus(WINDOWS)
    yield from _n_grams("tiny-english", english, ORDERS)
    part = replace(english, train=english.train[:FEW])
    yield from _n_grams(f"tiny-english, {FEW:,} tokens", part, ORDERS)
    yield from _n_grams("embedded-reber", load_corpus(Config(corpus="embedded-reber")), ORDERS)
    kinds: tuple[Kind, ...] = ("summed", "concatenated")
    for kind in kinds:
        for words in WORDS:
            yield _window(english, kind, words)
    folder = Path(os.environ.get("RNN_EXPLORER_DATA", "")) / "ptb"
    if folder.is_dir():
        treebank = load_corpus(Config(corpus=str(folder)))
        for split in ("valid", "test"):
            yield from _n_grams(f"ptb, {split}", treebank, (1, 2, 3, 4, 5), (split,))


def _n_grams(
    name: str,
    corpus: Corpus,
    orders: tuple[int, ...],
    splits: tuple[str, ...] = ("valid", "test"),
) -> Iterator[Row]:
    for order in orders:

        def fit(order: int = order) -> KneserNey:
            return KneserNey.fit(corpus.train, order, len(corpus.vocabulary), sentence_end(corpus))

        model, seconds = _timed(fit)
        reached = _bits(model, corpus, splits)
        yield Row(name, "ngram", order, model.parameter_count, reached, _rung(corpus, order), 0,
                  len(corpus.train), seconds)  # fmt: skip


def _window(corpus: Corpus, kind: Kind, words: int) -> Row:
    config = window_config(WINDOWS, len(corpus.vocabulary), kind, words)
    trainer = WindowTrainer(config, corpus, kind, words)
    _, seconds = _timed(lambda: list(trainer.run()))
    reached = _bits(trainer.model, corpus, ("valid", "test"))
    return Row(corpus.name, kind, words + 1, trainer.model.parameter_count, reached,
               _rung(corpus, words + 1), trainer.updates, trainer.tokens, seconds)  # fmt: skip


def _bits(model: LanguageModel, corpus: Corpus, splits: tuple[str, ...]) -> float:
    """Bits per token of the parts, every token with the same weight."""
    parts = [getattr(corpus, split) for split in splits]
    total = sum(held_out_loss(model, part) * (len(part) - 1) for part in parts)
    return bits(total / sum(len(part) - 1 for part in parts))


def _rung(corpus: Corpus, order: int) -> float | None:
    return None if corpus.grammar is None else corpus.grammar.ladder(order - 1)[-1]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and its seconds of the processor."""
    start = process_time()
    done = work()
    return done, process_time() - start


def _line(row: Row) -> str:
    rung = "" if row.rung is None else f"{row.rung:9.3f}"
    return (
        f"{row.corpus:28}{row.model:14}{row.order:3}{row.parameters:12,}{row.bits:9.3f}"
        f"{rung:>9}{2**row.bits:10.2f}{row.updates:8,}{row.seconds:7.1f} s\n"
    )


if __name__ == "__main__":
    sys.exit(main())
