"""How much room letters take, about: nobody but the browser knows it exactly."""

from __future__ import annotations

WIDE = "\u1100"
"""Letters from here on, Hangul and all East Asian ones, are wide."""


def room(text: str, narrow: float, wide: float) -> float:
    """What a text takes, where a letter takes `narrow` and a wide one `wide`."""
    return sum(wide if letter >= WIDE else narrow for letter in text)
