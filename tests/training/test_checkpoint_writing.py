"""Writing a checkpoint: whole or not at all, whatever the disk says."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnncore.errors import CheckpointError
from rnncore.training import checkpoint
from tests.training.runs import everything, some_corpus, trainer


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.fixture
def strict_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_the_file_can_be_read_by_everybody(tmp_path: Path, strict_umask: None) -> None:
    path = tmp_path / "run.safetensors"
    for _ in range(2):  # a new file and one that replaces another
        checkpoint.save(path, trainer())
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == [path.name]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "run.safetensors"
    checkpoint.save(path, trainer())
    checkpoint.read(path)
    checkpoint.save(str(path), trainer())  # a name will do


@pytest.mark.parametrize(
    ("owner", "function"),
    [
        (os, "fsync"),
        (Path, "replace"),
        (Path, "chmod"),
        (os, "open"),
        (Path, "mkdir"),
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_failed_write_leaves_the_file_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, function: str, code: int
) -> None:
    folder = tmp_path / "kept"
    path, run = folder / "run.safetensors", trainer()
    run.step()
    checkpoint.save(path, run)
    kept = path.read_bytes()
    run.step()
    monkeypatch.setattr(owner, function, failing(code))
    with pytest.raises(CheckpointError) as caught:
        checkpoint.save(path, run)
    monkeypatch.undo()
    assert path.read_bytes() == kept
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    full = code in (errno.ENOSPC, errno.EDQUOT)
    assert caught.value.code == ("disk_full" if full else "checkpoint_unwritable")
    sentence = str(caught.value)
    assert str(path) in sentence and os.strerror(code) in sentence
    assert ("free some disk space" in sentence) == full

    before = everything(run)  # the run itself goes on, and saves when there is room again
    run.step()
    assert everything(run) != before
    checkpoint.save(path, run)
    assert everything(checkpoint.load(path, some_corpus())) == everything(run)


@pytest.mark.parametrize("place", ["file/run.safetensors", "file/deeper/run.safetensors", "folder"])
def test_a_place_that_cannot_hold_a_file_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CheckpointError, match=place):
        checkpoint.save(tmp_path / place, trainer())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder", "home"]


@pytest.mark.parametrize("place", [".", "/", ".."])
def test_a_path_without_a_name_is_refused(place: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.save(place, trainer())


def test_a_name_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.save(tmp_path / ("x" * 300), trainer())
