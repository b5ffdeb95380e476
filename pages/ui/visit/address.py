"""Settings in the address bar: how they are written and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.ui.visit.identity import KEYS, Visitor, check_may_read
from pages.ui.visit.numbers import written
from rnncore.config import Config
from rnncore.errors import ConfigError, RnnError, StoreError, TextError
from rnncore.text.catalog import catalog
from rnncore.text.own_texts import is_own

MANNER = frozenset({"lang", "present", "tour"})
"""How pages speak and look, and the step of a tour."""
NOT_SETTINGS = frozenset({"run", *MANNER, *KEYS})
MARK = "."
"""What tells a page's own parameter (bptt.streams=4) from a setting (batch_size=4)."""


def write_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as query parameters."""
    return {name: _text(value) for name, value in settings.items()}


def read_settings(
    query: Mapping[str, str], visitor: Visitor | None = None
) -> tuple[Config, RnnError | None]:
    """The settings of a query that the visitor came with, and what is wrong with it.

    Where something is wrong, those that are right by themselves are kept.
    """
    given = {name: value for name, value in query.items() if is_setting(name)}
    refused: RnnError | None = None
    try:
        check_corpus(given, visitor or Visitor())
    except (TextError, StoreError) as error:
        refused = error
        del given["corpus"]
    try:
        return Config.parse(given), refused
    except ConfigError as error:
        kept = Config()
        for name, value in given.items():
            try:
                kept = Config.parse({**kept.differences(), name: value})
            except ConfigError:
                continue
        return kept, refused or error


def check_corpus(settings: Mapping[str, Any], visitor: Visitor) -> None:
    """Raise TextError if `settings` name a text that the visitor may not ask for; StoreError.

    At the command line a corpus may be any file of the machine. A visitor, or a link, gets only
    what the app offers, and does not learn whether some other file is there.
    """
    name = settings.get("corpus")
    if name is None or name in catalog():
        return
    if is_own(name):
        check_may_read(visitor, name)
        return
    raise TextError(
        "corpus_not_offered",
        f"{name!r} is none of the texts that can be read here; choose {', '.join(catalog())}, or "
        f"paste or upload yours.",
        name=name,
    )


def write_page_values(page: str, values: Mapping[str, str]) -> dict[str, str]:
    """What a page's own controls hold as query parameters: bptt.streams=4."""
    return {f"{page}{MARK}{name}": text for name, text in values.items()}


def read_page_values(page: str, query: Mapping[str, str]) -> dict[str, str]:
    """What a query says of a page's own controls, by their names on the page."""
    start = page + MARK
    return {name.removeprefix(start): query[name] for name in query if name.startswith(start)}


def is_setting(name: str) -> bool:
    """Whether a parameter of the query is a setting."""
    return name not in NOT_SETTINGS and MARK not in name


def decides(query: Mapping[str, str]) -> bool:
    """Whether a query names a setting or a run: then it decides over all of them."""
    return any(is_setting(name) or name == "run" for name in query)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return written(value) if isinstance(value, int | float) else str(value)
