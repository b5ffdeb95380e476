"""Names of a grammar's states in the person's language; the tokens in them stay as they are."""

from __future__ import annotations

import re

from pages.ui.visit.i18n import LANGUAGES, Texts, texts

WORDS = "grammar_words"


def state_name(name: str, t: Texts) -> str:
    """A state as the grammar names it, "singular · subject", in the language of `t`."""
    here = t.table(WORDS)
    for key, word in texts(next(iter(LANGUAGES))).table(WORDS).items():
        name = re.sub(rf"\b{word}\b", here[key], name)
    return name
