"""What is written beside an axis that trials stand on."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log10
from typing import Any

from rnncore.sweeps.analysis import RESULT, Scale

APART = 0.09
"""Share of an axis between two texts, at least."""
Say = Callable[[str, Any], str]
"""How a value of a setting is written."""


def ticks(scale: Scale, say: Say) -> list[tuple[float, str]]:
    """(share, text) of some places of an axis: its ends, and round values between them."""
    if scale.values:
        return [(scale.share(at), say(scale.name, value)) for at, value in enumerate(scale.values)]
    if scale.name == RESULT:
        shares = (0.0, 0.25, 0.5, 0.75, 1.0) if scale.high > scale.low else (0.0,)
        return list(zip(shares, _told_apart([*map(scale.coordinate, shares)]), strict=True))
    ends = [(0.0, say(scale.name, scale.low)), (1.0, say(scale.name, scale.high))]
    found = [(scale.share(value), say(scale.name, value)) for value in _round(scale)]
    inner = [one for one in found if APART < one[0] < 1 - APART]
    return [ends[0], *_apart(inner), ends[1]]


def perplexity(bits: float, digits: int = 3) -> str:
    """Bits as the perplexity that they are."""
    return f"{2**bits:,.{digits}g}" if bits < 40 else "∞"


def _told_apart(bits: list[float]) -> list[str]:
    """Perplexities with as many digits as it takes."""
    for digits in range(3, 7):
        texts = [perplexity(value, digits) for value in bits]
        if len({*texts}) == len(texts):
            break
    return texts


def _round(scale: Scale) -> list[float]:
    """Round values within an axis."""
    if scale.log:
        powers = range(floor(log10(scale.low)), ceil(log10(scale.high)) + 1)
        decades = [10.0**power for power in powers]
        found = [value for value in decades if scale.low < value < scale.high]
        if len(found) > 1:
            return found
        return [
            d * value for value in decades for d in (1, 2, 5) if scale.low < d * value < scale.high
        ]
    return [scale.coordinate(share) for share in (0.25, 0.5, 0.75)]


def _apart(found: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Those that leave room between them."""
    kept: list[tuple[float, str]] = []
    for share, text in found:
        if not kept or share - kept[-1][0] > APART:
            kept.append((share, text))
    return kept
