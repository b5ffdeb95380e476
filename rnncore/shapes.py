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
Floats: TypeAlias = NDArray[np.float64]
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


def check_ids(name: str, ids: Ids, size: int) -> None:
    """Raise ShapeError unless all `ids` are integers in 0 ... size-1."""
    if ids.dtype.kind not in "iu":
        raise ShapeError(
            "id_kind",
            f"{name} came as {ids.dtype}, but token ids are integers; encode the text with this "
            f"model's vocabulary.",
            name=name,
            came=str(ids.dtype),
        )
    # As unsigned numbers negative ids are huge: one comparison sees both ends of the range.
    unsigned = ids.astype(np.int64, copy=False).view(np.uint64)
    if ids.size and unsigned.item(unsigned.argmax()) >= size:  # a third of what `max` takes
        wrong = int(ids[(ids < 0) | (ids >= size)].flat[0])
        raise ShapeError(
            "id_range",
            f"{name} hold the token id {wrong}, but the vocabulary has 0 ... {size - 1}; encode "
            f"the text with this model's vocabulary.",
            name=name,
            came=wrong,
            last=size - 1,
        )
