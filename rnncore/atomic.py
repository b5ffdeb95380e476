"""Writing a file so that everybody sees the old one or the whole new one."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from rnncore.regular import check_regular

LONGEST_STEM = 100
"""Bytes of a file's name that its draft repeats: no file system takes more than 255 in all."""


def write_atomically(path: Path, data: bytes, *, private: bool = False) -> None:
    """Put `data` at `path`, through a neighbour that is synced to disk and then renamed.

    Makes the folder. A reader, a crash or a full disk never meets half a file; mode 0644. What is
    `private` is the owner's alone from its first byte on, and so is a folder that is made for it.
    Where `path` is a symbolic link, the file it leads to is replaced and the link stays.
    Raises OSError if the place cannot be written or holds anything but a regular file; what stood
    there before still does.
    """
    target = _target(path)
    target.parent.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
    draft = _draft(target)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            draft.chmod(0o644)
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    _sync_folder(target.parent)


def check_writable(path: Path) -> None:
    """Raise OSError if `write_atomically` could not write a file at `path` now.

    Makes the folder and leaves nothing else behind.
    """
    target = _target(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(target)
    try:
        with draft.open("wb"):
            pass
    finally:
        draft.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """Where the symbolic links lead. Raises OSError if a file cannot be put there."""
    target = Path(os.path.realpath(path))
    with suppress(FileNotFoundError):
        check_regular(target.stat().st_mode)
    return target


def _draft(target: Path) -> Path:
    stem, raw = target.name, os.fsencode(target.name)
    if len(raw) > LONGEST_STEM:
        stem = hashlib.sha256(raw).hexdigest()
    return target.parent / f".{stem}.{secrets.token_hex(4)}.part"  # machines may share the folder


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system allows it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
