"""python -m rnncore export: a script of its own that writes the same text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def written(script: Path, *arguments: object) -> str:
    """What the script writes, far from the project."""
    command = [sys.executable, "-I", str(script), *map(str, arguments)]
    done = subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"cell": "rnn"},
        {"cell": "lstm", "layers": 2},
        {"cell": "gru"},
        {"cell": "lstm", "tied": True, "embedding_size": 7, "dropout": 0.2},
        {"cell": "gru", "layers": 3, "dtype": "float64"},
    ],
    ids=lambda settings: " ".join(map(str, settings.values())),
)
def test_the_script_writes_what_generate_does(
    run: Run, train: Run, tmp_path: Path, settings: dict[str, object]
) -> None:
    path, script = tmp_path / "run.safetensors", tmp_path / "model.py"
    assert train("--checkpoint", path, **settings).code == 0
    said = run("export", "--checkpoint", path, "--to", "script", "--output", script)
    assert (said.code, said.out, said.err) == (0, "", "")
    for arguments in (
        ["--prompt", "BT", "--length", 200, "--seed", 3],
        ["--prompt", "B", "--length", 50, "--temperature", 0.3],
        ["--prompt", "B", "--length", 50, "--temperature", 0],
        ["--prompt", "BTXSE", "--length", 0],
    ):
        expected = run("generate", "--checkpoint", path, *arguments).out
        assert written(script, *arguments) == expected


def test_words_quotes_and_unknown_words(run: Run, tmp_path: Path) -> None:
    text, path = tmp_path / "text.txt", tmp_path / "run.safetensors"
    text.write_text('say """ it\\ \'@WEIGHTS@\' 안녕 <unk>\nsay "@CELL@" \\n again\n' * 40, "utf-8")
    settings = ["batch_size=4", "time_size=5", "epochs=2", "hidden_size=16", "embedding_size=8"]
    flags = [part for setting in settings for part in ("--set", setting)]
    assert run("train", "--corpus", text, *flags, "--checkpoint", path).code == 0
    script = tmp_path / "model.py"
    script.write_text(run("export", "--checkpoint", path, "--to", "script").out, "utf-8")
    arguments = ["--prompt", "say never seen\nsay", "--length", 80]
    assert written(script, *arguments) == run("generate", "--checkpoint", path, *arguments).out


def test_jamo_are_written_as_syllables(run: Run, tmp_path: Path) -> None:
    path, script = tmp_path / "run.safetensors", tmp_path / "model.py"
    flags = ["tokenizer=jamo", "batch_size=4", "time_size=5", "epochs=1", "hidden_size=16"]
    settings = [part for flag in flags for part in ("--set", flag)]
    said = run("train", "--corpus", "story-ko", *settings, "--checkpoint", path)
    assert said.code == 0 and re.search(r"valid perplexity \d.*\(\d.* per character\)", said.err)
    script.write_text(run("export", "--checkpoint", path, "--to", "script").out, "utf-8")
    for prompt, shown in (("도담이", "도담이"), ("도담ㅇ", "도담ㅇ"), ("도다\u11b7", "도담")):
        arguments = ["--prompt", prompt, "--length", 60, "--temperature", 2]
        out = run("generate", "--checkpoint", path, *arguments).out
        assert written(script, *arguments) == out
        assert out.startswith(shown[:2])
        assert not re.search("[\u1100-\u11ff]", out)  # half a syllable is written in letters
        begun = run("generate", "--checkpoint", path, "--prompt", prompt, "--length", 0)
        assert begun.out == f"{shown}\n"


def test_the_script_marks_what_a_terminal_cannot_show(run: Run, tmp_path: Path) -> None:
    text, path, script = tmp_path / "text.txt", tmp_path / "run", tmp_path / "model.py"
    text.write_text("café 안녕 세계\n" * 60, "utf-8")
    flags = ["--set", "batch_size=2", "--set", "time_size=5", "--set", "epochs=1"]
    assert run("train", "--corpus", text, *flags, "--checkpoint", path).code == 0
    run("export", "--checkpoint", path, "--to", "script", "--output", script)
    done = subprocess.run(
        [sys.executable, str(script), "--prompt", "café 안녕", "--length", "0"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.split() == [b"caf?", b"??"]


def test_what_cannot_be_is_refused_in_one_sentence(run: Run, trained: Path, tmp_path: Path) -> None:
    into = ("--to", "script", "--output")
    folder = tmp_path / "folder"
    folder.mkdir()
    complaint = run("export", "--checkpoint", trained, *into, folder).complaint
    assert str(folder) in complaint
    missing = run("export", "--checkpoint", tmp_path / "no", *into, tmp_path / "x.py").complaint
    assert str(tmp_path / "no") in missing
    assert not (tmp_path / "x.py").exists()
