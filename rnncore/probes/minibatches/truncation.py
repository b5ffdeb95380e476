"""What reaches each state of a stretch when the links back are cut, beside what would uncut."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.probes.reading import carried_state, loss_gradients, read
from rnncore.shapes import Array, Ids


class ArrivingGradients(NamedTuple):
    """Norms of dL/dh_t by tick, top layer, L the sum of the stretch's losses in nats.

    kept    truncated: only the losses of the tick's own window come back
    whole   all losses from the tick to the stretch's end, over a state that is never cut
    """

    kept: Array  # (S,)
    whole: Array  # (S,)


def arriving_gradients(
    model: Rnnlm, ids: Ids, targets: Ids, time_size: int, *, stateful: bool = True
) -> ArrivingGradients:
    """Read one stream from the model's carried state and walk its losses back, cut and uncut.

    Windows of `time_size` begin at the first tick. Without `stateful` each but the first begins
    from a zero state; `whole` carries it all the same.
    Shapes   ids, targets (S,); the model is left as it is.
    """
    starts = range(0, len(ids), time_size)
    ids, targets = ids[:, None], targets[:, None]
    reading = read(model, ids)
    whole = _walk_back(model, reading.hidden, targets, reading.tapes, len(ids))
    if stateful:
        return ArrivingGradients(
            _walk_back(model, reading.hidden, targets, reading.tapes, time_size), whole
        )
    zero = tuple(tuple(np.zeros_like(part) for part in layer) for layer in carried_state(model, 1))
    windows = [
        read(model, ids[start : start + time_size], state=zero if start else None)
        for start in starts
    ]
    hidden = np.concatenate([window.hidden for window in windows])
    tapes = [tape for window in windows for tape in window.tapes]
    return ArrivingGradients(_walk_back(model, hidden, targets, tapes, time_size), whole)


def _walk_back(
    model: Rnnlm, hidden: Array, targets: Ids, tapes: list[tuple[Any, ...]], time_size: int
) -> Array:
    """Norms of dL/dh by tick, where nothing is handed back over a window's start."""
    cell = CELLS[model.config.cell]
    own = loss_gradients(model, hidden, targets)
    norms = np.empty(len(own), own.dtype)
    nothing = tuple(np.zeros_like(own[0]) for _ in cell.states)
    later = nothing
    for t in reversed(range(len(own))):
        arriving = own[t] + later[0]
        norms[t] = np.linalg.norm(arriving)
        later = nothing if t % time_size == 0 else cell.carry(arriving, *later[1:], tapes[t][-1])
    return norms
