"""The list of corpora that have a name."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from rnncore.paths import assets_dir


class CorpusInfo(NamedTuple):
    """One entry of assets/corpora/corpora.toml."""

    name: str
    kind: Literal["grammar", "text", "ptb"]
    tokenizer: str  # what "auto" means for it
    title: str  # key of its name in the locales
    file: Path | None  # only for kind "text"


@lru_cache
def catalog() -> dict[str, CorpusInfo]:
    """Every named corpus, in the order of the form. Do not change the dict."""
    folder = assets_dir() / "corpora"
    listed = tomllib.loads((folder / "corpora.toml").read_text(encoding="utf-8"))
    return {
        name: CorpusInfo(
            name,
            entry["kind"],
            entry["tokenizer"],
            entry["title"],
            folder / entry["file"] if "file" in entry else None,
        )
        for name, entry in listed.items()
    }


def corpus_names() -> tuple[str, ...]:
    """The names `Config.corpus` knows, beside own texts and paths."""
    return tuple(catalog())
