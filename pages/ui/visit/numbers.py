"""Numbers as people write them: from what stands in a box to a value, and back without a loss."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal

from rnncore.errors import ConfigError

_NUMBER = re.compile(r"([+-]?)(\d[\d.,_ ]*|[.,]\d+)(?:e([+-]?\d{1,9}))?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}([., _])\d{3}(?:\1\d{3})*", re.ASCII)
_MINUS = dict.fromkeys(map(ord, "\N{MINUS SIGN}\N{EN DASH}\N{FIGURE DASH}"), "-")
_WHOLE_DIGITS = 30
"""Whole numbers with more digits are refused here: no setting reaches so far."""
_SHOWN = 40
"""Most characters of a text that a sentence repeats."""


def parse(text: str, kind: type[int] | type[float], zero: Collection[str] = ()) -> int | float:
    """The value of `kind` that a person means by `text`.

    Reads   digits of any script, a decimal point or comma, an exponent (1e1 is a whole number),
            marks or spaces between groups of three digits, and the words for `zero`.
    Raises  ConfigError saying what came and what to write: for what is no number, a fraction where
            a whole number is wanted, a number that no `kind` holds, and a whole number with one
            mark before three digits (1,000), which is one to some and a thousand to others.
    """
    plain, shown = _plain(text), text.strip()[:_SHOWN]
    if plain in {word.casefold() for word in zero}:
        return kind(0)
    found = _NUMBER.fullmatch(plain)
    decimal = _decimal(found[2]) if found else None
    if found is None or decimal is None:
        message = f"{shown!r} is no number; write digits, such as 20 or 0.001."
        raise ConfigError("number_none", message, text=shown)
    if kind is int and not found[3] and _two_readings(found[2]):
        one, many = (found[1] + reading for reading in _readings(found[2]))
        message = f"{shown!r} can be read as {one} and as {many}; write the one you mean."
        raise ConfigError("number_two_readings", message, text=shown, one=one, many=many)
    return _held(Decimal(f"{found[1]}{decimal}e{found[3] or 0}"), kind, shown)


def written(value: int | float, zero: str | None = None) -> str:
    """`value` in the shortest way that `parse` reads back as it is; `zero` is the word for 0."""
    if value == 0:
        return zero or "0"
    text = repr(value)
    if 1e-6 <= abs(value) < 1e15:
        text = f"{Decimal(text):f}"
    return text.removesuffix(".0").replace("e+", "e").replace("e-0", "e-")


def _plain(text: str) -> str:
    """The text in ASCII, as far as it is a form of it: a superscript is no digit."""
    plain = []
    for character in text.strip():
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            plain.append(str(digit))
        elif "\uff01" <= character <= "\uff5e":  # full-width, as Korean input methods type
            plain.append(chr(ord(character) - 0xFEE0))
        elif unicodedata.category(character) != "Cf":  # invisible, as copying leaves behind
            plain.append(" " if character.isspace() else character)
    return "".join(plain).translate(_MINUS).casefold()


def _decimal(digits: str) -> str | None:
    """Digits with a decimal point at most and no marks between groups; None if marks stand amiss.

    A point or comma that comes once, after all others, is the decimal one.
    """
    marks = re.findall("[.,]", digits)
    whole, fraction = digits, ""
    if marks and marks.count(marks[-1]) == 1:
        whole, _, fraction = digits.rpartition(marks[-1])
    if not re.fullmatch(r"\d*", whole) and not _GROUPED.fullmatch(whole):
        return None
    if not re.fullmatch(r"\d*", fraction):
        return None
    return f"{re.sub('[., _]', '', whole) or 0}.{fraction or 0}"


def _two_readings(digits: str) -> bool:
    """Whether one mark, which may be decimal, stands before three digits."""
    groups = _GROUPED.fullmatch(digits)
    return groups is not None and groups[1] in ".," and digits.count(groups[1]) == 1


def _readings(digits: str) -> tuple[str, str]:
    """1,000 as 1 and as 1000; 12,345 as 12.345 and as 12345."""
    whole, fraction = re.split("[.,]", digits)
    return f"{whole}.{fraction}".rstrip("0").rstrip("."), whole + fraction


def _held(number: Decimal, kind: type[int] | type[float], shown: str) -> int | float:
    """The number as a `kind`. Raises ConfigError where that would be another number."""
    whole = kind is int
    if whole and number == number.to_integral_value() and number.adjusted() < _WHOLE_DIGITS:
        return int(number)
    if whole and number.adjusted() < _WHOLE_DIGITS:
        message = f"{shown!r} is not a whole number; write one without a fraction, such as 20."
        raise ConfigError("number_whole", message, text=shown)
    value = float(number)
    if whole or math.isinf(value) or (number and not value):
        message = f"{shown!r} is too large or too small for any setting; write a usual number."
        raise ConfigError("number_far", message, text=shown)
    return value + 0.0  # no negative zero
