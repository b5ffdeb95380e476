"""The letters that name array axes, the aliases of array types, and the one style of shape error.

    T  window length in ticks            N  streams (mini-batch)
    D  embedding size                    H  hidden size
    V  vocabulary size                   P  number of parameters

A *step* is one update of the weights, a *tick* one time step, a *window* T ticks.
Arrays are time-major: (T, N, ...).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnncore.errors import ShapeError

Array: TypeAlias = NDArray[np.floating[Any]]
Ids: TypeAlias = NDArray[np.integer[Any]]


def check_shape(name: str, array: Any, expected: tuple[int | None, ...], letters: str) -> None:
    """Raise ShapeError unless `array` has the `expected` shape; None matches any length.

    `letters` is how the documentation writes the shape, for example "(T, N, D)".
    """
    came = np.shape(array)
    if came == expected:
        return
    fits = len(came) == len(expected) and all(
        want is None or want == have for want, have in zip(expected, came, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in expected) + ")"
        raise ShapeError(
            "shape",
            f"{name} came with shape {came}, but {letters} = {wanted} was expected; "
            f"reshape {name} or build the layer for its size.",
            name=name,
            came=came,
            expected=wanted,
            letters=letters,
        )
