"""python -m rnncore train --checkpoint, --resume: nothing learned is lost, nothing done twice."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rnncore import __main__ as cli
from rnncore.optimizers import Adam
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.cli.conftest import Run, timeless


@pytest.fixture
def heeded() -> Iterator[None]:
    """Ctrl-C is heeded, even where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("at", [1, 9, 30])
def test_a_resumed_run_goes_on_where_the_other_was_interrupted(
    train: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Ctrl-C comes in the middle of an update, and the update is finished first."""
    path = tmp_path / "run.safetensors"
    whole = timeless(train("--events", "-").events)
    update = Adam.update

    def interrupted(self: Adam, *arguments: Any) -> None:
        if self._updates + 1 == at:
            os.kill(os.getpid(), signal.SIGINT)
        update(self, *arguments)

    monkeypatch.setattr(Adam, "update", interrupted)
    first = train("--events", "-", "--checkpoint", path)
    monkeypatch.undo()
    assert first.code == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    started = timeless(first.events)
    assert started[-1]["type"] == "finished" and started[-1]["reason"] == "stopped"
    assert sum(event["type"] == "step" for event in started) == at

    second = run("train", "--resume", path, "--events", "-")
    assert second.code == 0
    assert started[:-1] + timeless(second.events) == whole


@pytest.mark.usefixtures("heeded")
def test_a_second_interrupt_stops_at_once_and_spoils_no_checkpoint(
    train: Run, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = trained.read_bytes()

    def impatient(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Adam, "update", impatient)
    assert train("--checkpoint", trained).code == 130
    assert trained.read_bytes() == kept


def test_resuming_takes_live_settings_and_refuses_others(
    run: Run, train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.safetensors"
    monkeypatch.setattr(Trainer, "total_updates", 7)
    assert train("--checkpoint", path).code == 0
    monkeypatch.undo()
    said = run("train", "--resume", path, "--set", "learning_rate=0.5", "--events", "-")
    rates = {event["learning_rate"] for event in said.events if event["type"] == "step"}
    assert rates == {0.5}
    for assignment in ("optimizer=sgd", "hidden_size=9", "corpus=lag", "colour=red"):
        complaint = run("train", "--resume", path, "--set", assignment).complaint
        assert assignment.split("=")[0] in complaint and "learning_rate" in complaint
    for wrong in ("learning_rate=abc", "learning_rate=-1", "learning_rate"):
        assert "learning_rate" in run("train", "--resume", path, "--set", wrong).complaint
    assert "corpus" in run("train", "--resume", path, "--corpus", "lag").complaint
    assert "seed" in run("train", "--resume", path, "--seed", 3).complaint
    assert "cannot change" in run("train", "--resume", path, "--preset", "too_small").complaint


def test_a_finished_run_has_nothing_left_to_do(run: Run, trained: Path) -> None:
    said = run("train", "--resume", trained, "--events", "-")
    assert said.code == 0
    assert [event["type"] for event in said.events] == ["evaluation", "finished"]


def test_a_checkpoint_is_kept_on_the_way(
    train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, steps, save = tmp_path / "run.safetensors", [], checkpoint.save

    def noted(place: Path | str, trainer: Trainer) -> None:
        steps.append(trainer.steps)
        save(place, trainer)

    monkeypatch.setattr(checkpoint, "save", noted)
    monkeypatch.setattr(cli, "CHECKPOINT_EVERY", 0.0)
    assert train("--checkpoint", path).code == 0
    assert set(steps) == set(range(1, checkpoint.read(path).header["steps"] + 1))


def test_a_full_disk_on_the_way_is_told_and_training_goes_on(
    train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fsync, left = tmp_path / "run.safetensors", os.fsync, [3]

    def full(descriptor: int) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(cli, "CHECKPOINT_EVERY", 0.0)
    said = train("--checkpoint", path)
    assert said.code == 0 and said.err.count("warning: ") == 3
    assert "free some disk space" in said.err
    assert checkpoint.read(path).header["epochs_reported"] == 3


def test_a_full_disk_at_the_end_is_an_error(
    train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    said = train("--checkpoint", tmp_path / "file" / "run.safetensors")
    assert said.code == 2
    assert "error: The checkpoint" in said.err and "permissions" in said.err


def test_a_run_that_diverges_says_so_and_keeps_the_good_checkpoint(
    train: Run, run: Run, trained: Path, tmp_path: Path
) -> None:
    kept = trained.read_bytes()
    events = tmp_path / "events.jsonl"
    said = train("--checkpoint", trained, "--events", events, learning_rate="1e30")
    assert said.code == 2 and trained.read_bytes() == kept
    complaint = said.err.splitlines()[-1]
    assert complaint.startswith("error: ") and "half the rate" in complaint
    assert "Warning" not in said.err
    lines = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["reason"] == "diverged"
    assert all(math.isfinite(line["loss"]) for line in lines if line["type"] == "step")
    assert run("generate", "--checkpoint", trained, "--prompt", "B").code == 0
