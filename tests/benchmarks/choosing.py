"""Environment variables that choose a part of a benchmark."""

from __future__ import annotations

import os
import sys


def chosen(
    variable: str, known: tuple[str, ...], default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Names out of `known` that the variable lists, with commas; without it, the default or all.

    Ends the program where a name is not known.
    """
    wanted = os.environ.get(variable, "")
    names = tuple(name.strip() for name in wanted.split(",") if name.strip())
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"{variable}={wanted}: there is no {unknown[0]}; choose from {', '.join(known)}.")
    return names or default or known
