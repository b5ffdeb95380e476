"""A file at an address that fsspec knows, with as much of pathlib's ways as checkpoints need."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple, cast

from rnncore.errors import StoreError
from rnncore.regular import Opened


class Stat(NamedTuple):
    """What is known of a file. The time is 0 where the store keeps none."""

    st_size: int
    st_mtime: float
    st_mtime_ns: int


class RemotePath:
    """A file or a folder of a store; `str` gives its address.

    A file that is put there is there whole or not at all where the store is an object store. One of
    another kind of store is put under another name first, and moved: see saving.py.
    Raises   OSError, from every method, if the store cannot be used.
    """

    def __init__(self, system: Any, path: str, address: str) -> None:
        self._system, self._path, self._address = system, path, address
        self.name = PurePosixPath(path).name
        self.stem, self.suffix = PurePosixPath(path).stem, PurePosixPath(path).suffix

    @classmethod
    def at(cls, address: str) -> RemotePath:
        """What is at an address.  Raises   StoreError if fsspec knows no such place."""
        system, path = _system(address)
        return cls(system, path, address)

    def __str__(self) -> str:
        return self._address

    def __truediv__(self, name: str) -> RemotePath:
        return RemotePath(
            self._system, f"{self._path.rstrip('/')}/{name}", f"{self._address.rstrip('/')}/{name}"
        )

    @property
    def parent(self) -> RemotePath:
        path, address = (whole.rstrip("/").rpartition("/")[0] for whole in (self._path, str(self)))
        return RemotePath(self._system, path, address)

    def with_name(self, name: str) -> RemotePath:
        return self.parent / name

    def exists(self) -> bool:
        with _as_os_errors():
            return bool(self._system.exists(self._path))

    def is_file(self) -> bool:
        with _as_os_errors():
            return bool(self._system.isfile(self._path))

    def stat(self) -> Stat:
        with _as_os_errors():
            size = int(self._system.size(self._path))
            try:
                written = float(self._system.modified(self._path).timestamp())
            except NotImplementedError:
                written = 0.0
        return Stat(size, written, int(written * 1e9))

    def iterdir(self) -> Iterator[RemotePath]:
        """What is in the folder."""
        with _as_os_errors():
            found = self._system.ls(self._path, detail=False)
        for path in sorted(found):
            yield self / PurePosixPath(path).name

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        with _as_os_errors():
            size = int(self._system.size(self._path))
            file = self._system.open(self._path, "rb")
        with file:
            yield Opened(cast(BinaryIO, _Reader(file)), size)

    def read_bytes(self) -> bytes:
        with _as_os_errors():
            return bytes(self._system.cat_file(self._path))

    def put(self, data: bytes) -> None:
        with _as_os_errors():
            self._system.makedirs(str(PurePosixPath(self._path).parent), exist_ok=True)
            self._system.pipe_file(self._path, data)

    def replace(self, target: RemotePath) -> None:
        """Move it there, in the place of what is there."""
        with _as_os_errors():
            self._system.mv(self._path, target._path)

    def unlink(self, missing_ok: bool = False) -> None:
        try:
            with _as_os_errors():
                self._system.rm_file(self._path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def chmod(self, mode: int) -> None:
        """Nothing: who may read a store is said there."""


class _Reader:
    """What a checkpoint is read from."""

    def __init__(self, file: Any) -> None:
        self._file, self.seek = file, file.seek

    def read(self, size: int) -> bytes:
        with _as_os_errors():
            return bytes(self._file.read(size))


@cache
def _system(address: str) -> tuple[Any, str]:
    try:
        import fsspec

        # Others write there, too: a list of files that is kept would soon be wrong.
        system, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError, OSError) as failure:
        problem = str(failure).strip().rstrip(".")
        raise StoreError(
            "checkpoints_place",
            f"The address {address} of RNN_EXPLORER_CHECKPOINTS cannot be used ({problem}); name a "
            f"folder, or an address that fsspec knows, such as s3://bucket/folder with s3fs "
            f"installed.",
            address=address,
            problem=problem,
        ) from None
    return system, str(path)


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Turn what the clients of stores raise for a network or a key into OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as failure:
        problem = (str(failure).strip() or type(failure).__name__).splitlines()[0]
        raise OSError(errno.EIO, problem) from failure
