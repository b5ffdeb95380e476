"""Two nets that differ in `stateful` alone: equal at first, measured alike, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.experiments.stateful import CarryPoint, carrying
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer

CONFIG = Config(
    corpus="embedded-reber", grammar_tokens=3000, hidden_size=12, embedding_size=6,
    batch_size=5, time_size=2, learning_rate=1e-2,
)  # fmt: skip


def points(config: Config = CONFIG, tokens: int = 4000, count: int = 4) -> list[CarryPoint]:
    return list(carrying(config, load_corpus(config), tokens, count))


def test_both_begin_alike_and_read_equally_much() -> None:
    found = points()
    carried, fresh = ([p for p in found if p.stateful is on] for on in (True, False))
    assert carried[0][1:] == fresh[0][1:]
    assert [p.step for p in carried] == [p.step for p in fresh] == [0, 100, 200, 300, 400]
    assert [p.tokens for p in carried] == [p.step * 10 for p in carried]
    assert found == points()


def test_a_point_is_what_the_trainer_itself_would_report() -> None:
    last = points()[-2]
    trainer = Trainer(CONFIG, load_corpus(CONFIG))
    for _ in range(400):
        trainer.step()
    assert last.stateful
    assert last.carried == pytest.approx(trainer.evaluate().perplexity, rel=1e-6)


def test_with_short_windows_the_carried_state_is_worth_much() -> None:
    carried, fresh = points()[-2:]
    assert carried.carried < 0.8 * min(fresh.carried, fresh.fresh)


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["story-en", "story-ko"])
def test_on_a_short_story_carrying_helps(corpus: str) -> None:
    """Read cold by several streams, a carried state looked worse than none."""
    config = Config(
        corpus=corpus, tokenizer="words", hidden_size=32, embedding_size=16, batch_size=10,
        time_size=5, learning_rate=3e-3,
    )  # fmt: skip
    measured = list(carrying(config, load_corpus(config), tokens=20_000, points=2))
    carried, fresh = measured[-2:]
    assert (carried.stateful, fresh.stateful) == (True, False)
    assert carried.carried < fresh.fresh


def test_a_net_that_diverges_leaves_the_other_alone() -> None:
    found = points(CONFIG.with_changes(learning_rate=1e30, optimizer="sgd", max_grad_norm=0.0))
    assert [p.step for p in found[:2]] == [0, 0]
    assert all(np.isfinite(p.carried) for p in found)
