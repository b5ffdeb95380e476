"""How a text falls into tokens, and how tokens become a text again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rnncore.errors import TextError
from rnncore.text.jamo import continues, join_jamo, show_jamo, split_jamo
from rnncore.text.vocabulary import UNKNOWN

EOS = "<eos>"
"""The end of a line or sentence, as a word."""


@dataclass(frozen=True)
class Tokenizer:
    """A named set of functions with split(join(split(text))) == split(text).

    show        the text of tokens as people read it, as long as `join` makes it
    continues   whether a token goes on with the character that tokens before it have begun;
                None where no token is a part of a character
    """

    name: str
    split: Callable[[str], list[str]]
    join: Callable[[Sequence[str]], str]
    show: Callable[[Sequence[str]], str]
    continues: Callable[[str], bool] | None = None


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


CHARACTERS = Tokenizer("characters", list, _join_characters, _join_characters)
"""Every character is a token, newlines too."""

WORDS = Tokenizer("words", _split_words, _join_words, _join_words)
"""Whatever stands between white space is a token; every newline is the token `<eos>`.

White space is that of `str.split`: spaces of every width, no-break spaces too. A text that holds
`<eos>` or `<unk>` as words means by them what the Penn Treebank does: the end of a line, and a word
that is not known."""

JAMO = Tokenizer("jamo", split_jamo, join_jamo, show_jamo, continues)
"""Every letter of a Hangul syllable is a token, and every other character."""

TOKENIZERS = (WORDS, CHARACTERS, JAMO)


def tokenizer(name: str) -> Tokenizer:
    """The tokenizer called `name`. Raises TextError if there is none."""
    for known in TOKENIZERS:
        if known.name == name:
            return known
    names = ", ".join(repr(known.name) for known in TOKENIZERS)
    raise TextError(
        "tokenizer", f"There is no tokenizer {name!r}; choose one of {names}.", name=name
    )


def tokens_per_character(tokens: Sequence[str], chosen: Tokenizer) -> float:
    """Tokens for each character of the text that they join to; `<unk>` counts as one character.

    A loss per token times this is a loss per character, whatever the tokens are: so texts read in
    syllables and in jamo compare.
    """
    text = chosen.join(["?" if token == UNKNOWN else token for token in tokens])
    return len(tokens) / len(text)
