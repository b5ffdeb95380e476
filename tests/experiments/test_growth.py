"""The same prompts while a network learns: at which updates, and when half of the way is passed."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.experiments.growth import UPDATES, Grown, Reached, complete, grow, half_way
from rnncore.generation import generate
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.engine.models import small_model

CONFIG = Config(grammar_tokens=3_000, hidden_size=7, embedding_size=5, batch_size=5, time_size=5)
PROMPTS = [np.array([1, 2, 3]), np.array([4])]


def test_completions_are_greedy_and_the_distribution_is_the_networks() -> None:
    model = small_model()
    found = complete(model.twin(), 7, PROMPTS, 6)
    for prompt, text, p in zip(PROMPTS, found.texts, found.next, strict=True):
        greedy = islice(generate(model.twin(), prompt, 0, np.random.default_rng(0)), 6)
        assert text == tuple(int(ids[0]) for ids in greedy)
        assert p.sum() == pytest.approx(1) and int(p.argmax()) == text[0]


def test_a_training_is_completed_at_its_updates() -> None:
    corpus = load_corpus(CONFIG)
    points = list(grow(CONFIG, corpus, PROMPTS, 4))
    grown = [point for point in points if isinstance(point, Grown)]
    total = Trainer(CONFIG, corpus).total_updates
    assert [point.step for point in grown] == [step for step in UPDATES if step <= total]
    assert any(isinstance(point, Reached) for point in points)
    trainer = Trainer(CONFIG, corpus)
    for _ in range(20):
        trainer.step()
    same = complete(trainer.model.twin(), 20, PROMPTS, 4)
    there = next(point for point in grown if point.step == 20)
    assert same.texts == there.texts
    np.testing.assert_array_equal(same.next, there.next)


@pytest.mark.parametrize(
    ("p", "step"),
    [
        ((0.1, 0.2, 0.6, 0.9), 2),
        ((0.1, 0.8, 0.3, 0.9), 3),
        ((0.9, 0.9, 0.1), 2),
        ((0.5, 0.7, 0.5), None),
        ((0.5,), None),
    ],
)
def test_half_of_the_way_by_value(p: tuple[float, ...], step: int | None) -> None:
    points = [Grown(i, ((),), np.array([[value, 1 - value]])) for i, value in enumerate(p)]
    assert half_way(points, 0, 0) == step
