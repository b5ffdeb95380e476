"""Files that never end, never begin or are too large: refused without reading or waiting."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rnncore.memory import MEMORY_LIMIT
from rnncore.regular import open_regular
from rnncore.training import checkpoint
from tests.cli.conftest import Run

SMALL = ("--set", "batch_size=2", "--set", "time_size=5", "--set", "epochs=1")


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Path]]:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
        (tmp_path / "link").symlink_to("/dev/zero")
        yield {
            "fifo": tmp_path / "fifo",
            "socket": tmp_path / "socket",
            "link": tmp_path / "link",
            "zero": Path("/dev/zero"),
            "random": Path("/dev/random"),
            "stdin": Path("/dev/stdin"),
            "tty": Path("/dev/tty"),
            "kernel": Path("/proc/kmsg"),
            "process": Path("/proc/self/pagemap"),
        }


@pytest.mark.parametrize(
    "place", ["fifo", "socket", "link", "zero", "random", "stdin", "tty", "kernel", "process"]
)
def test_endless_and_blocking_files_are_refused(
    run: Run, places: dict[str, Path], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = places[place]
    if not os.path.lexists(path):
        pytest.skip(f"there is no {path} here")
    readable, writable_end = os.pipe()  # what /dev/stdin would wait for
    before = os.dup(0)
    os.dup2(readable, 0)
    try:
        assert str(path.name) in run("train", "--corpus", path, *SMALL).complaint
        for command in (
            ("train", "--resume", path),
            ("generate", "--checkpoint", path, "--prompt", "x"),
            ("export", "--checkpoint", path, "--to", "script"),
        ):
            assert str(path) in run(*command).complaint
    finally:
        os.dup2(before, 0)
        for end in (readable, writable_end, before):
            os.close(end)


def test_a_folder_of_endless_files_is_refused(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "ptb"
    folder.mkdir()
    for part in ("train", "valid", "test"):
        (folder / f"ptb.{part}.txt").symlink_to("/dev/zero")
    assert "ptb.train.txt" in run("train", "--corpus", folder, *SMALL).complaint


def test_a_checkpoint_larger_than_a_run_can_be_is_not_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "large.safetensors"
    path.touch()
    os.truncate(path, checkpoint.LARGEST + 1)  # a hole: it takes no room
    assert "GiB" in run("train", "--resume", path).complaint
    assert checkpoint.LARGEST < 1.1 * MEMORY_LIMIT


class Counting:
    """A file that notes how much is read of it."""

    def __init__(self, file: Any, read: list[int]) -> None:
        self.file, self.amounts = file, read

    def read(self, size: int) -> bytes:
        self.amounts.append(size)
        return bytes(self.file.read(size))


@pytest.mark.parametrize("head", [b"", b"\xff" * 8, b"\x02\0\0\0\0\0\0\0{}", bytes(8)])
def test_a_large_file_is_not_read_before_its_header(
    tmp_path: Path, run: Run, head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = tmp_path / "large.safetensors", list[int]()
    path.write_bytes(head)
    os.truncate(path, MEMORY_LIMIT)

    @contextmanager
    def counting(place: Path) -> Iterator[tuple[Any, int]]:
        with open_regular(place) as (file, size):
            yield Counting(file, read), size

    monkeypatch.setattr(checkpoint, "open_regular", counting)
    monkeypatch.setattr(checkpoint, "parse_tensors", lambda data: pytest.fail("it was read"))
    assert "not a whole checkpoint" in run("train", "--resume", path).complaint
    assert sum(read) < 100
