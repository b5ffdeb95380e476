"""Bytes from outside become a text, or one sentence that says why they cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rnncore.errors import TextError
from rnncore.regular import read_regular
from rnncore.text.encodings import (
    MARKS,
    encoding_name,
    has_controls,
    is_mostly_utf8,
    shifted_name,
    unmarked_name,
)
from rnncore.text.normalisation import normalised

Form = Callable[[str], str]
"""Brings a decoded text into the form in which it is learned."""

MEGABYTE = 10**6
LARGEST = 20 * MEGABYTE
"""Bytes a text may have."""


def read_text(data: bytes, name: str = "text", form: Form = normalised) -> str:
    """Decode UTF-8, or UTF-16 or UTF-32 with a byte order mark, and bring the text into `form`.

    Raises TextError if `data` is too large, binary, in another encoding (named as far as it can
    be told), or nothing but white space. `name` is what the sentence calls it.
    """
    _check_size(len(data), name)
    text = form(_decoded(data, name))
    if not text.strip():
        raise TextError(
            "empty_text",
            f"{name} is empty, but at least two tokens were expected; choose a longer text.",
            name=name,
        )
    _check_size(len(text.encode()), name)  # as UTF-8, in which an own text is kept
    return text


def read_file(path: Path, form: Form = normalised) -> str:
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
    return read_text(data, path.name, form)


def _decoded(data: bytes, name: str) -> str:
    for mark, codec, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data, len(mark), codec, encoding, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        if b"\0" in data:
            raise _with_nul(data, name) from None
        raise _other(data, name, failure.start) from None
    if "\0" in text:
        raise _with_nul(data, name)
    if text.isascii() and (shifted := shifted_name(data)):
        raise _encoding(name, shifted)
    return text


def _marked(data: bytes, start: int, codec: str, encoding: str, name: str) -> str:
    """What follows a byte order mark."""
    try:
        text = data[start:].decode(codec)
    except UnicodeDecodeError as failure:
        raise TextError(
            "damaged",
            f"{name} begins as {encoding} text, but byte {start + failure.start:,} cannot be "
            f"read; save it again with the encoding UTF-8.",
            name=name,
            encoding=encoding,
            position=start + failure.start,
        ) from None
    if "\0" in text:
        raise _binary(name)
    return text


def _with_nul(data: bytes, name: str) -> TextError:
    unmarked = unmarked_name(data)
    return _encoding(name, unmarked) if unmarked else _binary(name)


def _other(data: bytes, name: str, position: int) -> TextError:
    """Why bytes without a NUL are no UTF-8: in another encoding, binary, or damaged."""
    encoding = None if is_mostly_utf8(data, position) else encoding_name(data)
    if has_controls(data) and not (encoding or "").startswith("UTF-16"):
        return _binary(name)
    if encoding:
        return _encoding(name, encoding)
    return TextError(
        "not_utf8",
        f"{name} is not UTF-8 text: byte {position:,} cannot be read; save it again with "
        f"the encoding UTF-8.",
        name=name,
        position=position,
    )


def _encoding(name: str, encoding: str) -> TextError:
    cure = "save it again with the encoding UTF-8"
    if encoding.startswith(("UTF-16", "UTF-32")):
        return TextError(
            "no_mark",
            f"{name} is not UTF-8 text: it seems to be {encoding} without a byte order mark; "
            f"{cure}, or with a mark.",
            name=name,
            encoding=encoding,
        )
    return TextError(
        "encoding",
        f"{name} is not UTF-8 text: it seems to be {encoding}; open it in an editor that reads "
        f"{encoding} and {cure}.",
        name=name,
        encoding=encoding,
    )


def _binary(name: str) -> TextError:
    return TextError(
        "binary",
        f"{name} is a binary file, but a plain text was expected; save it as UTF-8 text.",
        name=name,
    )


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
