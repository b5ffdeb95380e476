"""Who may read a person's data: only the person."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDERS, DATABASE = ("checkpoints", "texts"), ("runs.db", "runs.db-wal", "runs.db-shm")
OURS = {*FOLDERS, *DATABASE, "ptb"}
"""What a data folder holds."""


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read, if there is none. The folder must exist."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def tighten(folder: Path) -> None:
    """Take from others what earlier versions let them read in a data folder.

    A folder that holds other things too, such as a home, stays open itself. What cannot be changed
    stays as it is.
    """
    with suppress(OSError):
        if {entry.name for entry in os.scandir(folder)} <= OURS:
            _close(folder)
        for name in (*DATABASE, *FOLDERS):
            _close(folder / name)
        for name in FOLDERS:
            with suppress(OSError):
                for entry in os.scandir(folder / name):
                    if entry.is_file(follow_symlinks=False):
                        _close(Path(entry.path))


def _close(path: Path) -> None:
    with suppress(OSError):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & 0o077 and not path.is_symlink():
            path.chmod(mode & ~0o077)
