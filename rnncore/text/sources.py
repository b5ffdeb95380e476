"""Where a corpus is read from: the files behind its name, and its path as others can follow it."""

from __future__ import annotations

import os
from pathlib import Path

from rnncore.text.catalog import catalog
from rnncore.text.own_texts import is_own, own_path
from rnncore.text.ptb import folder_files, ptb_files


def source_files(name: str) -> tuple[Path, ...]:
    """The files that `load_corpus` reads for the corpus `name`, there or not; () for a grammar."""
    info = catalog().get(name)
    if info is not None:
        if info.kind == "ptb":
            return ptb_files()
        return () if info.file is None else (info.file,)
    if is_own(name):
        return (own_path(name),)
    path = Path(os.path.expanduser(name))
    return folder_files(path) if os.path.isdir(path) else (path,)


def is_path(name: str) -> bool:
    """Whether `name` is the path of a text, and neither a built-in corpus nor an own text."""
    return name not in catalog() and not is_own(name)


def absolute(name: str) -> str:
    """The path of a text that exists, as it reads from every folder; other names unchanged."""
    path = os.path.expanduser(name)
    return os.path.abspath(path) if is_path(name) and os.path.exists(path) else name


def found(name: str, folder: Path) -> str:
    """`name`, or where no text lies at this path, that of one like it in `folder` if there is one.

    A relative path is looked for from `folder`; then its last part alone, for a text that was
    moved together with what names it.
    """
    if not is_path(name) or os.path.exists(os.path.expanduser(name)):
        return name
    for candidate in (folder / name, folder / os.path.basename(name)):
        if os.path.exists(candidate) and not os.path.samefile(candidate, folder):
            return os.path.abspath(candidate)
    return name
