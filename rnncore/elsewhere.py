"""Files that are not of this machine, such as those of an object store: what a checkpoint needs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from rnncore.regular import Opened


class Elsewhere(Protocol):
    """A place for one file, whose text is its address.  Raises   OSError, from every method."""

    def opened(self) -> AbstractContextManager[Opened]:
        """The file, open for reading."""

    def put(self, data: bytes) -> None:
        """Write it; nobody meets half a file at an address of an object store."""
