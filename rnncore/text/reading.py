"""Bytes from outside become a text, or one sentence that says why they cannot."""

from __future__ import annotations

from pathlib import Path

from rnncore.errors import TextError
from rnncore.regular import read_regular

MEGABYTE = 10**6
LARGEST = 20 * MEGABYTE
"""Bytes a text may have."""


def read_text(data: bytes, name: str = "text") -> str:
    """Decode UTF-8 (a byte order mark is dropped, every line end becomes a newline).

    Raises TextError if `data` is too large, binary, not UTF-8, or nothing but white space.
    `name` is what the sentence calls it.
    """
    _check_size(len(data), name)
    if b"\0" in data:
        raise TextError(
            "binary",
            f"{name} is a binary file, but a plain text was expected; save it as UTF-8 text "
            f"(.txt).",
            name=name,
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise TextError(
            "not_utf8",
            f"{name} is not UTF-8 text: byte {failure.start:,} cannot be read; save it again with "
            f"the encoding UTF-8.",
            name=name,
            position=failure.start,
        ) from None
    if not text.strip():
        raise TextError(
            "empty_text",
            f"{name} is empty, but at least two tokens were expected; choose a longer text.",
            name=name,
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_file(path: Path) -> str:
    """The text of a file. Raises TextError if it cannot be read or is no usable text."""
    try:
        _check_size(path.stat().st_size, path.name)
        data = read_regular(path)
    except OSError as failure:
        raise TextError(
            "unreadable",
            f"The file {path} cannot be read ({failure.strerror}); check its name and its "
            f"permissions.",
            path=str(path),
            reason=failure.strerror,
        ) from None
    return read_text(data, path.name)


def _check_size(size: int, name: str) -> None:
    if size > LARGEST:
        raise TextError(
            "too_large",
            f"{name} has {size / MEGABYTE:,.1f} MB, but at most {LARGEST // MEGABYTE} MB can be "
            f"read; cut it into smaller texts.",
            name=name,
            size=f"{size / MEGABYTE:,.1f}",
            limit=LARGEST // MEGABYTE,
        )
