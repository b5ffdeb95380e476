"""No output destroys an input: files that a command reads and files that it writes are others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rnncore.errors import ConfigError
from rnncore.text.sources import source_files


class Use(NamedTuple):
    """A file, and what for: an option or a word for it. `place` may be a file descriptor."""

    role: str
    place: str | Path | int


STDOUT = Use("standard output", 1)


def events_use(target: str) -> Use:
    """What --events writes to."""
    return STDOUT if target == "-" else Use("--events", target)


def text_uses(corpus: str) -> list[Use]:
    """The files that are read for a corpus."""
    return [Use("the corpus", path) for path in source_files(corpus)]


def check_apart(outputs: Iterable[Use], inputs: Iterable[Use]) -> None:
    """Raise ConfigError if an output is an input or another output, also by way of a link.

    Devices and pipes hold nothing that could be destroyed and may be shared.
    """
    taken = {_identity(use.place): use for use in inputs}
    for output in outputs:
        identity = _identity(output.place)
        other = taken.get(identity)
        if identity is not None and other is not None:
            raise ConfigError(
                "same_file",
                f"{output.role} and {other.role} are the same file ({other.place}), which would "
                f"be lost; choose another file for {output.role}.",
                output=output.role,
                other=other.role,
                path=str(other.place),
            )
        taken[identity] = output


def _identity(place: str | Path | int) -> tuple[int, int] | str | None:
    """What two names of one file have in common; None for what is no regular file."""
    try:
        found = os.stat(place)
    except OSError:
        return None if isinstance(place, int) else os.path.realpath(place)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
