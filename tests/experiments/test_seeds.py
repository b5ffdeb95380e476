"""Seeds of one setting: what their band is made of."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from rnncore.config import Config
from rnncore.experiments import seeds as module
from rnncore.experiments.seeds import SEEDS, Seeds, seed_count, seeds
from rnncore.metrics import bits, held_out_loss
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer

SMALL: dict[str, Any] = {
    "corpus": "reber",
    "grammar_tokens": 3000,
    "embedding_size": 5,
    "hidden_size": 7,
    "batch_size": 11,
    "time_size": 13,
    "epochs": 2,
    "learning_rate": 0.01,
}


def trained(count: int, **of: Any) -> list[Seeds]:
    config = Config.parse(SMALL | of)
    return list(seeds(config, load_corpus(config), count))


def test_a_band_is_of_the_runs_that_each_seed_gives_alone() -> None:
    *_, last = trained(3)
    config = Config.parse(SMALL)
    corpus = load_corpus(config)
    alone = []
    for seed in range(3):
        trainer = Trainer(config.with_changes(seed=seed), corpus)
        while trainer.steps < trainer.total_updates:
            trainer.step()
        alone.append(bits(held_out_loss(trainer.model.twin(), corpus.valid)))
    spread = last.spreads[-1]
    assert (spread.low, spread.high) == (min(alone), max(alone))
    assert spread.mean == pytest.approx(sum(alone) / 3)
    assert spread.update == last.updates == last.of and spread.seeds == 3
    assert spread.low < spread.high


def test_the_band_begins_with_the_untrained_networks_and_grows() -> None:
    points = trained(2)
    grown = [point.spreads for point in points]
    assert all(later[: len(sooner)] == sooner for sooner, later in pairwise(grown))
    updates = [spread.update for spread in grown[-1]]
    assert updates[0] == 0 and updates == sorted(set(updates))


def test_those_that_diverge_are_counted_and_left_out() -> None:
    """With this rate, unclipped, some do and some do not."""
    wild = {"optimizer": "sgd", "learning_rate": 10.0, "max_grad_norm": 0.0}
    *_, last = trained(12, **wild, initializer="spectral", recurrent_scale=2.0, epochs=4)
    assert 0 < last.diverged < 12
    assert last.spreads[0].seeds == 12
    assert last.spreads[-1].seeds == 12 - last.diverged
    assert last.updates == last.of


def test_where_all_diverge_it_ends() -> None:
    *_, last = trained(2, optimizer="sgd", learning_rate=1e6, max_grad_norm=0.0, epochs=3)
    assert last.diverged == 2 and last.updates < last.of


def test_slices_are_no_larger_than_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large networks take turns, and that changes nothing of what they learn."""
    *_, together = trained(3)
    monkeypatch.setattr(module, "STRETCH", 1)
    points = trained(3)
    assert points[-1] == together
    assert len(points) > 3 * together.of


def test_as_many_are_trained_as_fit_into_the_memory() -> None:
    small = Config.parse(SMALL)
    assert seed_count(small, 7) == SEEDS
    assert 2 <= seed_count(small.with_changes(hidden_size=500), 7) < SEEDS
    assert seed_count(small.with_changes(hidden_size=5000), 10_000) == 0
