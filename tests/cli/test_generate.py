"""python -m rnncore generate: the same seed writes the same text; what cannot be is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_the_seed_decides_the_text(run: Run, trained: Path) -> None:
    def text(**options: object) -> str:
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        said = run("generate", "--checkpoint", trained, "--prompt", "BT", *flags)
        assert said.code == 0 and said.err == ""
        return said.out

    first = text(length=60, seed=7)
    assert first == text(length=60, seed=7) != text(length=60, seed=8)
    assert first.startswith("BT") and len(first.rstrip("\n")) == 62
    assert set(first.strip()) <= set("BTSXPVE")
    assert text(length=20, seed=7) == first[:22] + "\n"  # a shorter text is its beginning
    assert text(length=0) == "BT\n"
    assert len(text()) == 103
    greedy = text(length=60, temperature=0)
    assert greedy == text(length=60, temperature=0, seed=9)
    assert greedy == text(length=60, temperature=1e-300) == text(length=60, temperature=0.001)


def test_words_and_lines_come_back_as_text(run: Run, tmp_path: Path) -> None:
    text, path = tmp_path / "rhyme.txt", tmp_path / "run.safetensors"
    text.write_text("the cat sat\nthe dog sat\n" * 40, encoding="utf-8")
    settings = ["batch_size=4", "time_size=5", "epochs=60", "learning_rate=0.01", "hidden_size=16"]
    flags = [part for setting in settings for part in ("--set", setting)]
    assert run("train", "--corpus", text, *flags, "--checkpoint", path).code == 0
    said = run(
        "generate", "--checkpoint", path, "--prompt", "the cat", "--length", 6,
        "--temperature", 0.01,
    )  # fmt: skip
    lines = said.out.splitlines()
    assert lines[0] == "the cat sat" and lines[1] in ("the cat sat", "the dog sat")


def test_top_k_and_top_p_cut(run: Run, trained: Path) -> None:
    def text(*options: object) -> str:
        said = run("generate", "--checkpoint", trained, "--prompt", "BT", "--length", 60, *options)
        assert said.code == 0 and said.err == ""
        return said.out

    greedy = text("--temperature", 0)
    assert text("--top-k", 1) == greedy == text("--top-p", 1e-9, "--seed", 5)
    assert text("--top-k", 0, "--top-p", 1) == text() != text("--top-k", 2)


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--top-k", -1, "0 to"),
        ("--top-p", 0, "above 0"),
        ("--top-p", "nan", "above 0"),
        ("--top-p", "much", "no number"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], option: str, value: object, part: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        run("generate", "--checkpoint", "x", "--prompt", "B", option, value)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert option in said and part in said


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--prompt", "BTQ"], ["'Q'", "vocabulary"]),
        (["--prompt", ""], ["prompt", "at least one"]),
        (["--prompt", "B", "--temperature", "1e400"], ["temperature"]),
        (["--prompt", "B", "--temperature", "9" * 5000], ["temperature"]),
        (["--prompt", "B", "--seed", "9" * 30], ["seed", "4294967295"]),
        (["--prompt", "B", "--seed", "9" * 5000], ["seed"]),
        (["--prompt", "B", "--temperature", "-1"], ["temperature", "-1"]),
        (["--prompt", "B", "--temperature", "nan"], ["temperature"]),
        (["--prompt", "B", "--seed", "-1"], ["seed", "-1"]),
    ],
    ids=lambda part: " ".join(part)[:60],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    run: Run, trained: Path, arguments: list[str], parts: list[str]
) -> None:
    complaint = run("generate", "--checkpoint", trained, *arguments).complaint
    for part in parts:
        assert part in complaint


def test_a_checkpoint_that_is_none_is_refused(run: Run, trained: Path, tmp_path: Path) -> None:
    for place, part in ((tmp_path / "missing", "check the path"), (tmp_path, "cannot be read")):
        assert part in run("generate", "--checkpoint", place, "--prompt", "B").complaint
    trained.write_bytes(trained.read_bytes()[:-100])
    complaint = run("generate", "--checkpoint", trained, "--prompt", "B").complaint
    assert "not a whole checkpoint" in complaint


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["generate", "--prompt", "B"],
        ["generate", "--checkpoint", "x", "--prompt", "B", "--length", "-1"],
        ["generate", "--checkpoint", "x", "--prompt", "B", "--length", "many"],
        ["generate", "--checkpoint", "x", "--prompt", "B", "--length", "9" * 30],
        ["generate", "--checkpoint", "x", "--prompt", "B", "--length", "9" * 5000],
        ["train", "--colour", "red"],
    ],
    ids=lambda part: " ".join(part)[:60],
)
def test_a_wrong_command_shows_how_to_write_it(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert "usage: python -m rnncore" in capsys.readouterr().err
