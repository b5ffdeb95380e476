"""Two nets that differ in `stateful` alone: equal at first, measured alike, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.experiments.stateful import CarryPoint, carrying, fresh_loss
from rnncore.metrics import held_out_loss
from rnncore.model import Rnnlm
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


def test_fresh_windows_forget_what_was_before_them() -> None:
    model = Rnnlm(CONFIG, 7)
    ids = np.random.default_rng(0).integers(7, size=8)
    one_by_one = []
    for start in (0, 3):
        model.reset_state()
        part = slice(start, start + 3)
        one_by_one.append(model.forward(ids[part, None], ids[start + 1 : start + 4, None]))
    assert fresh_loss(model, ids, 3) == pytest.approx(np.mean(one_by_one), rel=1e-6)
    assert fresh_loss(model, ids, 100) == pytest.approx(held_out_loss(model, ids, 1, 7), rel=1e-6)


def test_a_net_that_diverges_leaves_the_other_alone() -> None:
    found = points(CONFIG.with_changes(learning_rate=1e30, optimizer="sgd", max_grad_norm=0.0))
    assert [p.step for p in found[:2]] == [0, 0]
    assert all(np.isfinite(p.carried) for p in found)
