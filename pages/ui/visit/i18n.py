"""What the interface says, in the person's language: keyed sentences from assets/locales.

`<language>.toml` holds what pages share, `<language>/<page>.toml` what one page says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from pages.ui.visit.particles import agreed
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.paths import assets_dir

LANGUAGES = {"en": "English", "ko": "한국어"}
"""Code and own name of each language; the first is the one to fall back on."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@])")
"""What a backslash takes its meaning from."""
DRESSED = re.compile(
    r"""(?xi) (?<=http:)(?=//) | (?<=https:)(?=//) | (?<=www)(?=\.) | (?<=@)(?=\w)  # links
    | (?<=:)(?=[a-z][^\s:]*:)  # icons
    | (?<=\s[<>~-])(?=[->=]+(?:\s|$)) | (?<=^[<>~-])(?=[->=]+(?:\s|$))  # signs by themselves"""
)
"""Where a character without ink has to stand to keep Streamlit from dressing up plain text: it
does so after the backslashes have been taken away."""
WORD_JOINER = "\u2060"
LONG = "|".join(name for name in Config.model_fields if "_" in name)
SETTING = (
    rf"(?<![\w{{])(?P<name>(?:{LONG})(?![a-z0-9_])|(?:{'|'.join(Config.model_fields)})(?= = ))"
    r"(?: = (?P<choice>[a-z][a-z0-9_]*))?"
)
"""The name of a setting in a sentence; one that is a word of the language, too, before a value."""
MARKS = tuple(
    (re.compile(mark), kept)
    for mark, kept in (
        (r":material/\w+:", ""),
        *[(r":[a-z]+\[([^\[\]]*)\]", r"\1")] * 2,  # one may stand in another
        (r"(?<!\\)(\*\*|\*|`)(?=\S)(.+?)(?<=\S)\1", r"\2"),
        (r"</?(?:b|i|br|sub|sup)>", ""),
        (r"\\([^a-zA-Z0-9\s])", r"\1"),
        (r"\s+", " "),
    )
)
"""Marks of Markdown and of Plotly as they stand in our sentences, and what is left of them."""


class Texts:
    """The sentences of one language. `texts("overview.start")` says one; values fill its gaps."""

    def __init__(self, language: str) -> None:
        self.language = language
        folder = assets_dir() / "locales"
        self._sentences: dict[str, str] = {}
        for path in (folder / f"{language}.toml", *sorted((folder / language).glob("*.toml"))):
            self._sentences |= _flatten(tomllib.loads(path.read_text(encoding="utf-8")))

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of this key. Values go in as they are: escape them first where needed."""
        return agreed(self._sentences[key].format(**values))

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def label(self, table: str, name: str) -> str:
        """How a person reads a name of the engine's; without a sentence in `table` the name."""
        return self._sentences.get(f"{table}.{name}", name)

    def text_read(self, held_out: bool) -> str:
        """What is measured on, as captions call it: what is not held out, a network trains on."""
        return self(f"texts.{'held_out' if held_out else 'training'}")

    def table(self, prefix: str) -> dict[str, str]:
        """All sentences under a key, for a reader that picks by itself."""
        start = prefix + "."
        return {
            key.removeprefix(start): sentence
            for key, sentence in self._sentences.items()
            if key.startswith(start)
        }

    def explain(self, error: RnnError | Mapping[str, Any]) -> str:
        """An error in this language: one sentence with a cure, its values shown literally.

        Takes the error itself or {code, message, values} as the store keeps it. English has no
        table of errors: the message is the sentence that the code has raised. Settings go by the
        labels of their boxes, in the sentence and in the value `setting`.
        """
        if isinstance(error, RnnError):
            error = {"code": error.code, "message": str(error), "values": error.values}
        values = {name: self._value(name, value) for name, value in error["values"].items()}
        sentence = self._sentences.get(f"errors.{error['code']}")
        with suppress(KeyError):  # a value that the sentence needs was not kept
            if sentence is not None:
                return agreed(self._in_labels(sentence).format(**values))
        parts = error["values"].get("problems")
        if isinstance(parts, list):
            return "; ".join(map(self.explain, parts)) + "."
        data = [str(value) for name, value in error["values"].items() if name != "setting"]
        return literal(self._in_labels(error["message"], data))

    def _value(self, name: str, value: Any) -> str:
        """A value of an error; where it is a list of errors, their sentences."""
        if isinstance(value, list):
            return "; ".join(self.explain(part) for part in value)
        return literal(self._named(str(value)) if name == "setting" else value)

    def _in_labels(self, sentence: str, data: Sequence[str] = ()) -> str:
        """The sentence with labels for the names of settings, except in the `data` it quotes."""

        def label(found: re.Match[str]) -> str:
            if not found["name"]:
                return found[0]
            name, choice = found["name"], found["choice"]
            if choice is None:
                return self._named(name)
            chosen = f"settings.{name}.{choice}"
            value = self._quoted(chosen) if chosen in self else self._named(choice)
            return f"{self._named(name)} = {value}"

        quoted = sorted(filter(None, data), key=len, reverse=True)
        kept = "|".join([*map(re.escape, quoted), "(?!)"])
        return re.sub(f"(?:{kept})|{SETTING}", label, sentence)

    def _named(self, setting: str) -> str:
        """A setting as its box is called, in quotes; any other word as it is."""
        key = f"settings.{setting}.label"
        return self._quoted(key) if key in self else setting

    def _quoted(self, key: str) -> str:
        return self("controls.named", label=self(key))


@cache
def texts(language: str) -> Texts:
    """The sentences of a language, read once."""
    return Texts(language if language in LANGUAGES else next(iter(LANGUAGES)))


def zero_name(t: Texts, setting: str) -> str:
    """What the zero of a setting means."""
    key = f"settings.{setting}.zero"
    return t(key) if key in t else "0"


def literal(value: object) -> str:
    """A value as Markdown that shows exactly its text: what a person typed is data."""
    return MARKDOWN.sub(r"\\\1", DRESSED.sub(WORD_JOINER, str(value)))


def shortened(text: str, most: int = 24) -> str:
    """A name with so many characters at most, as a legend has room for."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def unmarked(text: str) -> str:
    """A sentence of Markdown as a screen reader should say it: the same words without the marks."""
    for mark, kept in MARKS:
        text = mark.sub(kept, text)
    return text.strip()


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
