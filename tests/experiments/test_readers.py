"""The models of one text: made in slices, kept on a shelf, and bounded whatever the text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnncore.baselines.language_model import held_out_loss
from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.experiments import readers
from rnncore.experiments.readers import READERS, Shelf, make, tokens_read, window_trainer
from rnncore.memory import parameter_count
from rnncore.metrics import bits
from rnncore.text.corpus import Corpus, load_corpus

SETTINGS: dict[str, Any] = {"hidden_size": 12, "embedding_size": 8, "grammar_tokens": 6_000}


def text(**settings: Any) -> tuple[Config, Corpus]:
    config = Config(**{**SETTINGS, **settings})
    return config, load_corpus(config)


def test_all_are_made_and_have_no_more_weights_than_the_network() -> None:
    config, corpus = text()
    shelf: Shelf = {}
    made = list(make(config, corpus, 3, shelf))
    assert set(shelf) == set(READERS)
    assert all(one.done <= one.of for one in made)
    budget = parameter_count(config, len(corpus.vocabulary))
    assert 0 < shelf["summed"].parameter_count <= budget
    assert 0 < shelf["concatenated"].parameter_count <= budget
    reached = {name: bits(held_out_loss(model, corpus.valid)) for name, model in shelf.items()}
    assert reached["uniform"] > reached["order_1"] > reached["order_2"]
    assert reached["concatenated"] < reached["summed"] < reached["order_1"]


def test_whoever_leaves_and_comes_back_goes_on_with_what_is_ready() -> None:
    config, corpus = text()
    shelf: Shelf = {}
    work = make(config, corpus, 2, shelf)
    while "summed" not in shelf:
        next(work)
    kept = dict(shelf)
    names = {one.name for one in make(config, corpus, 2, shelf)}
    assert "summed" not in names and "concatenated" in names
    assert all(shelf[name] is model for name, model in kept.items())


def test_of_a_long_text_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    config, corpus = text()
    monkeypatch.setattr(readers, "COUNTED", 500)
    weights = parameter_count(config, 57) - 57 * config.embedding_size
    monkeypatch.setattr(readers, "WORK", 3.0 * 1_000 * weights)
    assert tokens_read(config, corpus) == (500, 1_000)
    trainer = window_trainer(config, corpus, "summed", 3)
    assert trainer.total_updates * 100 <= 1_000 < len(corpus.train)


def test_a_text_that_is_too_short_is_refused_in_a_sentence() -> None:
    config, corpus = text(corpus="reber")
    short = replace(corpus, train=np.zeros(2, np.int64))
    with pytest.raises(TextError):
        list(make(config, short, 3, {}))
