"""Which few units and inputs of a cell are worth looking at: those that move most on a text."""

from __future__ import annotations

import numpy as np

from rnncore.model import Rnnlm
from rnncore.probes.reading import cell_weights, read
from rnncore.shapes import Ids

SHOWN = 4
"""As many as can be checked by hand."""


def most_active(
    model: Rnnlm, ids: Ids, count: int = SHOWN
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Units and inputs of the top layer's cell that move most over ids (T, N), in their order.

    A unit moves by the deviation of its state, an input by that of its value times the length of
    its row of Wx. The model is left as it is.
    """
    reading = read(model, ids)
    inputs = np.stack([tape[-1].x for tape in reading.tapes])
    reach = np.linalg.norm(cell_weights(model, -1)[0], axis=1)
    return (
        _most(reading.hidden.std(axis=(0, 1)), count),
        _most(inputs.std(axis=(0, 1)) * reach, count),
    )


def _most(scores: np.ndarray, count: int) -> tuple[int, ...]:
    return tuple(sorted(int(i) for i in np.argsort(-scores, kind="stable")[:count]))
