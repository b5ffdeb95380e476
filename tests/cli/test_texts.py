"""A checkpoint knows its text: another one is refused, and the same one is found again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rnncore.config import Config
from rnncore.text.corpus import load_corpus
from rnncore.text.decoding import Form, read_file
from rnncore.text.sources import source_files
from rnncore.training import checkpoint
from tests.cli.conftest import Run, timeless

LINES = ["the cat sat on the mat", "the dog saw the cat", "the old cat saw the old dog"] * 40
TEXT = "\n".join(LINES) + "\n"
SIZES = ("batch_size=2", "time_size=5", "epochs=2", "hidden_size=4", "embedding_size=4")
SMALL = [part for size in SIZES for part in ("--set", size)]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "text.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def learned(run: Run, text: Path) -> Path:
    """A checkpoint of a run on `text` that is over."""
    path = text.parent / "run.safetensors"
    assert run("train", "--corpus", text, *SMALL, "--checkpoint", path).code == 0
    return path


def swapped(place: int) -> str:
    lines = [line.split() for line in LINES]
    lines[place][0], lines[place][1] = lines[place][1], lines[place][0]
    return "\n".join(" ".join(line) for line in lines) + "\n"


@pytest.mark.parametrize(
    "other",
    [
        swapped(50),
        swapped(-1),  # in the test part
        swapped(-7),  # in the validation part
        TEXT.replace("saw the old dog", "sat the old dog", 2),
        TEXT.removesuffix("the old cat saw the old dog\n"),
        TEXT + "the cat\n",
        "the cat sat on the mat\n" * 120,
        TEXT.replace("cat", "cow"),
        TEXT.upper(),
    ],
    ids=["middle", "test", "valid", "word", "shorter", "longer", "fewer", "other", "capitals"],
)
def test_another_text_is_refused_whatever_the_change(
    run: Run, text: Path, learned: Path, other: str
) -> None:
    assert other != TEXT
    text.write_text(other, encoding="utf-8")
    kept = learned.read_bytes()
    complaint = run(
        "train", "--resume", learned, "--checkpoint", learned, "--set", "epochs=9"
    ).complaint
    assert str(text) in complaint and "bring the old text back" in complaint
    assert learned.read_bytes() == kept


@pytest.mark.parametrize("change", [TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT])
def test_what_reads_as_the_same_text_is_the_same(
    run: Run, text: Path, learned: Path, change: str
) -> None:
    text.write_text(change, encoding="utf-8")
    assert run("train", "--resume", learned).code == 0


def test_every_part_counts_and_nothing_else() -> None:
    settings = {"corpus": "reber", "grammar_tokens": 400}
    kept = load_corpus(Config.parse(settings)).fingerprint
    assert load_corpus(Config.parse(settings | {"seed": 3, "cell": "lstm"})).fingerprint == kept
    others = ({"grammar_tokens": 450}, {"valid_fraction": 0.2}, {"test_fraction": 0.0})
    for change in others:
        assert load_corpus(Config.parse(settings | change)).fingerprint != kept, change


@pytest.mark.parametrize("name", ["text.txt", "./text.txt", "../project/text.txt"])
def test_a_relative_path_works_from_another_folder(
    run: Run, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(text.parent)
    whole = run("train", "--corpus", name, *SMALL, "--events", "-", "--checkpoint", "run")
    assert whole.code == 0
    monkeypatch.chdir(tmp_path)
    said = run("train", "--resume", "project/run", "--set", "epochs=3", "--events", "-")
    assert said.code == 0, said.err
    assert checkpoint.read("project/run").config.corpus == str(text)


def test_the_home_of_a_person_is_where_it_was(
    run: Run, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = text.parent / "run"
    monkeypatch.setenv("HOME", str(text.parent))
    assert run("train", "--corpus", "~/text.txt", *SMALL, "--checkpoint", path).code == 0
    monkeypatch.setenv("HOME", "/nowhere")
    assert run("train", "--resume", path).code == 0


def test_a_text_that_was_moved_with_its_checkpoint_is_found(
    run: Run, text: Path, learned: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.move(text.parent, moved)
    assert run("train", "--resume", moved / learned.name).code == 0
    (moved / "text.txt").write_text(swapped(3), encoding="utf-8")
    assert "not the text" in run("train", "--resume", moved / learned.name).complaint
    (moved / "text.txt").unlink()
    assert str(text) in run("train", "--resume", moved / learned.name).complaint


@pytest.mark.parametrize("raw", [b"\xff\xfe", "안녕".encode("cp949"), b"two\nlines", b"x" * 255])
def test_a_text_may_have_every_name_a_file_may_have(run: Run, tmp_path: Path, raw: bytes) -> None:
    text, path = tmp_path / os.fsdecode(raw), tmp_path / "run"
    text.write_text(TEXT, encoding="utf-8")
    whole = run("train", "--corpus", text, *SMALL, "--events", "-", "--checkpoint", path)
    assert whole.code == 0, whole.err
    resumed = run("train", "--resume", path, "--set", "epochs=3", "--checkpoint", path)
    assert resumed.code == 0, resumed.err
    text.write_text(swapped(9), encoding="utf-8")
    refused = run("train", "--resume", path)
    assert refused.code == 2 and "not the text" in refused.err


@pytest.mark.parametrize("name", ["reber", "story-en", "lag"])
def test_the_files_of_a_corpus_are_those_it_reads(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def noted(path: Path, *form: Form) -> str:
        seen.append(path)
        return read_file(path, *form)

    monkeypatch.setattr("rnncore.text.corpus.read_file", noted)
    load_corpus(Config.parse({"corpus": name, "grammar_tokens": 300}))
    assert tuple(seen) == source_files(name)


def test_a_finished_run_goes_on_and_says_so_in_its_events(run: Run, learned: Path) -> None:
    before = checkpoint.read(learned).header
    said = run(
        "train", "--resume", learned, "--set", "epochs=4", "--events", "-", "--checkpoint", learned
    )
    assert said.code == 0
    events = timeless(said.events)
    assert events[0] == {
        "type": "changed",
        "step": before["steps"],
        "setting": "epochs",
        "old": 2.0,
        "new": 4.0,
    }
    steps = [event for event in events if event["type"] == "step"]
    assert steps[0]["step"] == before["steps"] + 1 and len(steps) == before["steps"]
    assert {step["learning_rate"] for step in steps} == {before["last_rate"]}
    assert checkpoint.read(learned).config.epochs == 4


@pytest.mark.parametrize("epochs", ["1", "0", "-3", "many", "2.5", "1e9", ""])
def test_epochs_that_cannot_be_are_refused(run: Run, learned: Path, epochs: str) -> None:
    kept = learned.read_bytes()
    said = run("train", "--resume", learned, "--set", f"epochs={epochs}", "--checkpoint", learned)
    assert "epochs" in said.complaint and learned.read_bytes() == kept


def test_a_rate_may_come_with_the_epochs(run: Run, learned: Path) -> None:
    rate = ("--set", "learning_rate=0.125")
    for given in (("--set", "epochs=3", *rate), (*rate, "--set", "epochs=3")):
        said = run("train", "--resume", learned, *given, "--events", "-")
        rates = {event["learning_rate"] for event in said.events if event["type"] == "step"}
        assert rates == {0.125}
        changed = [event["setting"] for event in said.events if event["type"] == "changed"]
        assert changed == ["epochs", "learning_rate"]


def test_settings_are_fitted_to_a_text_and_those_given_stay(run: Run, tmp_path: Path) -> None:
    path, kept = tmp_path / "note.md", tmp_path / "run.safetensors"
    path.write_text("The cat sat on the mat, and the dog sat beside it. " * 8, encoding="utf-8")
    assert run("train", "--corpus", path, "--checkpoint", kept).code == 2  # too short as it is
    given = ("--set", "hidden_size=8", "--set", "epochs=3", "--checkpoint", kept)
    assert run("train", "--corpus", path, "--fit", *given).code == 0
    config = checkpoint.read(kept).config
    assert (config.cell, config.tokenizer, config.batch_size) == ("gru", "characters", 2)
    assert (config.hidden_size, config.epochs, config.valid_fraction) == (8, 3, 0)
