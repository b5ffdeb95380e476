"""Settings in the address bar: how they are written and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnncore.config import Config
from rnncore.errors import ConfigError

NOT_SETTINGS = frozenset({"run", "lang"})


def write_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as query parameters."""
    return {name: _text(value) for name, value in settings.items()}


def read_settings(query: Mapping[str, str]) -> tuple[dict[str, Any], ConfigError | None]:
    """The settings of a query, as what differs from the defaults, and what is wrong with it.

    Where something is wrong, those that are right by themselves are kept.
    """
    given = {name: value for name, value in query.items() if name not in NOT_SETTINGS}
    try:
        return Config.parse(given).differences(), None
    except ConfigError as error:
        kept: dict[str, Any] = {}
        for name, value in given.items():
            try:
                kept = Config.parse({**kept, name: value}).differences()
            except ConfigError:
                continue
        return kept, error


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
