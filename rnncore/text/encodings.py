"""Which encoding bytes that are not UTF-8 are in: a name for the sentence that refuses them.

A guess by how usual the decoded characters are, good enough to name a cure. It never decides what
is read: only UTF-8, and UTF-16 or UTF-32 with a byte order mark, ever are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

SAMPLE = 16_384
"""Bytes that are looked at."""
LEAST = 0.4
"""A candidate with less usual characters is no answer."""
BLANKS = "\t\n\v\f\r\x1a\u3000\xa0\u200b\u200c\u200d\u200e\u200f\u2028\u2029\ufeff"
"""Characters of prose that cannot be printed."""

MARKS = (
    # UTF-32-LE first: its mark begins like that of UTF-16-LE.
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16-BE"),
)
"""Byte order mark, codec and name."""
SIGNS = (
    (b"\x84\x31\x95\x33", "GB18030"),
    (b"+/v8", "UTF-7"),
    (b"+/v9", "UTF-7"),
    (b"\x0e\xfe\xff", "SCSU"),
    (b"\xdd\x73\x66\x73", "UTF-EBCDIC"),
)
"""How texts in encodings that are not read may begin."""
ESCAPES = (
    (b"\x1b$)C", "ISO-2022-KR"),
    (b"\x1b$)A", "ISO-2022-CN"),
    (b"\x1b$B", "ISO-2022-JP"),
    (b"\x1b$@", "ISO-2022-JP"),
    (b"\x1b(J", "ISO-2022-JP"),
)
"""Sequences of ASCII that switch to another alphabet."""

HANGUL = (
    "이다는에의가을를은고하기지사로도한인그자대어리해시나아들과수서있전보주일스구했부으제비상게요니습"
    "안녕우오것등만방경여모물데러말유간위었공세신계원체야된국당중무교소면조호마학관거"
)
HANZI = "的一是不了在人有我他这这個上们来到时大地为子中你说生国年着就那和要她出也得里后自以会"
HANZI_OLD = "的一是不了在人有我他這個上們來到時大地為子中你說生國年著就那和要她出也得裡後自以會性"
CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ"
GREEK = "αοιετσνηυρπκμλωςάίόήέγδχθφβύώξζψϊϋΐΰ"
HEBREW = "יוהלאתמרבשנעדכקחטפסגצזםןךףץ"
ARABIC = "اليمونرتبةعدسفهكقحجذشطصخضغءئظثزأإآىؤً،؟"
THAI = "านรกอเงมยลวดทตสะปบคหแจพชขใไโผซธณภศษถฟฉญฐพฝฮฤ่้ัี็ิื์ุูำๆึ๊๋ฯ"
WESTERN = "éüäößàèçáíóñêãôåæøâîõûœëïùìòúÉÜÄÖÀÇÈÁÓÑÅØÆÍÊÔÂÎÃÕÚ’“”–—…«»„‘°§€£©®·¡¿´ºª½¼ýÿðþ"
CENTRAL = "áéíóöüěščřžýůąęłśżćńźőűăâîşţșțäôúĺŕďťňđÁÉÍÓÖÜĚŠČŘŽÝŮĄĘŁŚŻĆŃŹŐŰĐß„”“–—…«»§°"
TURKISH = "ıişğüçöİŞĞÜÇÖâîûÂÎéê’“”–—…«»"


NOT_ASCII = re.compile(rb"[\x80-\xff]")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")


class Candidate(NamedTuple):
    """An encoding, what a person calls it, and how usual (0 to 1) a decoded character is in it."""

    codec: str
    name: str
    usual: Callable[[str], float]
    script: Literal["latin", "own", "wide"]
    """latin: words mix its letters with those of ASCII; own: they do not; wide: neither is said"""


def encoding_name(data: bytes) -> str | None:
    """What the encoding of `data`, which is not UTF-8, seems to be called; None if none fits."""
    if begins := _begins(data):
        return begins
    sample = _sample(data)
    scored = [(_score(sample, candidate), candidate.name) for candidate in CANDIDATES]
    score, name = max(scored, key=lambda found: found[0])  # of equals, the first
    return name if score >= LEAST else None


def shifted_name(data: bytes) -> str | None:
    """The encoding of ASCII that stands for other characters; None if it stands for itself."""
    return _begins(data) or next((name for sign, name in ESCAPES if sign in data), None)


def unmarked_name(data: bytes) -> str | None:
    """UTF-16 or UTF-32 if `data`, which holds NUL bytes, can be text in it without a byte order
    mark; else None."""
    for width, codec, name in (
        (4, "utf-32-le", "UTF-32-LE"),
        (4, "utf-32-be", "UTF-32-BE"),
        (2, "utf-16-le", "UTF-16-LE"),
        (2, "utf-16-be", "UTF-16-BE"),
    ):
        text = None if len(data) % width else _decoded(data[:SAMPLE], codec)
        if text and all(char.isprintable() or char in BLANKS for char in text):
            return name
    return None


def has_controls(data: bytes) -> bool:
    """Whether control characters that no text file has stand in the first bytes."""
    return CONTROL.search(data, 0, SAMPLE) is not None


def is_mostly_utf8(data: bytes, position: int) -> bool:
    """Whether the bytes at `position` of a UTF-8 text are damaged, rather than all of them in
    another encoding."""
    text = data[max(0, position - SAMPLE) : position + SAMPLE].decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return sum(not char.isascii() for char in text) >= 4 * damaged


def _begins(data: bytes) -> str | None:
    return next((name for sign, name in SIGNS if data.startswith(sign)), None)


def _sample(data: bytes) -> bytes:
    """The line with the first byte that is not ASCII, and what follows."""
    found = NOT_ASCII.search(data)
    first = found.start() if found else 0
    start = data.rfind(b"\n", 0, first) + 1
    return data[start if first - start < SAMPLE else first :][:SAMPLE]


def _decoded(sample: bytes, codec: str) -> str | None:
    """The characters of a sample, which may end within one; None if it cannot be in `codec`."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample, len(sample) < SAMPLE)
    except UnicodeDecodeError:
        return None


