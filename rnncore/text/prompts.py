"""A prompt as the tokens that a trained network knows."""

from __future__ import annotations

import unicodedata
from typing import Literal

from rnncore.errors import TextError
from rnncore.text.normalisation import normalised
from rnncore.text.tokenizers import JAMO, Tokenizer
from rnncore.text.vocabulary import Vocabulary


def prompt_tokens(text: str, tokenizer: Tokenizer, vocabulary: Vocabulary) -> list[str]:
    """The tokens of `text`, in the form of Unicode that corpora have (see `normalised`).

    A token that `vocabulary` knows only in decomposed form (NFD), because it was trained before
    texts were normalised, is given in that form, and a letter of Hangul that stands alone, ㅎ,
    begins a syllable where syllables are read in jamo. Others that it does not know stay as they
    are.
    Raises   TextError if there is no token.
    """
    whole = text.encode("utf-8", "replace").decode()  # half a character from a terminal
    tokens = tokenizer.split(normalised(whole))
    if not tokens:
        raise TextError(
            "empty_prompt", "The prompt holds no token; give at least one word or character."
        )
    return [known for token in tokens for known in _known(token, tokenizer, vocabulary)]


def _known(token: str, tokenizer: Tokenizer, vocabulary: Vocabulary) -> list[str]:
    if token not in vocabulary:
        forms: tuple[Literal["NFD", "NFKD"], ...] = ("NFD", "NFKD")
        for form in forms if tokenizer is JAMO else forms[:1]:
            parts = tokenizer.split(unicodedata.normalize(form, token))
            if all(part in vocabulary for part in parts):
                return parts
    return [token]
