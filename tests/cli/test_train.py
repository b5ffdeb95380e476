"""python -m rnncore train: what it writes, keeps, takes up again and refuses."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rnncore import __main__ as cli
from rnncore.config import Config
from rnncore.optimizers import Adam
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.cli.conftest import SMALL, Run, timeless

KEYS = {
    "step": {"type", "step", "epoch", "loss", "learning_rate", "grad_norm", "seconds"},
    "epoch": {"type", "epoch", "train_perplexity"},
    "evaluation": {"type", "step", "split", "perplexity", "bits"},
}


def test_events_are_lines_of_json_with_the_promised_keys(train: Run) -> None:
    said = train("--events", "-")
    assert said.code == 0 and said.err == ""
    for event in said.events:
        if event["type"] == "finished":
            assert event["reason"] == "completed"
        else:
            assert set(event) == KEYS[event["type"]]
    assert [event["type"] for event in said.events][-3:] == ["evaluation", "evaluation", "finished"]
    steps = [event for event in said.events if event["type"] == "step"]
    assert [event["step"] for event in steps] == list(range(1, len(steps) + 1))
    assert all(0 < a["seconds"] < b["seconds"] for a, b in pairwise(steps))
    assert {event["learning_rate"] for event in steps} == {SMALL["learning_rate"]}


def test_the_script_and_the_command_line_see_the_same_run(train: Run) -> None:
    config = Config.parse({"corpus": "reber", **SMALL})
    script = [event.as_dict() for event in Trainer(config, load_corpus(config)).events()]
    assert timeless(train("--events", "-").events) == timeless(script)


def test_events_go_to_a_file_and_the_progress_to_the_terminal(train: Run, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    said = train("--events", path)
    assert said.code == 0 and said.out == ""
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert timeless(events) == timeless(train("--events", "-").events)
    for event in events:
        if event["type"] == "epoch":
            shown = f"epoch {event['epoch']}  train {event['train_perplexity']:.3f}\n"
            assert shown in said.err
    assert "test perplexity" in said.err and "completed after" in said.err


def test_settings_come_from_preset_then_set_then_corpus_and_seed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    small = [part for name, value in SMALL.items() for part in ("--set", f"{name} = {value}")]
    arguments = ["--preset", "t_too_short", *small, "--set", "seed=3", "--set", "corpus=lag"]
    said = run("train", *arguments, "--corpus", "reber", "--seed", 5, "--checkpoint", path)
    assert said.code == 0
    config = checkpoint.read(path).config
    assert config.corpus == "reber" and config.seed == 5
    assert config.time_size == SMALL["time_size"] and config.hidden_size == SMALL["hidden_size"]


def test_a_text_file_is_a_corpus_and_rare_words_are_unknown(run: Run, tmp_path: Path) -> None:
    text, path = tmp_path / "rhyme.txt", tmp_path / "run.safetensors"
    text.write_text("the cat sat\nthe dog sat\n" * 40 + "the aardvark sat\n", encoding="utf-8")
    small = ["--set", "batch_size=2", "--set", "time_size=5", "--set", "epochs=1"]
    fractions = ["--set", "valid_fraction=0", "--set", "test_fraction=0"]
    said = run(
        "train", "--corpus", text, *small, *fractions, "--set", "min_count=2", "--checkpoint", path
    )
    assert said.code == 0 and "perplexity" not in said.err
    assert checkpoint.read(path).vocabulary.tokens == ("the", "cat", "sat", "<eos>", "dog", "<unk>")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--set", "hidden_size=0", "--set", "colour=red"], ["hidden_size", "'0'", "colour"]),
        (["--set", "learning_rate=fast", "--set", "cell=xyz"], ["learning_rate", "fast", "'rnn'"]),
        (["--set", "learning_rate=nan"], ["learning_rate"]),
        (["--set", "epochs"], ["--set epochs", "name=value"]),
        (["--seed", "-1"], ["seed", "-1"]),
        (["--preset", "chapter55"], ["chapter55", "chapter5"]),
        (["--corpus", "no-such-file.txt"], ["no-such-file.txt", "tiny-english"]),
        (["--set", "hidden_size=1000000"], ["GiB", "lower the hidden size"]),
        (["--set", "batch_size=1000"], ["1000 streams", "11,001"]),
        (["--events", "no/such/folder/events.jsonl"], ["no/such/folder", "choose another"]),
        (["--resume", "missing.safetensors"], ["missing.safetensors", "check the path"]),
    ],
    ids=lambda part: " ".join(part),
)
def test_what_cannot_be_is_refused_in_one_sentence(
    train: Run, arguments: list[str], parts: list[str]
) -> None:
    complaint = train(*arguments).complaint
    for part in parts:
        assert part in complaint


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"word", "at least two"),
        (b"\x00\x01\x02" * 50, "binary"),
        ("caf\xe9 ".encode("latin-1") * 50, "UTF-8"),
        (b"a b c d", "needs"),
    ],
    ids=["empty", "blank", "one", "binary", "latin", "short"],
)
def test_a_file_that_is_no_text_is_refused(
    train: Run, tmp_path: Path, data: bytes, part: str
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    complaint = train(corpus=str(path)).complaint
    assert part in complaint.replace("need at least", "needs at least")


def test_the_treebank_without_a_network_is_explained(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pooch

    def offline(*_: Any, **__: Any) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr(pooch, "retrieve", offline)
    complaint = run("train", "--corpus", "ptb").complaint
    assert "network" in complaint and "RNN_EXPLORER_PTB" in complaint


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
    begun = timeless(first.events)
    assert begun[-1]["type"] == "finished" and begun[-1]["reason"] == "stopped"
    assert sum(event["type"] == "step" for event in begun) == at

    second = run("train", "--resume", path, "--events", "-")
    assert second.code == 0
    assert begun[:-1] + timeless(second.events) == whole


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
