"""Models of a comparison over context lengths, as they may stand."""

from __future__ import annotations

from typing import Any

from rnncore.experiments.contexts import ContextPoint


def point(kind: str, words: int | None, bits: float, ticks: int = 0, **more: Any) -> ContextPoint:
    stands = ContextPoint(kind, words, ticks, 8, 100, 5, 500, bits, 0.1, True, False)
    return stands._replace(**more)


STOOD = [
    point("ngram", 0, 4.0),
    point("ngram", 1, 3.25),
    point("summed", 1, 3.1),
    point("concatenated", 1, 3.1),
    point("recurrent", None, 1.5, 10, tokens=9_000, updates=90),
    point("recurrent", None, 1.75, 35, tokens=9_000, updates=30),
]
