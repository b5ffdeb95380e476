"""A person's own texts, kept in the data folder under names made from their content."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from rnncore.atomic import write_atomically
from rnncore.errors import TextError
from rnncore.paths import data_dir
from rnncore.text.decoding import Form, read_file, read_text
from rnncore.text.normalisation import normalised

NAME = re.compile(r"own-[0-9a-f]{12}")
TITLE = 40
"""Characters of a title, at most."""
OPENING = 1_000
"""Bytes in which a text's first words are looked for."""


def is_own(name: str) -> bool:
    """Whether `name` has the form of an own text's name."""
    return NAME.fullmatch(name) is not None


def save_own_text(data: str | bytes, called: str = "text") -> str:
    """Keep a pasted or uploaded text and return its name, "own-" and 12 hexadecimal digits.

    The same text has the same name, so that saving it twice changes nothing. `called` is what an
    error calls it, such as the name of its file.
    Raises TextError if it is no usable text or the data folder cannot be written.
    """
    given = data.encode("utf-8", "replace") if isinstance(data, str) else data
    content = read_text(given, called).encode("utf-8")
    name = name_of(content)
    try:
        path = own_path(name)
        if not path.exists():
            write_atomically(path, content)
            path.chmod(0o600)  # nobody else's to read
    except OSError as failure:
        raise TextError(
            "cannot_save",
            f"The text cannot be saved in the data folder ({failure.strerror}); free some space "
            f"or set RNN_EXPLORER_HOME to a folder that can be written.",
            reason=failure.strerror,
        ) from None
    return name


def name_of(content: bytes) -> str:
    """The name under which this content is kept."""
    return "own-" + hashlib.sha256(content).hexdigest()[:12]


def own_text(name: str, form: Form = normalised) -> str:
    """The text saved under `name`. Raises TextError if there is none."""
    path = own_path(name) if is_own(name) else None
    if path is None or not path.exists():
        raise TextError(
            "no_own_text",
            "This own text is no longer on this machine; paste or upload it again.",
        )
    return read_file(path, form)


def title(words: str) -> str:
    """A text's name for people: these words in one line, shortened after a whole one."""
    line = " ".join(normalised(words).split())
    if len(line) <= TITLE:
        return line
    kept, _, _ = line[:TITLE].rpartition(" ")
    return f"{kept if len(kept) > TITLE // 2 else line[: TITLE - 1]}…"


def opening_words(name: str) -> str:
    """The title that the first words of an own text make; "" if the text is not there."""
    try:
        with own_path(name).open("rb") as file:
            return title(file.read(OPENING).decode("utf-8", "ignore"))
    except OSError:
        return ""


def own_path(name: str) -> Path:
    """Where the own text `name` lies. Raises OSError if there can be no data folder."""
    return data_dir() / "texts" / f"{name}.txt"
