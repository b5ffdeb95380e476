"""Every sentence a person can meet exists in every language."""

from __future__ import annotations

import ast
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest

from pages.ui.visit.i18n import LANGUAGES
from rnncore import errors
from rnncore.config import Config, choices, is_number

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "assets" / "locales"
FIRST, *OTHERS = LANGUAGES
SOURCES = [*(ROOT / "rnncore").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
ERROR_FAMILY = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.RnnError)
} | {"said"}
"""What makes an error, or one of several problems that are told together."""


def flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The keyed sentences of a locale: {"overview": {"start": "Start"}} -> overview.start."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def texts(language: str, locales: Path = LOCALES) -> dict[str, str]:
    files = [locales / f"{language}.toml", *sorted((locales / language).glob("*.toml"))]
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    keyed = [pair for table in tables for pair in flatten(table)]
    assert len(keyed) == len(dict(keyed)), "a sentence stands in two files"
    return dict(keyed)


def placeholders(text: str) -> set[str]:
    """Names of the {values} that a sentence takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class Said(NamedTuple):
    """A call in the code that names a sentence: t("overview.start") or raise TextError("empty")."""

    place: str
    key: str
    values: set[str] | None  # names of the values it gives; None: not to be seen from the call


def said(functions: set[str]) -> list[Said]:
    """Every call of the `functions` whose first argument is a literal."""
    return [call for function, call in calls() if function in functions]


@cache
def calls() -> list[tuple[str, Said]]:
    """Every call of a plain name whose first argument is a literal, by that name."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names = [keyword.arg for keyword in node.keywords]
                values = None if None in names else {name for name in names if name}
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                found.append((node.func.id, Said(place, str(node.args[0].value), values)))
    return found


def lessons(language: str) -> set[tuple[str, ...]]:
    """What the lessons of a language are about: their paths without the language."""
    folder = ROOT / "assets" / "lessons"
    paths = [re.split(r"[/.]", str(path.relative_to(folder))) for path in folder.rglob("*.md")]
    return {tuple(part for part in path if part != language) for path in paths if language in path}


def differing(first: dict[str, str], other: dict[str, str]) -> set[str]:
    """Keys that only one of two languages has, or whose sentences take other values."""
    shared = first.keys() & other.keys()
    unlike = {key for key in shared if placeholders(first[key]) != placeholders(other[key])}
    return (first.keys() ^ other.keys()) | unlike


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_keys_and_values_of_the_first(language: str) -> None:
    """Errors apart: their English stands in the code that raises them, once."""
    found = differing(texts(FIRST), texts(language))
    assert {key for key in found if not key.startswith("errors.")} == set()


def test_english_errors_stand_in_the_code_alone() -> None:
    assert [key for key in texts("en") if key.startswith("errors.")] == []


