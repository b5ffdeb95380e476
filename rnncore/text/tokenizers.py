"""How a text falls into tokens, and how tokens become a text again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rnncore.errors import TextError

EOS = "<eos>"
"""The end of a line or sentence, as a word."""


@dataclass(frozen=True)
class Tokenizer:
    """A named pair of functions with split(join(split(text))) == split(text)."""

    name: str
    split: Callable[[str], list[str]]
    join: Callable[[Sequence[str]], str]


def _split_words(text: str) -> list[str]:
    return text.replace("\n", f" {EOS} ").split()


def _join_words(tokens: Sequence[str]) -> str:
    lines: list[list[str]] = [[]]
    for token in tokens:
        if token == EOS:
            lines.append([])
        else:
            lines[-1].append(token)
    return "\n".join(" ".join(line) for line in lines)


def _join_characters(tokens: Sequence[str]) -> str:
    return "".join(tokens)


CHARACTERS = Tokenizer("characters", list, _join_characters)
"""Every character is a token, newlines too."""

WORDS = Tokenizer("words", _split_words, _join_words)
"""Whatever stands between white space is a token; every newline is the token `<eos>`.

White space is that of `str.split`: spaces of every width, no-break spaces too. A text that holds
`<eos>` or `<unk>` as words means by them what the Penn Treebank does: the end of a line, and a word
that is not known."""


def tokenizer(name: str) -> Tokenizer:
    """The tokenizer called `name`. Raises TextError if there is none."""
    for known in (WORDS, CHARACTERS):
        if known.name == name:
            return known
    raise TextError(
        "tokenizer",
        f"There is no tokenizer {name!r}; choose {WORDS.name!r} or {CHARACTERS.name!r}.",
        name=name,
    )
