"""Checkpoints that 052eea7 wrote open, go on with the same losses, and are warned of.

An Adam run and an LSTM on the quarter schedule, both in the middle of an epoch, with the losses and
rates of the updates that followed then; and a finished run on a text at a relative path.
"""

from __future__ import annotations

import json
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncore.training import checkpoint
from rnncore.training.events import Step
from tests.cli.conftest import Run, run

BEFORE = Path(__file__).parents[1] / "fixtures" / "052eea7"
FOLLOWED: dict[str, Any] = json.loads((BEFORE / "checkpoint-losses.json").read_text("utf-8"))
HALFWAY = [name for name, told in FOLLOWED.items() if told["losses"]]

__all__ = ["run"]


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference engine asks for a kernel of its own, in a process of its own."""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")


def of_before(name: str) -> Path:
    return BEFORE / f"checkpoint-{name}.safetensors"


@pytest.mark.parametrize("name", HALFWAY)
def test_they_go_on_with_the_losses_of_then(name: str) -> None:
    trainer, followed = checkpoint.load(of_before(name)), FOLLOWED[name]
    assert trainer.steps == followed["steps"] and trainer.worsened == followed["worsened"]
    assert trainer.last_rate == trainer.rate_of(trainer.steps - 1)
    made = [event for event in islice(trainer.events(), 12) if isinstance(event, Step)]
    assert [step.learning_rate for step in made] == followed["rates"]
    # Another machine's matmul may round the last digit otherwise.
    np.testing.assert_allclose([step.loss for step in made], followed["losses"], rtol=1e-10)


@pytest.mark.parametrize("name", FOLLOWED)
def test_they_are_warned_of_once_and_written_again_as_new_ones(
    run: Run, tmp_path: Path, name: str
) -> None:
    stored = checkpoint.read(of_before(name))
    assert stored.header["format"] == 1 and not stored.knows_text
    path = tmp_path / "run.safetensors"
    said = run("train", "--resume", of_before(name), "--checkpoint", path)
    assert said.code == 0 and said.err.count("warning: ") == 1
    assert "older version" in said.err and "make sure" in said.err
    again = checkpoint.read(path)
    assert again.header["format"] == checkpoint.FORMAT and again.knows_text
    assert "warning" not in run("train", "--resume", path, "--checkpoint", path).err


def test_a_finished_one_goes_on_and_finds_its_text_beside_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path, resume = tmp_path / "new.safetensors", of_before("gru-finished")
    said = run("train", "--resume", resume, "--set", "epochs=3", "--checkpoint", path)
    assert said.code == 0, said.err
    assert checkpoint.read(path).header["steps"] == 27
    assert checkpoint.read(path).config.corpus == str(BEFORE / "checkpoint-text.txt")


def test_other_words_are_seen_even_without_a_hash(run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old.safetensors"
    shutil.copy(of_before("gru-finished"), old)
    text = (BEFORE / "checkpoint-text.txt").read_text("utf-8")
    (tmp_path / "checkpoint-text.txt").write_text(text.replace("mat", "hat"), "utf-8")
    assert "other words" in run("train", "--resume", old).complaint
