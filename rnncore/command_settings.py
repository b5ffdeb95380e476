"""The settings that an argument of the command line gives: --preset, --set, --corpus, --seed."""

from __future__ import annotations

import argparse
from typing import Any

from rnncore.errors import ConfigError
from rnncore.presets import preset


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add --corpus, --set and --seed, which all commands that read a text take."""
    command.add_argument("--corpus", metavar="NAME|FILE", help="built-in corpus or a text file")
    command.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="any setting, repeatable"
    )
    command.add_argument("--seed", metavar="SEED", help="seed of the initial values")
    command.set_defaults(preset=None)


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Names and values, not yet checked. Raises ConfigError for an assignment without a value and
    for an unknown preset."""
    settings = preset(options.preset) if options.preset else {}
    for assignment in options.set:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ConfigError(
                "assignment",
                f"--set {assignment} has no value; write --set name=value.",
                assignment=assignment,
            )
        settings[name.strip()] = value.strip()
    if options.corpus is not None:
        settings["corpus"] = options.corpus
    if options.seed is not None:
        settings["seed"] = options.seed
    return settings
