"""The settings that --set gives on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from rnncore.errors import ConfigError


def assigned(assignments: Iterable[str]) -> dict[str, str]:
    """Names and values of "name=value", not yet checked. Raises ConfigError without a "="."""
    settings = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ConfigError(
                "assignment",
                f"--set {assignment} has no value; write --set name=value.",
                assignment=assignment,
            )
        settings[name.strip()] = value.strip()
    return settings
