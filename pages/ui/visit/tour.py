"""A tour: pages in an order, each at a link, with one sentence to say. One TOML file holds it.

    [title]
    en = "Chapter 5 in ten minutes"

    [[step]]
    section = "5.1"
    link = "/language_models?language_models.idea=product"
    say.en = "A sentence is a product."

A link may be the address of a page, as the browser shows it: of it the page and the query count, so
that a tour leads nowhere else. `say` and the title are texts, or one text for each language.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from pages.ui.visit.i18n import LANGUAGES
from rnncore.errors import TextError
from rnncore.paths import assets_dir

VARIABLE = "RNN_EXPLORER_TOUR"
MOST_STEPS, LONGEST, LARGEST = 100, 500, 100_000
"""Steps of a tour, characters of one of its texts, and bytes of its file."""
_step = re.compile(r"\s*\[\[\s*step\s*\]\]")


class Step(NamedTuple):
    """A stop: the section of the book, the page, its query, and what to say by language."""

    section: str
    page: str
    query: dict[str, str]
    say: dict[str, str]


class Tour(NamedTuple):
    """The name of a tour by language, and its steps."""

    title: dict[str, str]
    steps: tuple[Step, ...]


def said(texts: Mapping[str, str], language: str) -> str:
    """A text in this language; in the first there is, where it has none."""
    return texts.get(language) or next(iter(texts.values()))


def read_tour(text: str, pages: Collection[str]) -> Tour:
    """The tour that a file holds; `pages` are those that a link may lead to.

    Raises   TextError for a file that is no TOML or no tour; it names the line where there is one.
    """
    if len(text.encode()) > LARGEST:
        raise TextError(
            "tour_size",
            f"The tour has more than {LARGEST:,} bytes; give a shorter one.",
            most=f"{LARGEST:,}",
        )
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TextError(
            "tour_toml",
            f"The tour is no TOML: {error}; correct it and give it again.",
            reason=str(error),
        ) from None
    begins = [n for n, line in enumerate(text.splitlines(), 1) if _step.match(line)]
    steps = read.get("step")
    if not isinstance(steps, list) or not steps:
        raise TextError(
            "tour_empty", "The tour has no step, but at least one was expected; write a [[step]]."
        )
    if len(steps) > MOST_STEPS:
        raise TextError(
            "tour_steps",
            f"The tour has {len(steps):,} steps, but at most {MOST_STEPS} were expected; leave "
            "some out.",
            steps=f"{len(steps):,}",
            most=MOST_STEPS,
        )
    return Tour(
        _said(read.get("title", ""), 1, "title"),
        tuple(
            _step_of(one, begins[number] if number < len(begins) else 1, pages)
            for number, one in enumerate(steps)
        ),
    )


def default_tour(pages: Collection[str]) -> Tour:
    """The tour of RNN_EXPLORER_TOUR, else our own.  Raises TextError."""
    named = os.environ.get(VARIABLE, "").strip()
    path = Path(named) if named else assets_dir() / "tours" / "chapter-5.toml"
    try:
        return _of_file(path, path.stat().st_mtime_ns, tuple(pages))
    except (OSError, UnicodeError) as error:
        raise TextError(
            "tour_file",
            f"The tour {named!r} of {VARIABLE} cannot be read: {error}; name a TOML file in UTF-8.",
            path=named,
            reason=str(error),
        ) from None


@cache
def _of_file(path: Path, written: int, pages: tuple[str, ...]) -> Tour:
    return read_tour(path.read_text(encoding="utf-8"), pages)


def _step_of(one: Any, line: int, pages: Collection[str]) -> Step:
    table = one if isinstance(one, Mapping) else {}
    link, section = table.get("link"), table.get("section", "")
    if not isinstance(link, str) or not isinstance(section, str):
        raise TextError(
            "tour_link",
            f"The step in line {line} of the tour has no link, or a section that is no text; write "
            f'link = "/cell" and section = "5.2".',
            line=line,
        )
    try:
        parts = urlsplit(link)
        query = dict(parse_qsl(parts.query, max_num_fields=100))
    except ValueError:
        parts, query = urlsplit(""), {}
    page = parts.path.rpartition("/")[2]
    if page not in pages:
        known = ", ".join(pages)
        raise TextError(
            "tour_page",
            f"The step in line {line} of the tour leads to {link[:60]!r}, but a page of this app "
            f"was expected; choose one of {known}.",
            line=line,
            link=link[:60],
            known=known,
        )
    return Step(section[:LONGEST], page, query, _said(table.get("say"), line, "say"))


def _said(given: Any, line: int, name: str) -> dict[str, str]:
    """A text for every language; one that is missing is that of the first there is."""
    texts = dict.fromkeys(LANGUAGES, given) if isinstance(given, str) else given
    if not isinstance(texts, Mapping) or not all(
        isinstance(text, str) and len(text) <= LONGEST for text in texts.values()
    ):
        raise _no_text(line, name)
    known = [texts[language] for language in LANGUAGES if language in texts]
    if not known:
        raise _no_text(line, name)
    return {language: texts.get(language, known[0]) for language in LANGUAGES}


def _no_text(line: int, name: str) -> TextError:
    return TextError(
        "tour_text",
        f"Line {line} of the tour: {name} has to be a text of at most {LONGEST} characters, or one "
        f"for each of the languages {', '.join(LANGUAGES)}; correct it.",
        line=line,
        name=name,
        most=LONGEST,
        languages=", ".join(LANGUAGES),
    )
