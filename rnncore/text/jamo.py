"""Hangul in its letters: a syllable is a leading consonant, a vowel and perhaps a final consonant.

Tokens are conjoining jamo, as in normalisation form D, so that a consonant that leads and one that
ends a syllable are two tokens. What is no syllable stays as it is: other scripts, letters that
stand alone (ㅋㅋ), and old Hangul, which Unicode writes in conjoining jamo only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SYLLABLES = "[가-힣]+"
MODERN = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
"""Jamo that make a syllable."""
LEADING, VOWELS, FINALS = (
    "\u1100-\u115f\ua960-\ua97c",
    "\u1160-\u11a7\ud7b0-\ud7c6",
    "\u11a8-\u11ff\ud7cb-\ud7fb",
)
"""Conjoining jamo by their place in a syllable, those of old Hangul too."""
WRITTEN = f"[{LEADING}][{VOWELS}][{FINALS}]?|[{LEADING}{VOWELS}{FINALS}]"
"""A syllable, modern or old, or a jamo outside of one."""
PLACES = (("leading", LEADING), ("vowel", VOWELS), ("final", FINALS))
_syllables, _modern, _written = map(re.compile, (SYLLABLES, MODERN, WRITTEN))
_place = re.compile("|".join(f"(?P<{name}>[{jamo}])" for name, jamo in PLACES))


def split_jamo(text: str) -> list[str]:
    """The characters of `text`, each Hangul syllable as its two or three jamo."""
    return list(_syllables.sub(lambda found: unicodedata.normalize("NFD", found[0]), text))


def join_jamo(tokens: Sequence[str]) -> str:
    """The text of these tokens, with syllables composed; `split_jamo` gives the tokens back."""
    return _modern.sub(_composed, "".join(tokens))


def show_jamo(tokens: Sequence[str]) -> str:
    """The same as people read it: a jamo outside of a syllable is the letter that stands alone.

    As many characters as `join_jamo` makes.
    """
    return _written.sub(
        lambda found: _composed(found) if len(found[0]) > 1 else letter(found[0]), "".join(tokens)
    )


def place_in_syllable(token: str) -> str | None:
    """ "leading", "vowel" or "final" for a conjoining jamo; None for every other token."""
    found = _place.fullmatch(token)
    return None if found is None else found.lastgroup


def continues(token: str) -> bool:
    """Whether a token goes on with a syllable that the token before it has begun or gone on with.

    True of vowels and finals, also where what came before is no part of a syllable.
    """
    return place_in_syllable(token) in ("vowel", "final")


def letter(jamo: str) -> str:
    """The letter of a conjoining jamo as it is written alone, ㄱ or ㅏ; itself if there is none."""
    name = unicodedata.name(jamo, "").split(" ", 2)[-1]
    try:
        return unicodedata.lookup(f"HANGUL LETTER {name}")
    except KeyError:
        return jamo


def _composed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[0])
