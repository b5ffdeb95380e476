"""Output that cannot be encoded or written: marks, or a sentence and exit 2."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

import pytest

from rnncore.console import writable
from rnncore.training import checkpoint
from tests.cli.conftest import Run

TEXT = "café 안녕 ünder <unk>\nnaïve 세계 x\n" * 40
SIZES = ("batch_size=2", "time_size=5", "epochs=1", "hidden_size=4", "embedding_size=4")
SMALL = [part for size in SIZES for part in ("--set", size)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of a text in several scripts."""
    from rnncore.__main__ import main

    folder = tmp_path_factory.mktemp("model")
    text, path = folder / "글.txt", folder / "run.safetensors"
    text.write_text(TEXT, encoding="utf-8")
    assert main(["train", "--corpus", str(text), *SMALL, "--checkpoint", str(path)]) == 0
    return path


def command(model: Path, name: str) -> list[str]:
    text = str(model.parent / "글.txt")
    return {
        "generate": ["generate", "--checkpoint", str(model), "--prompt", "café 안녕"],
        "export": ["export", "--checkpoint", str(model), "--to", "script"],
        "train": ["train", "--corpus", text, *SMALL, "--events", "-"],
        "help": ["train", "--help"],
        "version": ["--version"],
    }[name]


def process(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rnncore", *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=100,
        **options,
    )


def a_full_disk() -> TextIO:
    return open("/dev/full", "w", encoding="utf-8")


def a_closed_pipe() -> TextIO:
    readable, end = os.pipe()
    os.close(readable)
    return os.fdopen(end, "w", encoding="utf-8")


def a_full_pipe() -> TextIO:
    """It does not wait for its reader, who never comes and never goes."""
    _, end = os.pipe()
    os.set_blocking(end, False)
    with suppress(BlockingIOError):
        while True:
            os.write(end, b"x")
    return os.fdopen(end, "w", encoding="utf-8")


def nothing() -> None:
    """Standard output where a program was started without one."""


def only_reading() -> TextIO:
    return os.fdopen(os.open("/dev/null", os.O_RDONLY), "w", encoding="utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("output", [a_full_disk, a_closed_pipe, a_full_pipe, nothing, only_reading])
@pytest.mark.parametrize("name", ["generate", "export", "train"])
def test_output_that_cannot_be_written_is_explained(
    model: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    output: Callable[[], TextIO | None],
) -> None:
    stream = output()
    monkeypatch.setattr(sys, "stdout", stream)
    said = run(*command(model, name))
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("error: The output cannot be written (")
    if stream is not None:
        stream.close()  # as the interpreter does at its end


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("output", [a_full_disk, a_closed_pipe])
@pytest.mark.parametrize("name", ["generate", "help", "version"])
def test_a_process_ends_without_a_traceback(
    model: Path, name: str, output: Callable[[], TextIO]
) -> None:
    with output() as stream:
        done = process(command(model, name), stdout=stream)
    assert done.returncode == 2
    assert done.stderr.startswith("error: The output cannot be written (")
    assert done.stderr.count("\n") == 1


def test_what_was_learned_before_the_output_failed_is_kept(
    model: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.safetensors"
    stream = Stream("utf-8")
    stream.room = 3
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(*command(model, "train"), "--checkpoint", path).code == 2
    assert checkpoint.read(path).header["steps"] == 4  # the fourth could not be told any more
    assert stream.written.count('"step",') == 3


class Short(io.RawIOBase):
    """What is under standard output that is not buffered (python -u): a write may be short."""

    def __init__(self, room: int, end: int | None) -> None:
        self.got, self.room, self.end = b"", room, end

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int | None:
        if len(self.got) >= self.room:
            if self.end is not None:
                raise OSError(self.end, os.strerror(self.end))
            return None
        part = bytes(data[: min(7, self.room - len(self.got))])
        self.got += part
        return len(part)


def unbuffered(raw: io.RawIOBase) -> io.TextIOWrapper:
    return io.TextIOWrapper(cast(Any, raw), "utf-8", write_through=True)


def test_all_of_an_output_that_is_not_buffered_arrives(
    model: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = run(*command(model, "generate")).out
    raw = Short(10**9, errno.EPIPE)
    monkeypatch.setattr(sys, "stdout", unbuffered(raw))
    assert run(*command(model, "generate")).code == 0
    assert raw.got.decode() == expected


@pytest.mark.parametrize("end", [errno.EPIPE, errno.ENOSPC, None])
def test_a_short_write_is_not_forgotten(
    model: Path, run: Run, monkeypatch: pytest.MonkeyPatch, end: int | None
) -> None:
    """A reader that leaves in the middle, a disk that fills up, a pipe that does not wait."""
    raw = Short(30, end)
    monkeypatch.setattr(sys, "stdout", unbuffered(raw))
    said = run(*command(model, "generate"))
    assert said.code == 2 and said.err.startswith("error: The output cannot be written (")
    assert len(raw.got) == 30


class Stream(io.TextIOWrapper):
    """A stream of some encoding with room for so many writes."""

    room = 10**9

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="strict")

    def write(self, text: str) -> int:
        if text and self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= bool(text)
        return super().write(text)

    @property
    def written(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


@pytest.mark.parametrize("encoding", ["cp949", "ascii", "latin-1", "utf-16", "shift_jis"])
@pytest.mark.parametrize("name", ["generate", "export", "train"])
def test_what_cannot_be_encoded_becomes_a_mark(
    model: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, encoding: str
) -> None:
    stream = Stream(encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(*command(model, name)).code == 0
    start = {"ascii": "caf? ??", "cp949": "caf? 안녕", "latin-1": "café ??"}.get(encoding, "caf")
    assert name != "generate" or stream.written.removeprefix("\ufeff").startswith(start)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp949", "ascii"])
def test_a_process_marks_them_too(model: Path, tmp_path: Path, encoding: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    with (tmp_path / "out").open("wb") as output:
        done = process(command(model, "generate"), stdout=output, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out").read_bytes().decode(encoding).startswith("caf? ")


def test_progress_in_ascii_has_a_bar_of_its_own(
    model: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream("ascii")
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    text = model.parent / "글.txt"
    assert run("train", "--corpus", text, *SMALL).code == 0
    assert "#" * 30 + " 100%" in stream.written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("gone", [nothing, a_full_disk, a_closed_pipe, only_reading])
@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_that_is_gone_stops_no_training(
    model: Path,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    gone: Callable[[], TextIO | None],
    terminal: bool,
) -> None:
    path, stream = tmp_path / "run.safetensors", gone()
    if stream is not None:
        monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    text = model.parent / "글.txt"
    assert run("train", "--corpus", text, *SMALL, "--checkpoint", path).code == 0
    checkpoint.read(path)
    if stream is not None:
        with suppress(OSError):
            stream.close()


@pytest.mark.parametrize("prompt", ["\udcff\udcfe", "café \udcff", "\ud800"])
def test_a_prompt_that_is_no_unicode_is_answered(run: Run, model: Path, prompt: str) -> None:
    said = run("generate", "--checkpoint", model, "--prompt", prompt, "--length", 3)
    assert said.code == 0 and "?" in said.out


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [("é안\udcff", "utf-8", "é안?"), ("é안", "cp949", "?안"), ("é안", "ascii", "??")],
)
def test_a_mark_for_every_character(text: str, encoding: str, written: str) -> None:
    assert writable(text, Stream(encoding)) == written
