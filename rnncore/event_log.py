"""Events as JSON Lines: to a file, to standard output, or nowhere."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

import orjson

from rnncore.console import put
from rnncore.errors import ConfigError


class Event(Protocol):
    """What becomes a line."""

    def as_dict(self) -> dict[str, Any]: ...


BEGINNING = b'{"type":"'
"""Every line of ours begins so."""
LONGEST_LINE = 10_000
"""Bytes; a line of ours has some two hundred."""


@contextmanager
def event_lines(target: str | None, *, append: bool) -> Iterator[Callable[[Event], None]]:
    """A function that writes an event as a line: to a file, standard output ("-") or nowhere.

    Every line is on its way when the function returns, for whoever follows the run. With `append`
    the lines follow those in the file; a last line that was interrupted gives way.
    Raises   ConfigError if the target cannot be opened or written.
    """
    if target is None:
        yield lambda event: None
        return
    if target == "-":
        put("")
        yield lambda event: put(_line(event))
        return
    try:
        file = _opened(Path(target), append)
    except OSError as failure:
        raise _unwritable(target, failure) from None

    def write(event: Event) -> None:
        try:
            file.write(_line(event))
            file.flush()
        except OSError as failure:
            raise _unwritable(target, failure) from None

    try:
        yield write
    finally:
        with suppress(OSError):  # of a line that could not be written
            file.close()


def _line(event: Event) -> str:
    return orjson.dumps(event.as_dict()).decode() + "\n"


def _opened(path: Path, append: bool) -> TextIO:
    if append and path.exists() and stat.S_ISREG(path.stat().st_mode):
        _mend(path)
    return path.open("a" if append else "w", encoding="utf-8")


def _mend(path: Path) -> None:
    """End the file with a whole line: without the half of one that an interrupted run has left."""
    with path.open("r+b") as file:
        start = max(file.seek(0, os.SEEK_END) - LONGEST_LINE, 0)
        file.seek(start)
        end = file.read()
        last = end[end.rfind(b"\n") + 1 :]
        if not last:
            return
        ours = last.startswith(BEGINNING) or BEGINNING.startswith(last)
        if ours and not _whole(last):
            file.truncate(start + len(end) - len(last))
        else:
            file.write(b"\n")


def _whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _unwritable(target: str, failure: OSError) -> ConfigError:
    return ConfigError(
        "events_file",
        f"The events cannot be written to {target} ({failure.strerror}); choose another file.",
        path=target,
        problem=failure.strerror or "",
    )
