"""Names and sizes of quantities as figures and sentences write them, without LaTeX."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import SupportsFloat

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NAME = re.compile(r"(\\mathrm\{d\})?([A-Za-z]+)(?:_\{?([^}^]+)\}?)?(\^\\top)?")
EXACT = 17
"""Figures that tell any two numbers apart."""
MOST_BITS = 64.0
"""Bits a token beyond which nobody compares."""


def markup(latex: str) -> str:
    """`h_{t-1}` in plotly's markup: italic, with a subscript. Raises ValueError for a formula."""
    match = NAME.fullmatch(latex)
    if match is None:
        raise ValueError(f"{latex} is no name of a quantity.")
    gradient, letter, below, transposed = match.groups()
    lower = f"<sub>{below.replace('-', '−')}</sub>" if below else ""
    upper = "<sup>⊤</sup>" if transposed else ""
    return f"{'d' if gradient else ''}<i>{letter}</i>{lower}{upper}"


def spoken(latex: str) -> str:
    """`h_{t-1}` in plain text: h t−1. Raises ValueError for a formula."""
    match = NAME.fullmatch(latex)
    if match is None:
        raise ValueError(f"{latex} is no name of a quantity.")
    gradient, letter, below, transposed = match.groups()
    parts = ("d" * bool(gradient) + letter, (below or "").replace("-", "−"), "ᵀ" * bool(transposed))
    return " ".join(filter(None, parts))


def shape(sizes: tuple[int, ...]) -> str:
    """(1, 24) as 1×24."""
    return "×".join(str(size) for size in sizes)


def amount(value: SupportsFloat, figures: int = 2) -> str:
    """A positive size to so many digits, as people write it: 0.016, 32, 2,200, 4.1·10⁻⁷."""
    size = float(value)
    if size == 0 or not math.isfinite(size):
        return {0.0: "0", math.inf: "∞"}.get(size, "–")
    if 1e-3 <= size < 1e5:
        return f"{float(f'{size:.{figures}g}'):,.{max(figures, 6)}g}"
    digits, power = f"{size:.{figures - 1}e}".split("e")
    return f"{digits}·10{str(int(power)).translate(RAISED)}"


def told_apart(
    *values: float, write: Callable[[float, int], str] = amount, figures: int = 2
) -> list[str]:
    """The values as `write` writes them to so many figures, or to as many more as it takes to tell
    those apart that differ."""
    differ = len(set(values))
    tried = [[write(value, more) for value in values] for more in range(figures, EXACT + 1)]
    return next((said for said in tried if len(set(said)) == differ), tried[-1])


def decimals(value: float, places: int) -> str:
    """A number with so many decimal places."""
    return f"{value:.{places}f}"


def percent(probability: float) -> str:
    """12 %, 3.4 %, 0.02 %, as short as a column needs; what is not certain is never 100 %."""
    if probability >= 0.095:
        return f"{probability:.0%}" if probability < 0.995 or probability == 1 else ">99%"
    return f"{probability:.1%}" if probability >= 0.001 else f"{amount(100 * probability)}%"


def perplexity_of(bits: float) -> float:
    """2^bits, and no more than 2^MOST_BITS: a run that has exploded has no number any more."""
    return float(2 ** min(bits, MOST_BITS))