def _score(sample: bytes, candidate: Candidate) -> float:
    text = _decoded(sample, candidate.codec)
    if text is None:
        return 0.0
    total, count = 0.0, 0
    letters = sum(char.isalpha() for char in text)
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if char.isascii():
            continue
        count += 1
        if before.islower() and char.isupper():  # a capital within a word: wrong alphabet
            continue
        if candidate.script == "own" and _latin(before, after):
            continue
        total += candidate.usual(char)
    if candidate.script == "latin" and count > max(letters, 2) * 0.6:
        total *= 0.3  # hardly a word of a Latin alphabet is written without its ASCII letters
    return total / count if count else 0.0


def _latin(*neighbours: str) -> bool:
    return any(char.isascii() and char.isalpha() for char in neighbours)


def _alphabet(letters: str, most: float = 1.0) -> Callable[[str], float]:
    """Letters in the order of their frequency; capitals count a little less."""
    ranks = {char: most * (1 - 0.7 * i / len(letters)) for i, char in enumerate(letters)}
    for char in letters:
        ranks.setdefault(char.upper(), 0.9 * ranks[char])
    return lambda char: ranks.get(char, 0.1 if char in "«»“”„’–—…№°" else 0.0)


def _hangul(char: str) -> float:
    if char in HANGUL:
        return 1.0
    if "가" <= char <= "힣":
        return 0.7 if 0xB0 <= _lead(char, "euc_kr") <= 0xC8 else 0.1
    return 0.5 if _is_wide_sign(char) else 0.3 if "一" <= char <= "鿿" else 0.0


def _japanese(char: str) -> float:
    if "ぁ" <= char <= "ヿ" or char in "。、「」":
        return 1.0
    return 0.7 if "一" <= char <= "鿿" and _lead(char, "euc_jp") <= 0xCF else 0.3 * _is_wide(char)


def _chinese(char: str) -> float:
    if char in HANZI:
        return 1.0
    return 0.7 if "一" <= char <= "鿿" and _lead(char, "gb2312") <= 0xD7 else 0.3 * _is_wide(char)


def _old_chinese(char: str) -> float:
    if char in HANZI_OLD:
        return 1.0
    return 0.7 if "一" <= char <= "鿿" and _lead(char, "big5") <= 0xC6 else 0.3 * _is_wide(char)


def _johab(char: str) -> float:
    return 0.8 * _hangul(char)  # CP949 where both fit


def _east_asian(char: str) -> float:
    return 0.9 * max(_hangul(char), _japanese(char), _chinese(char), _old_chinese(char))


def _lead(char: str, codec: str) -> int:
    """The first byte of a character; 256 if the encoding has none for it."""
    try:
        return char.encode(codec)[0]
    except UnicodeEncodeError:
        return 256


def _is_wide_sign(char: str) -> bool:
    return "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" or char in "‘’“”…·"


def _is_wide(char: str) -> bool:
    return _is_wide_sign(char) or "一" <= char <= "鿿" or "가" <= char <= "힣"


CANDIDATES = (
    Candidate("cp949", "CP949 (EUC-KR)", _hangul, "wide"),
    Candidate("cp932", "Shift-JIS", _japanese, "wide"),
    Candidate("euc_jp", "EUC-JP", _japanese, "wide"),
    Candidate("gb18030", "GB18030 (GBK)", _chinese, "wide"),
    Candidate("big5", "Big5", _old_chinese, "wide"),
    Candidate("johab", "Johab", _johab, "wide"),
    Candidate("utf-16-le", "UTF-16-LE", _east_asian, "wide"),
    Candidate("utf-16-be", "UTF-16-BE", _east_asian, "wide"),
    Candidate("cp1252", "Windows-1252 (Latin-1)", _alphabet(WESTERN), "latin"),
    Candidate("cp1250", "Windows-1250", _alphabet(CENTRAL, 0.93), "latin"),
    Candidate("iso8859_2", "ISO-8859-2 (Latin-2)", _alphabet(CENTRAL, 0.93), "latin"),
    Candidate("cp1254", "Windows-1254", _alphabet(TURKISH, 0.93), "latin"),
    Candidate("mac_roman", "Mac Roman", _alphabet(WESTERN, 0.95), "latin"),
    Candidate("cp850", "CP850", _alphabet(WESTERN, 0.93), "latin"),
    Candidate("cp1251", "Windows-1251", _alphabet(CYRILLIC), "own"),
    Candidate("koi8_r", "KOI8-R", _alphabet(CYRILLIC), "own"),
    Candidate("cp866", "CP866", _alphabet(CYRILLIC), "own"),
    Candidate("iso8859_5", "ISO-8859-5", _alphabet(CYRILLIC), "own"),
    Candidate("cp1253", "Windows-1253", _alphabet(GREEK), "own"),
    Candidate("cp1255", "Windows-1255", _alphabet(HEBREW), "own"),
    Candidate("cp1256", "Windows-1256", _alphabet(ARABIC), "own"),
    Candidate("iso8859_6", "ISO-8859-6", _alphabet(ARABIC), "own"),
    Candidate("cp874", "Windows-874 (TIS-620)", _alphabet(THAI), "own"),
)
