"""What the command line says: no traceback, whatever the terminal, the pipe or the disk does."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

from rnncore.errors import ConfigError


def say(text: str) -> None:
    """Write to standard error at once; where nobody listens, nothing is to be done about it."""
    with suppress(OSError, ValueError):  # a ValueError: it is closed
        if sys.stderr is not None:
            sys.stderr.write(writable(text, sys.stderr))
            sys.stderr.flush()


def put(text: str) -> None:
    """Write to standard output at once. Raises ConfigError if that cannot be done."""
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        _write(writable(text, sys.stdout), sys.stdout)
    except OSError as failure:
        abandon_output()
        raise ConfigError(
            "output",
            f"The output cannot be written ({failure.strerror}); send it to a file on a disk with "
            f"room, or to a program that reads all of it.",
            problem=failure.strerror or "",
        ) from None


def writable(text: str, stream: TextIO) -> str:
    """The text as the stream can encode it: a question mark for every other character."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _write(text: str, stream: TextIO) -> None:
    raw = getattr(stream, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        stream.write(text)
        stream.flush()
        return
    # Python was told not to buffer (-u), and would drop what a short write leaves over.
    rest = memoryview(text.encode(stream.encoding))
    while rest:
        count = raw.write(rest)
        if count is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        rest = rest[count:]


def abandon_output() -> None:
    """Send what is still buffered to nowhere, so that the interpreter does not try it again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Parser(argparse.ArgumentParser):
    """A parser that says so where its help cannot be written."""

    def print_help(self, file: Any = None) -> None:
        put(self.format_help())


class Version(argparse.Action):
    """An option that writes `rnncore` and the version given as `const`, and ends the program."""

    def __init__(self, option_strings: list[str], dest: str, const: str, help: str) -> None:
        super().__init__(option_strings, dest, nargs=0, const=const, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        put(f"rnncore {self.const}\n")
        parser.exit()


def share(text: str) -> float:
    """A share above 0, up to 1, for argparse, which says what is wrong with another."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]} is no number") from None
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(f"{text[:40]} came, a share above 0, up to 1 was expected")
    return number
