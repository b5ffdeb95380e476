"""The training of window models: what it reaches, and that it is the same every time."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest

from rnncore.baselines.language_model import held_out_loss
from rnncore.baselines.training import WindowTrainer, window_config
from rnncore.baselines.windows import Kind
from rnncore.config import Config
from rnncore.errors import ConfigError, ShapeError, TextError
from rnncore.metrics import bits
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.windows import Windows
from rnncore.training.trainer import Diverged
from tests.benchmarks.baselines import WINDOWS as MEASURED

SMALL: dict[str, Any] = {
    "grammar_tokens": 3_000,
    "embedding_size": 8,
    "hidden_size": 8,
    "batch_size": 4,
    "time_size": 5,
    "learning_rate": 1e-2,
    "epochs": 2,
}


def small(**changes: Any) -> Config:
    return Config.parse(SMALL | changes)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(small())


def reached(kind: Kind, words: int) -> float:
    """Bits of all held-out text after the training of the table."""
    corpus = load_corpus(MEASURED)
    config = window_config(MEASURED, len(corpus.vocabulary), kind, words)
    trainer = WindowTrainer(config, corpus, kind, words)
    for _ in trainer.run():
        pass
    losses = [held_out_loss(trainer.model, part) for part in (corpus.valid, corpus.test)]
    return bits(float(np.mean(losses)))


@pytest.mark.slow
def test_a_window_that_keeps_the_order_reaches_its_rung_and_a_sum_does_not() -> None:
    corpus = load_corpus(MEASURED)
    assert corpus.grammar is not None
    rung = corpus.grammar.ladder(3)[3]
    assert rung < reached("concatenated", 3) < rung + 0.03
    assert reached("summed", 3) > reached("summed", 2) + 0.3


def test_updates_and_tokens_are_counted(corpus: Corpus) -> None:
    trainer = WindowTrainer(small(), corpus, "summed", 2)
    per_epoch = Windows(corpus.train, 4, 5).updates_per_epoch
    assert trainer.total_updates == 2 * per_epoch
    points = list(trainer.run(50))
    assert [point.updates for point in points[:2]] == [50, 100]
    last = points[-1]
    assert last.updates == last.of == trainer.total_updates
    assert last.tokens == last.updates * 4 * 5
    assert points[0].loss > last.loss


def test_pauses_between_slices_change_no_bit(corpus: Corpus) -> None:
    one, other = (WindowTrainer(small(), corpus, "concatenated", 3) for _ in range(2))
    list(one.run(7))
    list(islice(other.run(11), 3))
    held_out_loss(other.model, corpus.valid)  # measuring disturbs nothing
    list(other.run(100))
    assert one.updates == other.updates
    assert one.model.parameters.values.tobytes() == other.model.parameters.values.tobytes()


def test_windows_reach_back_over_the_beginning_of_a_stream(corpus: Corpus) -> None:
    trainer = WindowTrainer(small(), corpus, "concatenated", 3)
    positions = Windows(corpus.train, 4, 5).positions(0)
    contexts = trainer.model.contexts(corpus.train, positions)
    start = int(positions[0, 1])  # of the second stream
    assert start > 3
    assert contexts[1].tolist() == corpus.train[start - 2 : start + 1].tolist()


def test_the_seed_and_the_schedule_are_those_of_the_config(corpus: Corpus) -> None:
    def weights(**changes: Any) -> bytes:
        trainer = WindowTrainer(small(**changes), corpus, "summed", 2)
        list(islice(trainer.run(5), 2))
        return trainer.model.parameters.values.tobytes()

    assert weights() == weights()
    assert len({weights(), weights(seed=1), weights(schedule="cosine"), weights(warmup=50)}) == 4
    assert weights(max_grad_norm=1e-3, optimizer="sgd") != weights(max_grad_norm=0, optimizer="sgd")


def test_the_rate_is_quartered_where_held_out_text_gets_worse(corpus: Corpus) -> None:
    config = small(schedule="quarter", learning_rate=0.2, epochs=8)
    quartered = WindowTrainer(config, corpus, "summed", 2)
    constant = WindowTrainer(config.with_changes(schedule="constant"), corpus, "summed", 2)
    for trainer in (quartered, constant):
        list(trainer.run())
    losses = [held_out_loss(each.model, corpus.valid) for each in (quartered, constant)]
    assert losses[0] < losses[1] - 0.1


@pytest.mark.parametrize("kind", ["summed", "concatenated"])
def test_a_budget_holds_for_both_kinds(kind: Kind, corpus: Corpus) -> None:
    config = window_config(MEASURED, len(corpus.vocabulary), kind, 3)
    trainer = WindowTrainer(config, corpus, kind, 3)
    assert 5_500 < trainer.model.parameter_count <= 5_785


def test_a_lost_training_says_so_and_keeps_the_last_weights(corpus: Corpus) -> None:
    trainer = WindowTrainer(
        small(learning_rate=1e4, optimizer="sgd", max_grad_norm=0), corpus, "summed", 2
    )
    with pytest.raises(Diverged, match="try half the rate, or clip the gradient"):
        list(trainer.run())
    before = trainer.updates
    with pytest.raises(Diverged):
        trainer.step()
    assert trainer.updates == before


def test_a_text_shorter_than_one_update_is_refused(corpus: Corpus) -> None:
    with pytest.raises(ConfigError, match="raise grammar_tokens"):
        WindowTrainer(small(batch_size=1_000), corpus, "summed", 2)
    story = small(corpus="story-en", batch_size=10_000, valid_fraction=0, test_fraction=0)
    with pytest.raises(TextError, match="use a longer text"):
        WindowTrainer(story, load_corpus(story), "summed", 2)


def test_a_text_of_another_vocabulary_is_refused(corpus: Corpus) -> None:
    wrong = load_corpus(small(corpus="reber"))
    object.__setattr__(wrong, "train", wrong.train + 100)
    with pytest.raises(ShapeError, match=r"corpus\.train"):
        WindowTrainer(small(), wrong, "summed", 2)
