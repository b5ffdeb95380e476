"""python -m rnncore train: what it reads, reports and refuses."""

from __future__ import annotations

import errno
import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

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


def test_events_are_lines_of_json_with_the_promised_keys(train: Run, tmp_path: Path) -> None:
    said = train("--events", "-", "--checkpoint", tmp_path / "run.safetensors")
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


def test_whoever_follows_the_events_sees_each_at_once(
    train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, update, seen = tmp_path / "events.jsonl", Adam.update, []

    def looking(self: Adam, *arguments: Any) -> None:
        seen.append(path.read_text(encoding="utf-8").count('"step",'))
        update(self, *arguments)

    monkeypatch.setattr(Adam, "update", looking)
    assert train("--events", path).code == 0
    assert seen == list(range(len(seen)))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_disk_that_fills_up_with_events_is_explained_and_the_run_is_kept(
    train: Run, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "run.safetensors"
    said = train("--events", "/dev/full", "--checkpoint", path)
    assert said.code == 2 and os.strerror(errno.ENOSPC) in said.err
    assert checkpoint.read(path).header["steps"] == 1
    whole, rest = train("--events", "-").events, run("train", "--resume", path, "--events", "-")
    assert timeless(rest.events) == timeless(whole)[1:]


def test_a_terminal_shows_a_bar_and_no_lines(
    train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    said = train("--checkpoint", tmp_path / "run.safetensors")
    assert said.code == 0 and said.err.startswith("\r") and said.err.endswith("updates\n")
    last = said.err.rsplit("\r", 1)[1]
    assert "█" * 30 in last and "100%" in last and "tokens/s" in last and "0 s left" in last
    assert "test " in last and "completed after" in last


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
