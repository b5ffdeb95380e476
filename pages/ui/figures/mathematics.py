"""Names of quantities as figures write them: the few bits of LaTeX that they use, as markup."""

from __future__ import annotations

import re

NAME = re.compile(r"(\\mathrm\{d\})?([A-Za-z]+)(?:_\{?([^}^]+)\}?)?(\^\\top)?")


def markup(latex: str) -> str:
    """`h_{t-1}` in plotly's markup: italic, with a subscript. Raises ValueError for a formula."""
    match = NAME.fullmatch(latex)
    if match is None:
        raise ValueError(f"{latex} is no name of a quantity.")
    gradient, letter, below, transposed = match.groups()
    lower = f"<sub>{below.replace('-', '−')}</sub>" if below else ""
    upper = "<sup>⊤</sup>" if transposed else ""
    return f"{'d' if gradient else ''}<i>{letter}</i>{lower}{upper}"


def shape(sizes: tuple[int, ...]) -> str:
    """(1, 24) as 1×24."""
    return "×".join(str(size) for size in sizes)
