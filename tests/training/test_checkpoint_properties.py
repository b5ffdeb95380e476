"""Whatever `save` writes, `read` reads: any text, any name, any settings, any figures."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.errors import CheckpointError
from rnncore.optimizers import OPTIMIZERS
from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import CHARACTERS, WORDS
from rnncore.text.vocabulary import Vocabulary
from rnncore.training import checkpoint
from rnncore.training.header import PROGRESS
from rnncore.training.trainer import Diverged, Trainer
from tests.training.runs import SIZES, everything, some_corpus, trainer

NAMES = st.binary(min_size=1, max_size=255).map(lambda raw: raw.translate(None, b"\0/") or b"_")
TOKENS = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=9, unique=True)
SETTINGS = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(sorted(CELLS)),
        "optimizer": st.sampled_from(sorted(OPTIMIZERS)),
        "schedule": st.sampled_from(["constant", "quarter", "cosine"]),
        "dtype": st.sampled_from(["float32", "float64"]),
        "engine": st.sampled_from(["fused", "reference"]),
        "window_scheme": st.sampled_from(["aligned", "book"]),
        "layers": st.integers(1, 2),
        "dropout": st.sampled_from([0.0, 0.3]),
        "stateful": st.booleans(),
        "warmup": st.sampled_from([0, 4]),
        "learning_rate": st.sampled_from([1e-30, 0.01, 3.0, 1e19]),
        "max_grad_norm": st.sampled_from([0.0, 1.0]),
        "seed": st.integers(0, 2**32 - 1),
    }
)


def corpus_of(tokens: list[str], characters: bool) -> Corpus:
    ids = np.arange(60) % len(tokens)
    chosen = CHARACTERS if characters else WORDS
    parts = ids[:40], ids[40:50], ids[50:]
    return Corpus("some", *parts, Vocabulary(tokens), chosen, None, (tokens[0],), (tokens[0],))


@settings(max_examples=80, deadline=None)
@given(
    chosen=SETTINGS,
    tokens=TOKENS,
    name=NAMES,
    characters=st.booleans(),
    updates=st.integers(0, 25),
)
def test_whatever_is_saved_is_read_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory,
    chosen: dict[str, Any],
    tokens: list[str],
    name: bytes,
    characters: bool,
    updates: int,
) -> None:
    sizes = {"embedding_size": 2, "hidden_size": 3, "batch_size": 2, "time_size": 3, "epochs": 4}
    config = Config.parse(sizes | chosen | {"corpus": "/" + os.fsdecode(name)})
    corpus = corpus_of(tokens, characters)
    run = Trainer(config, corpus)
    path = tmp_path_factory.mktemp("any") / "run.safetensors"
    try:
        for _ in range(updates):
            run.step()
    except Diverged:
        pass
    try:
        checkpoint.save(path, run)
    except CheckpointError as refusal:
        assert refusal.code == "checkpoint_unsound" and not path.exists()
        assert not np.isfinite(run.model.parameters.values).all()
        return
    again = checkpoint.load(path, corpus)
    assert everything(again) == everything(run)
    assert again.config == run.config
    for figure in PROGRESS:
        assert repr(getattr(again, figure)) == repr(getattr(run, figure)), figure
    stored = checkpoint.read(path)
    assert stored.vocabulary == corpus.vocabulary and stored.tokenizer is corpus.tokenizer


@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_a_vocabulary_of_one_token_has_no_loss_below_zero(tmp_path: Path, engine: str) -> None:
    """-2e-9 came of rounding, and made the file unreadable."""
    path, corpus = tmp_path / "run.safetensors", corpus_of(["a"], characters=True)
    lowest, seeds = 1.0, range(20)
    for seed in seeds:
        run = trainer(corpus, seed=seed, engine=engine, schedule="quarter", batch_size=3)
        losses = [run.step().loss for _ in range(5)]
        lowest = min(lowest, *losses, run.evaluate().bits)
        checkpoint.save(path, run)
        again = checkpoint.load(path, corpus)
        assert again.epoch_losses == run.epoch_losses and again.mean_loss == run.mean_loss
    assert lowest == 0


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("best_perplexity", math.inf),
        ("best_perplexity", 1 - 2e-9),
        ("epoch_losses", -2e-9),
        ("mean_loss", -0.0),
        ("epoch_mean", 5e-324),
        ("epoch_losses", 1e308),
        ("last_rate", 1e30),
        ("worsened", 10**6),
    ],
)
def test_the_figures_of_a_run_come_back_as_they_were(
    tmp_path: Path, figure: str, value: float
) -> None:
    path, run = tmp_path / "run.safetensors", trainer()
    setattr(run, figure, value)
    checkpoint.save(path, run)
    assert repr(getattr(checkpoint.load(path, some_corpus()), figure)) == repr(value)


def test_a_mean_of_squares_that_overflowed_comes_back_and_its_weight_rests(tmp_path: Path) -> None:
    path, run = tmp_path / "run.safetensors", trainer()
    run.step()
    run.optimizer.moments["v"][5] = np.inf
    checkpoint.save(path, run)
    again, before = checkpoint.load(path, some_corpus()), run.model.parameters.values[5]
    again.step()
    assert again.model.parameters.values[5] == before


@pytest.mark.parametrize("ruin", [np.nan, np.inf, -np.inf])
def test_ruined_weights_do_not_replace_good_ones(tmp_path: Path, ruin: float) -> None:
    path, run = tmp_path / "run.safetensors", trainer()
    checkpoint.save(path, run)
    kept = path.read_bytes()
    run.step()
    run.model.parameters.values[3] = ruin
    with pytest.raises(CheckpointError, match="half the learning rate") as caught:
        checkpoint.save(path, run)
    assert caught.value.code == "checkpoint_unsound" and path.read_bytes() == kept


@pytest.mark.parametrize("length", [1, 99, 101, 240, 255])
@pytest.mark.parametrize("letter", ["x", "가", "\udcff", "\n"])
def test_a_checkpoint_may_have_every_name_a_file_may_have(
    tmp_path: Path, length: int, letter: str
) -> None:
    path = tmp_path / (letter * (length // len(os.fsencode(letter))) or "x")
    for _ in range(2):
        checkpoint.save(path, trainer())
    assert checkpoint.load(path, some_corpus()).steps == 0
    assert {entry.name for entry in tmp_path.iterdir()} == {path.name, "home"}


def test_the_header_is_plain_json_in_ascii(tmp_path: Path) -> None:
    path, config = (
        tmp_path / "run.safetensors",
        Config.parse(SIZES | {"corpus": "/no/\udcff 가\n.txt"}),
    )
    run = Trainer(config, corpus_of(["a", "가"], characters=True))
    checkpoint.save(path, run)
    data = path.read_bytes()
    header = data[8 : 8 + int.from_bytes(data[:8], "little")]
    assert header.isascii()
    said = json.loads(json.loads(header)["__metadata__"]["rnn_explorer"])
    assert said["config"]["corpus"] == run.config.corpus
