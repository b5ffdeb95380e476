"""How good the rate is that a range test recommends, against the best of a sweep."""

from __future__ import annotations

import math
from itertools import islice

from rnncore.config import Config
from rnncore.experiments.range_test import found, fresh_twin, range_test
from rnncore.metrics import bits, held_out_loss
from rnncore.probes.snapshot import unigram_perplexity
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Diverged, Trainer
from tests.benchmarks.claims import Outcome

CORPORA = ("tiny-english", "embedded-reber", "story-en")
"""Seeds take turns with them."""
SWEPT = {
    "adam": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1),
    "sgd": (0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
}
UPDATES, LOOKS = 900, 3
CLOSE = 3.2
"""Factor between two rates that are about the same: half of a power of ten."""


def rates(seed: int) -> Outcome:
    """The recommended rate is about the best of a sweep."""
    corpus = CORPORA[seed % len(CORPORA)]
    claims = {}
    for optimizer, swept in SWEPT.items():
        config = Config(corpus=corpus, seed=seed, epochs=10_000).with_changes(optimizer=optimizer)
        text = load_corpus(config)
        unigram = math.log2(unigram_perplexity(text))
        told = found(list(range_test(fresh_twin(config))), unigram)
        best = min(swept, key=lambda rate: _reached(config.with_changes(learning_rate=rate)))
        rate = told and told.recommended(optimizer)
        claims[f"rates.{optimizer}"] = bool(rate and max(rate / best, best / rate) <= CLOSE)
    return Outcome(claims)


def _reached(config: Config) -> float:
    """The lowest held-out bits on the way."""
    trainer = Trainer(config, load_corpus(config))
    text, lowest = trainer.corpus.watched()[:8_000], math.inf
    try:
        for _ in range(LOOKS):
            for _ in islice(trainer.events(evaluate=False), UPDATES // LOOKS):
                pass
            lowest = min(lowest, bits(held_out_loss(trainer.model.twin(), text)))
    except Diverged:
        pass
    return lowest if math.isfinite(lowest) else math.inf
