"""What is chosen for a text: the rule at each of its limits, and that every text can be learned."""

from __future__ import annotations

from math import isclose
from typing import Any

import pytest

from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.text.corpus import load_corpus
from rnncore.text.fitted import fit, fitted
from rnncore.text.own_texts import save_own_text
from rnncore.training.trainer import Trainer
from tests.benchmarks import own_text

ALWAYS = {"cell": "gru", "optimizer": "adam", "max_grad_norm": 1.0, "test_fraction": 0.0}


@pytest.mark.parametrize(
    ("n", "N", "T", "D", "H", "rate", "dropout", "valid"),
    [
        (59, 1, 29, 32, 100, 3e-3, 0.0, 0.0),
        (60, 1, 20, 32, 100, 3e-3, 0.0, 0.0),
        (400, 2, 20, 32, 100, 3e-3, 0.0, 0.0),
        (1_999, 4, 20, 32, 100, 3e-3, 0.0, 0.0),
        (2_000, 4, 20, 32, 128, 3e-3, 0.3, 0.1),
        (8_730, 9, 20, 32, 128, 3e-3, 0.3, 0.1),
        (19_999, 14, 20, 32, 128, 3e-3, 0.3, 0.1),
        (20_000, 14, 40, 64, 128, 3e-3, 0.3, 0.1),
        (49_999, 20, 40, 64, 128, 3e-3, 0.3, 0.1),
        (50_000, 20, 40, 64, 128, 6e-3, 0.2, 0.05),
        (499_999, 20, 40, 64, 128, 6e-3, 0.2, 0.05),
        (500_000, 20, 40, 64, 128, 6e-3, 0.0, 0.05),
        (19_000_000, 20, 40, 64, 128, 6e-3, 0.0, 0.05),
    ],
)
def test_the_rule_at_its_limits(
    n: int, N: int, T: int, D: int, H: int, rate: float, dropout: float, valid: float
) -> None:
    chosen = fitted(n, 60)
    del chosen["epochs"]
    assert chosen == ALWAYS | {
        "batch_size": N,
        "time_size": T,
        "embedding_size": D,
        "hidden_size": H,
        "learning_rate": rate,
        "dropout": dropout,
        "valid_fraction": valid,
    }


@pytest.mark.parametrize(("n", "ticks"), [(2, 1), (3, 2), (4, 2), (6, 2), (7, 3), (31, 15)])
def test_a_tiny_text_is_one_stream_of_half_of_it(n: int, ticks: int) -> None:
    chosen = fitted(n, 3)
    assert (chosen["batch_size"], chosen["time_size"]) == (1, ticks)


@pytest.mark.parametrize(
    ("n", "V", "updates"),
    [
        (400, 30, 500),
        (1_999, 300, 500),
        (2_000, 100, 1_000),
        (2_000, 101, 350),
        (19_999, 100, 1_000),
        (19_999, 101, 350),
        (20_000, 300, 1_900),
        (95_000, 60, 1_900),
    ],
)
def test_epochs_come_near_the_updates_of_the_rule(n: int, V: int, updates: int) -> None:
    chosen = fitted(n, V)
    per_epoch = (n - 1) // chosen["batch_size"] // chosen["time_size"]
    found = chosen["epochs"] * per_epoch
    assert isclose(found, updates, rel_tol=0.05)


@pytest.mark.parametrize(("per_epoch", "epochs"), [(1_344, 1), (1_343, 2)])
def test_few_epochs_are_rounded_by_their_ratio(per_epoch: int, epochs: int) -> None:
    assert fitted(per_epoch * 800 + 1, 60)["epochs"] == epochs  # 20 streams of 40 ticks


def trained_on(text: str) -> tuple[dict[str, Any], Trainer]:
    chosen = fit(text)
    config = Config(corpus=save_own_text(text), **chosen.settings)
    trainer = Trainer(config, load_corpus(config))
    assert trainer.total_updates == chosen.updates
    return chosen.settings, trainer


@pytest.mark.parametrize("length", [2, 3, 4, 5, 7, 20, 59, 60, 61, 400, 1_999, 2_222, 2_223, 5_000])
def test_every_text_can_be_trained_on_with_what_is_chosen_for_it(length: int) -> None:
    letters = "the dog that sees the cats runs . a girl who likes dogs walks . "
    text = (letters * (length // len(letters) + 1))[: length - 1] + "x"
    settings, trainer = trained_on(text)
    assert len(trainer.corpus.train) + len(trainer.corpus.valid) == length
    assert (len(trainer.corpus.valid) > 0) == (settings["valid_fraction"] > 0)
    trainer.step()


def test_a_text_counts_as_what_its_held_out_share_leaves() -> None:
    assert fit("ab" * 1_050).settings["valid_fraction"] == 0.0  # 1,890 of 2,100 would be left
    assert fit("ab" * 1_200).settings["valid_fraction"] == 0.1
    found = fit("the cat. " * 6_000)
    assert (found.tokens, found.vocabulary) == (54_000, 7)
    assert found.settings["learning_rate"] == 6e-3  # 51,300 are left


def test_a_paragraph_is_known_by_heart_where_the_defaults_are_refused() -> None:
    text = dict(own_text.texts())["paragraph"]
    with pytest.raises(TextError, match="at least"):
        own_text.trained(text, {})
    found = own_text.trained(text, fit(text).settings)
    assert found.best < 0.2 and found.words > 0.9
