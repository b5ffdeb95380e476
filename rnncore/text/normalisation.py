"""One form of Unicode for corpora and prompts: what looks the same is the same tokens.

    line ends   CR LF, CR, VT, FF, NEL, LS, PS and the separators FS, GS, RS become a newline, US a
                tab (Unicode Standard, section 5.8; their bidirectional classes B and S)
    removed     what nobody sees and no word needs, `REMOVED`
    composed    normalisation form C (Unicode Standard Annex 15): Hangul typed as jamo, or letters
                with their accents behind them, become the characters they are shown as

What is invisible but carries meaning stays: ZERO WIDTH JOINER and NON-JOINER (emoji, Persian,
Indic scripts), variation selectors, tags (flags), fillers of Hangul, COMBINING GRAPHEME JOINER,
the Mongolian vowel separator. So do spaces of every width.
"""

from __future__ import annotations

import re
import unicodedata

LINE_ENDS = "\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]"
"""Pattern of what becomes a newline."""
REMOVED = (
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters
    "\xad"  # soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u200b\u2060\ufeff"  # zero width space, word joiner, byte order mark
    "\u2061-\u2065\u206a-\u206f"  # invisible operators, deprecated format characters
    "\ufff9-\ufffc"  # annotations, and the place of an object that was not text
    "\ufdd0-\ufdef"  # noncharacters, and the last two of every plane
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "\U000e0001]"  # language tag
)
"""Pattern of the characters that are no tokens."""
_line_end, _removed = re.compile(LINE_ENDS), re.compile(REMOVED)


def normalised(text: str) -> str:
    """`text` in the form in which corpora and prompts meet. A second time changes nothing."""
    text = text.replace("\r\n", "\n")
    # One character after the other: a pattern would take seconds for a large text.
    for char in set(text):
        if _line_end.match(char):
            text = text.replace(char, "\n")
        elif _removed.match(char):
            text = text.replace(char, "")
    return unicodedata.normalize("NFC", text.replace("\x1f", "\t"))


def with_newlines(text: str) -> str:
    """`text` as the first checkpoints know it: only CR LF and CR become newlines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
