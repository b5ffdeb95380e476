"""Tokens as they are shown: each can be seen, and none of them is markup."""

from __future__ import annotations

import re
import unicodedata

from rnncore.text.jamo import letter, place_in_syllable

SIGNS = {"\n": "↵", " ": "␣", "\t": "⇥", "": "∅"}
"""What stands for the blanks that every text has, and for a token without characters."""
NAMES = {
    "\xa0": "NBSP",
    "\xad": "SHY",
    "\u034f": "CGJ",
    "\u061c": "ALM",
    "\u180e": "MVS",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202f": "NNBSP",
    "\u2060": "WJ",
    "\ufeff": "BOM",
}
"""Abbreviations that Unicode uses; other blanks are named by their number."""
BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and symbols without ink: fillers of Hangul, vowels of Khmer, the empty Braille cell."""
BLANK_CATEGORIES = ("Z", "Cc", "Cf", "Co", "Cs")
"""Separators, control and format characters, private use (ink in one font only), surrogates."""
INKED_FORMATS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
"""Format characters that are drawn."""
UNASSIGNED = re.compile("[\u2065\ufdd0-\ufdef\ufff0-\ufff8\uffff\ufffe\U000e0000-\U000e0fff]")
"""Code points that are never drawn; others may be characters newer than Python's tables."""
CIRCLE = "\u25cc"
"""What Unicode draws a combining mark on that has no letter."""
IN_SYLLABLE = {"leading": "{}-", "vowel": "-{}-", "final": "-{}"}
"""A jamo that is a token: a hyphen where the syllable goes on, so that leading ㄱ, final ㄱ and the
letter ㄱ that stands alone are three."""
FILLED = {"leading": "", "vowel": "\u115f", "final": "\u115f\u1160"}
"""What Unicode puts before a jamo of old Hangul that has no letter to be written alone."""
ISOLATE, END = "\u2068", "\u2069"


def visible(token: str) -> str:
    """A token as plain text in which something can be seen.

    A token without ink is named, character by character: ‹ZWJ›, ‹VS16›, ‹U+3000›. Combining
    marks alone stand on a dotted circle, conjoining jamo alone are letters with hyphens.
    """
    if token in SIGNS:
        return SIGNS[token]
    if all(_is_blank(char) for char in token):
        return "".join(f"‹{_name(char)}›" for char in token)
    if place := place_in_syllable(token):
        alone = letter(token)
        return IN_SYLLABLE[place].format(FILLED[place] + token if alone == token else alone)
    if unicodedata.category(token[0]).startswith("M"):
        return CIRCLE + token
    return token


def isolated(token: str) -> str:
    """The same within a line of other text: one of a right-to-left script keeps its place in it."""
    shown = visible(token)
    return f"{ISOLATE}{shown}{END}" if _is_right_to_left(shown) else shown


def escaped(token: str) -> str:
    """The same for Plotly, which reads a little markup in labels and hover texts."""
    return escape(isolated(token))


def escape(text: str) -> str:
    """Text that Plotly shows literally. It knows few entities: quotes stay as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_blank(char: str) -> bool:
    if char in BLANK_LETTERS or char in NAMES or _selector(char) or UNASSIGNED.match(char):
        return True
    blank = unicodedata.category(char).startswith(BLANK_CATEGORIES)
    return blank and not INKED_FORMATS.match(char)


def _name(char: str) -> str:
    return _selector(char) or NAMES.get(char) or f"U+{ord(char):04X}"


def _selector(char: str) -> str | None:
    """The abbreviation of a variation selector; None for other characters."""
    for first, last, name, number in (
        ("\ufe00", "\ufe0f", "VS", 1),
        ("\U000e0100", "\U000e01ef", "VS", 17),
        ("\u180b", "\u180d", "FVS", 1),
    ):
        if first <= char <= last:
            return f"{name}{ord(char) - ord(first) + number}"
    return None


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
