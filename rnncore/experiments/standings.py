"""What a comparison over context lengths comes to, so far or in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rnncore.experiments.contexts import WORDS, ContextPoint

TIE = 0.005
"""Bits within which two models are equally good: seeds differ by as much."""


class Counting(NamedTuple):
    """At how many context lengths the n-gram is as good as every window or better, of how many that
    both have."""

    best: int
    of: int


def last_of_each(points: Iterable[ContextPoint]) -> list[ContextPoint]:
    """The last point of every model, by rising context, in which the n-gram comes first."""
    last = {(point.kind, point.words, point.ticks): point for point in points}
    kinds = ("ngram", "summed", "concatenated", "recurrent")
    most = max(WORDS) + 1
    return sorted(
        last.values(),
        key=lambda point: (
            most if point.words is None else point.words,
            kinds.index(point.kind),
            point.ticks,
        ),
    )


def best_of_kinds(points: Iterable[ContextPoint]) -> list[ContextPoint]:
    """The best model of each kind, the best first; of equal ones that with fewer words."""
    best: dict[str, ContextPoint] = {}
    for point in last_of_each(points):
        if point.kind not in best or point.bits < best[point.kind].bits:
            best[point.kind] = point
    return sorted(best.values(), key=lambda point: point.bits)


def of_kind(points: Iterable[ContextPoint], kind: str) -> dict[int | None, ContextPoint]:
    """By words, the last points of the models of a kind; of two recurrent ones the first."""
    found: dict[int | None, ContextPoint] = {}
    for point in last_of_each(points):
        if point.kind == kind:
            found.setdefault(point.words, point)
    return found


def rival(points: Iterable[ContextPoint]) -> ContextPoint | None:
    """The recurrent network with the longer T, where there are two."""
    recurrent = [point for point in last_of_each(points) if point.kind == "recurrent"]
    return recurrent[1] if len(recurrent) > 1 else None


def counting(points: Sequence[ContextPoint]) -> Counting:
    """How the n-grams stand beside windows that read as much."""
    counted, *others = (of_kind(points, kind) for kind in ("ngram", "summed", "concatenated"))
    shared = [words for words in counted if all(words in windows for windows in others)]
    best = [
        words
        for words in shared
        if counted[words].bits <= min(windows[words].bits for windows in others) + TIE
    ]
    return Counting(len(best), len(shared))


def prices(points: Iterable[ContextPoint], ladder: Sequence[float]) -> dict[int, float]:
    """The price of counting: by words, the bits of an n-gram above its rung."""
    counted = of_kind(points, "ngram")
    return {
        words: point.bits - ladder[words]
        for words, point in counted.items()
        if words is not None and words < len(ladder)
    }
