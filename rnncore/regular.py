"""Regular files alone: what is endless or blocks (devices, pipes, sockets) is never read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple


class Opened(NamedTuple):
    """A regular file, open for reading, and the bytes it had when it was opened."""

    file: BinaryIO
    size: int


@contextmanager
def open_regular(path: Path) -> Iterator[Opened]:
    """Open a regular file, or what links lead to, for reading.

    Read no more than `size` bytes: files of /proc say 0 and may be endless.
    Raises   OSError if it cannot be opened or is no regular file, without waiting.
    """
    check_regular(os.stat(path).st_mode)  # opening a device may already do something
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        check_regular(found.st_mode)  # it may have been replaced in between
        yield Opened(file, found.st_size)


def read_regular(path: Path) -> bytes:
    """All bytes of a regular file. Raises OSError as `open_regular` does."""
    with open_regular(path) as (file, size):
        return file.read(size)


def check_regular(mode: int) -> None:
    """Raise OSError if `mode`, as os.stat gives it, is not that of a regular file."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "Not a regular file")
