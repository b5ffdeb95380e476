"""A run that is kept and brought back goes on, bit for bit, as if it had never been stopped."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.model import parameter_shapes
from rnncore.optimizers import OPTIMIZERS
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.training.runs import everything, some_corpus, timeless, trainer

VARIANTS: tuple[dict[str, Any], ...] = (
    {"layers": 2, "dropout": 0.3},
    {"tied": True, "embedding_size": 11, "schedule": "quarter", "learning_rate": 0.5},
    {"window_scheme": "book", "engine": "reference", "dropout": 0.3},
    {"dtype": "float64", "schedule": "cosine", "warmup": 9, "stateful": False},
)


def resumed_at(path: Path, updates: int, **settings: Any) -> tuple[list[Any], Trainer]:
    """Events of a run that is killed after some updates and brought back from its checkpoint."""
    run, corpus = trainer(**settings), some_corpus()
    before = []
    for event in run.events():
        before.append(event)
        if run.steps == updates:
            break
    checkpoint.save(path, run)
    again = checkpoint.load(path, corpus)
    assert everything(again) == everything(run)
    return timeless([*before, *again.events()]), again


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_and_optimizer_goes_on_bit_for_bit(
    tmp_path: Path, cell: str, optimizer: str
) -> None:
    settings: dict[str, Any] = {"cell": cell, "optimizer": optimizer}
    whole = trainer(**settings)
    events = timeless(whole.events())
    resumed, again = resumed_at(tmp_path / "run.safetensors", 14, **settings)
    assert resumed == events
    assert everything(again) == everything(whole)


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
@pytest.mark.parametrize("updates", [1, 10, 17, 29])
def test_every_way_to_train_goes_on_bit_for_bit(
    tmp_path: Path, settings: dict[str, Any], updates: int
) -> None:
    whole = trainer(**settings)
    events = timeless(whole.events())
    resumed, again = resumed_at(tmp_path / "run.safetensors", updates, **settings)
    assert resumed == events
    assert everything(again) == everything(whole)


def test_a_checkpoint_after_any_event_loses_and_repeats_none(tmp_path: Path) -> None:
    path, corpus = tmp_path / "run.safetensors", some_corpus()
    whole = timeless(trainer().events())
    for count in range(len(whole) - 2):  # what comes after the last pass is reported again
        run = trainer()
        before = timeless(islice(run.events(), count))
        checkpoint.save(path, run)
        assert before + timeless(checkpoint.load(path, corpus).events()) == whole, count


def test_live_changes_are_kept(tmp_path: Path) -> None:
    path, run = tmp_path / "run.safetensors", trainer()
    list(islice(run.events(), 5))
    run.change("learning_rate", 0.5)
    run.change("max_grad_norm", 0.01)
    checkpoint.save(path, run)
    again = checkpoint.load(path, some_corpus())
    assert again.config == run.config
    assert timeless(again.events()) == timeless(run.events())


def test_a_run_keeps_its_training_time_and_never_its_seconds_of_rest(tmp_path: Path) -> None:
    path, run = tmp_path / "run.safetensors", trainer()
    list(islice(run.events(), 5))
    checkpoint.save(path, run)
    assert checkpoint.load(path, some_corpus()).seconds == run.seconds > 0


def test_a_stopped_run_can_be_taken_up_again(tmp_path: Path) -> None:
    path, run = tmp_path / "run.safetensors", trainer()
    whole = timeless(trainer().events())
    before = list(islice(run.events(), 4))
    run.stop()
    assert [event.type for event in run.events()] == ["finished"]
    checkpoint.save(path, run)
    assert timeless([*before, *checkpoint.load(path, some_corpus()).events()]) == whole


def test_the_corpus_comes_from_the_config(tmp_path: Path) -> None:
    config = Config.parse({"corpus": "reber", "grammar_tokens": 300, "epochs": 1, "time_size": 3})
    run = Trainer(config, load_corpus(config))
    path = tmp_path / "run.safetensors"
    run.step()
    checkpoint.save(path, run)
    again = checkpoint.load(path)
    assert again.corpus.vocabulary == run.corpus.vocabulary
    assert timeless(again.events()) == timeless(run.events())


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_the_model_alone_predicts_as_it_did(
    tmp_path: Path, cell: str, settings: dict[str, Any]
) -> None:
    path, run = tmp_path / "run.safetensors", trainer(cell=cell, **settings)
    list(islice(run.events(), 4))
    checkpoint.save(path, run)
    stored = checkpoint.read(path)
    model = checkpoint.load_model(stored)
    ids = run.corpus.valid[:20].reshape(10, 2)
    np.testing.assert_array_equal(model.predict(ids), run.model.twin().predict(ids))
    assert stored.vocabulary == run.corpus.vocabulary
    assert stored.tokenizer is run.corpus.tokenizer
    assert stored.config == run.config


@pytest.mark.parametrize("settings", [{}, {"cell": "lstm", "tied": True, "embedding_size": 11}])
def test_the_file_holds_the_weights_by_name_as_any_reader_sees_them(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    path, run = tmp_path / "run.safetensors", trainer(**settings)
    run.step()
    checkpoint.save(path, run)
    tensors = load_file(path)
    for name, shape in parameter_shapes(run.config, 13).items():
        assert tensors[name].shape == shape and tensors[name].dtype == np.float32
        np.testing.assert_array_equal(tensors[name], run.model.parameters[name])
    for name, moment in run.optimizer.moments.items():
        np.testing.assert_array_equal(tensors[f"optimizer.{name}"], moment)
    np.testing.assert_array_equal(tensors["state.0.0"], run.model.state[0][0])


def test_a_view_is_saved_as_it_reads_and_not_as_it_lies_in_memory(tmp_path: Path) -> None:
    """safetensors itself writes the memory under a transposed or strided view."""
    path, run = tmp_path / "run.safetensors", trainer()
    run.step()
    table = np.random.default_rng(0).standard_normal((11, 6)).astype("float32")
    for view in (table[:, ::2].T, table.T[1:4], table.T[::-2]):
        assert view.shape == (3, 11) and not view.flags.c_contiguous
        run.model.state = ((view,),)
        checkpoint.save(path, run)
        np.testing.assert_array_equal(load_file(path)["state.0.0"], view)
        np.testing.assert_array_equal(checkpoint.load(path, some_corpus()).model.state[0][0], view)