def test_a_sentence_that_another_language_lacks_is_found(tmp_path: Path) -> None:
    whole = (LOCALES / f"{FIRST}.toml").read_text(encoding="utf-8")
    (tmp_path / "xx.toml").write_text(whole, encoding="utf-8")
    (tmp_path / "yy.toml").write_text(
        re.sub(r"(?m)^lesson = .*$", "", whole, count=1).replace("{name}", "{nome}", 1),
        encoding="utf-8",
    )
    found = differing(texts("xx", tmp_path), texts("yy", tmp_path))
    assert "app.lesson" in found and len(found) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_label_a_help_and_names_for_its_choices(language: str) -> None:
    known = texts(language)
    said = [f"settings.{name}.{part}" for name in Config.model_fields for part in ("label", "help")]
    named = [
        f"settings.{name}.{choice}"
        for name in Config.model_fields
        if not is_number(name) and Config.model_fields[name].annotation is not bool
        for choice in choices(name)
    ]
    assert [key for key in (*said, *named) if key not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, text in texts(language).items() if not text.strip()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_error_can_be_said(language: str) -> None:
    known = texts(language)
    unsaid = [error for error in said(ERROR_FAMILY) if f"errors.{error.key}" not in known]
    assert unsaid == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_a_page_asks_for_exists(language: str) -> None:
    known = texts(language)
    assert [call for call in said({"t"}) if call.key not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_gives_every_value_that_a_sentence_takes(language: str) -> None:
    known = texts(language)
    errors_said = [call._replace(key=f"errors.{call.key}") for call in said(ERROR_FAMILY)]
    wanting = [
        call
        for call in [*said({"t"}), *errors_said]
        if call.values is not None and placeholders(known.get(call.key, "")) - call.values
    ]
    assert wanting == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_lesson_in_every_language(language: str) -> None:
    assert lessons(language) == lessons(FIRST)
    taught = {part for lesson in lessons(language) for part in lesson}
    assert {page.stem for page in (ROOT / "pages").glob("*.py")} - taught == set()


def stars_left(text: str) -> list[str]:
    """Asterisks that CommonMark shows as they are where they should make letters bold: one opens
    only before a letter, and closes only after one, unless a blank or punctuation is on its other
    side. What a value ends with is not known: it may be %."""
    plain = re.sub(r"`[^`]*`", "x", re.sub(r"\$[^$]*\$", "x", text))
    plain = re.sub(r"[{][{].*?[}][}]|[{][^}]*[}]", "%", re.sub(r"(?m)^\s*[*-] ", "", plain))
    left, opened = [], False
    for run in re.finditer(r"[*]+", plain):
        beside = plain[: run.start()][-1:], plain[run.end() :][:1]
        inner, outer = beside if opened else beside[::-1]
        if is_blank(inner) or (is_punctuation(inner) and not ends_a_word(outer)):
            left.append(plain[max(run.start() - 20, 0) : run.end() + 5])
        opened = not opened
    return left


def is_blank(char: str) -> bool:
    return not char or char.isspace()


def is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def ends_a_word(char: str) -> bool:
    return is_blank(char) or is_punctuation(char)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("확률은 **44%**입니다", True),
        ("확률은 **{p}**입니다", True),
        ("값은**+1**", True),
        ("* **하나**: 둘", False),
        ("확률은 **{p}배**입니다", False),
        ("**{p}** 정도, (**{q}**).", False),
        ("$a^*$과 `a*b`, **둘**", False),
    ],
)
def test_stars_that_stay_are_found(text: str, there: bool) -> None:
    assert bool(stars_left(text)) == there


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_bold_is_drawn_bold(language: str) -> None:
    said = list(texts(language).values())
    for path in (ROOT / "assets" / "lessons" / language).glob("*.md"):
        said += path.read_text(encoding="utf-8").split("\n\n")
    assert [left for text in said for left in stars_left(text)] == []


SAME_IN_KOREAN = {
    *("RNN Explorer", "RNN (tanh)", "RNN", "LSTM", "GRU", "BPTT"),
    *("Xavier", "SGD", "AdaGrad", "Adam", "float32", "float64", "MB", "ms"),
}
"""Names and units that Koreans write in Latin letters."""
FORMULA = re.compile(r"[{][{]?.*?[}][}]?|<[^>]+>|T = |%")
ONE_WORD = {
    "window": ("창", ["settings.time_size.label", "bptt.controls.T", "gradients.horizons.window"]),
    "stream": ("스트림", ["settings.batch_size.label", "bptt.controls.N", "bptt.batching.stream"]),
    "lag": (
        "시차",
        ["settings.lag.label", "corpora.lag", "gradients.lag.lag", "gradients.ideas.lag"],
    ),
    "reference": ("참조 구현", ["settings.engine.reference", "settings.engine.help"]),
    "gradient": ("기울기", ["figures.gradients.title", "gradients.title", "cell.controls.turn"]),
}
"""The one word for each idea, as in the book's Korean edition, and where it has to stand."""
OTHER_WORDS = (
    "시간 크기",
    "읽는 흐름",
    "지연",
    "구현체",
    "기준 구현",
    "그래디언트",
    "그레이디언트",
    "경사",
)
"""What else these ideas are called elsewhere."""


def test_nothing_is_left_in_english() -> None:
    left = {
        key: text
        for key, text in texts("ko").items()
        if not re.search("[가-힣]", text)
        and re.search("[A-Za-z]{2}", said := FORMULA.sub("", text).strip())
        and said not in SAME_IN_KOREAN
    }
    assert left == {}


def test_an_idea_has_one_word_in_korean() -> None:
    known = texts("ko")
    lacking = [key for word, keys in ONE_WORD.values() for key in keys if word not in known[key]]
    assert lacking == []
    sentences = "\n".join(known.values()) + "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "assets" / "lessons" / "ko").glob("*.md")
    )
    assert [word for word in OTHER_WORDS if word in sentences] == []
