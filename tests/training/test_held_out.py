"""The figures of held-out text beside the plain reference: one stream, or windows from zero."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.metrics import held_out_loss
from rnncore.model import Rnnlm
from rnncore.presets import STORIES, preset_config
from rnncore.reference.evaluation import stream_loss
from rnncore.text.corpus import load_corpus
from rnncore.text.tokenizers import JAMO
from rnncore.training.trainer import Trainer

SENTENCES = "the old dog sleeps in the sun. a small cat runs to the house. "


def trained(config: Config, updates: int) -> Trainer:
    run = Trainer(config, load_corpus(config))
    for _ in range(updates):
        run.step()
    return run


def compare(run: Trainer) -> None:
    """Report and reference, valid and test, where the text has them."""
    time_size = None if run.config.stateful else run.config.time_size
    weights = run.model.parameters.as_dict()
    parts = {"valid": run.corpus.valid, "test": run.corpus.test}
    for split, ids in ((name, ids) for name, ids in parts.items() if len(ids)):
        expected = stream_loss(CELLS[run.config.cell], weights, ids, time_size)
        reported = run.evaluate(split).perplexity  # type: ignore[arg-type]
        assert abs(math.log(reported) - expected) < 1e-5, (split, reported, math.exp(expected))


def test_a_perplexity_of_jamo_is_also_that_of_a_syllable() -> None:
    """By hand: the surprise of a whole text over its characters, e.g. 2.1 jamo for each."""
    config = Config(corpus="story-ko", tokenizer="jamo", hidden_size=8, embedding_size=4)
    run = trained(config, 3)
    for part in (None, 101):
        ids = run.corpus.valid[:part]
        found = run.evaluate("valid", part)
        text = JAMO.join(run.corpus.vocabulary.decode(ids[1:]))
        nats = math.log(found.perplexity) * (len(ids) - 1)
        assert found.per_character == pytest.approx(math.exp(nats / len(text)))
        assert found.as_dict()["per_character"] == found.per_character
    assert "per_character" not in trained(Config(grammar_tokens=3000), 0).evaluate().as_dict()


@pytest.fixture
def sentences(tmp_path: Path) -> str:
    file = tmp_path / "sentences.txt"
    file.write_text(SENTENCES * 40)
    return str(file)


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "size", "updates"), [("rnn", 100, 1500), ("lstm", 40, 700)])
def test_a_short_text_known_by_heart_has_a_perplexity_of_one(
    sentences: str, cell: Any, size: int, updates: int
) -> None:
    """Some 120 characters are held out: cut into streams, most of them would be read cold."""
    config = Config(
        corpus=sentences,
        tokenizer="characters",
        cell=cell,
        hidden_size=size,
        learning_rate=3e-3 if cell == "rnn" else 1e-2,
        epochs=1000,
    )
    run = trained(config, updates)
    assert len(run.corpus.valid) == 124
    assert run.evaluate().perplexity < 1.02
    assert run.evaluate("test").perplexity < 1.02
    compare(run)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("updates", [0, pytest.param(60, marks=pytest.mark.slow)])
def test_every_story_reports_the_figure_of_one_stream(name: str, updates: int) -> None:
    compare(trained(preset_config(name), updates))


@pytest.mark.slow
def test_a_story_learned_by_heart_reports_it_to_the_end() -> None:
    compare(trained(preset_config("memorises"), 500))


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_run_that_is_not_stateful_is_measured_as_it_trains(cell: str) -> None:
    changes: dict[str, Any] = {"cell": cell, "stateful": False, "time_size": 6, "hidden_size": 20}
    compare(trained(Config(**changes), 60))


@pytest.mark.parametrize("corpus", ["story-en", "tiny-english"])
def test_streams_and_windows_change_no_bit(corpus: str) -> None:
    run = trained(Config(corpus=corpus, learning_rate=3e-2), 30)
    losses = set()
    for batch_size, time_size in ((1, 1), (20, 20), (60, 7)):
        config = run.config.with_changes(batch_size=batch_size, time_size=time_size)
        model = Rnnlm(config, len(run.corpus.vocabulary), run.model.parameters)
        losses.add(held_out_loss(model, run.corpus.valid))
    assert len(losses) == 1


def test_a_part_is_the_beginning_of_the_text_and_leaves_no_trace() -> None:
    config = Config.parse({"grammar_tokens": 2000, "hidden_size": 8, "dropout": 0.3})
    run, alone = (Trainer(config, load_corpus(config)) for _ in range(2))
    weights = run.model.parameters
    for _ in range(6):
        assert run.step().loss == alone.step().loss
        part = run.evaluate("valid", 30)
        assert part.part == 30 and part.as_dict()["part"] == 30
        expected = held_out_loss(Rnnlm(config, 57, weights), run.corpus.valid[:30])
        assert math.log(part.perplexity) == pytest.approx(expected)
        whole = run.evaluate()
        assert whole.part is None and "part" not in whole.as_dict()
        assert whole.perplexity != part.perplexity
    assert run.evaluate("valid", len(run.corpus.valid)) == run.evaluate()
