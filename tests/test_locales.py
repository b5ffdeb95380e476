"""Every sentence a person can meet exists in every language."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rnncore import errors

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "assets" / "locales"
LANGUAGES = ("en", "ko")
SOURCES = [*(ROOT / "rnncore").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
ERROR_FAMILY = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.RnnError)
}


def flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The keyed sentences of a locale: {"overview": {"start": "Start"}} -> overview.start."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def texts(language: str) -> dict[str, str]:
    return dict(flatten(tomllib.loads((LOCALES / f"{language}.toml").read_text(encoding="utf-8"))))


def placeholders(text: str) -> set[str]:
    """Names of the {values} that a sentence takes."""
    return set(re.findall(r"\{(\w+)[^{}]*\}", text))


def first_arguments(functions: set[str]) -> Iterator[tuple[str, str]]:
    """(file:line, first argument) of each call of the `functions` with a literal as first one."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else None
            first = node.args[0]
            if called in functions and isinstance(first, ast.Constant):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", str(first.value)


def test_all_locales_have_the_same_keys() -> None:
    english, korean = (set(texts(language)) for language in LANGUAGES)
    assert english - korean == set()
    assert korean - english == set()


def test_a_sentence_takes_the_same_values_in_every_language() -> None:
    english, korean = (texts(language) for language in LANGUAGES)
    different = [key for key in english if placeholders(english[key]) != placeholders(korean[key])]
    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, text in texts(language).items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_can_be_said(language: str) -> None:
    known = texts(language)
    unsaid = [
        f"{place} {code}"
        for place, code in first_arguments(ERROR_FAMILY)
        if f"errors.{code}" not in known
    ]
    assert unsaid == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_a_page_asks_for_exists(language: str) -> None:
    known = texts(language)
    assert [f"{place} {key}" for place, key in first_arguments({"t"}) if key not in known] == []
