"""The gradient check of one tick: what the cell's backward says beside finite differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.probes.cell.trace import place
from rnncore.probes.reading import cell_weights, next_tokens, read
from rnncore.reference.gradient_check import directional_gradient
from rnncore.shapes import Array, Ids

EPSILON = 1e-5
FAINTEST = 1e-4
"""Rounding leaves about 1e-9 in a finite difference: far below this it compares noise."""
AGREEMENT = 1e-5


class CheckedEntry(NamedTuple):
    """One number of the group, moved by a little both ways."""

    position: tuple[int, ...]
    analytic: float
    numeric: float


class GroupCheck(NamedTuple):
    """Analytic beside numeric gradient of one group of numbers that enter the tick.

    name       Wx, Wh, b, x, h_prev or c_prev
    entries    some of them, one by one
    direction  all of them at once, along one random direction that raises the loss everywhere,
               so that nothing cancels (its position is empty)
    error      relative error of the entries and of the direction, the larger of the two, where
               gradients below FAINTEST count as that; AGREEMENT and less is agreement
    """

    name: str
    shape: tuple[int, ...]
    entries: tuple[CheckedEntry, ...]
    direction: CheckedEntry
    error: float


def check_cell(
    model: Rnnlm,
    ids: Ids,
    targets: Ids,
    tick: int,
    stream: int,
    rng: np.random.Generator,
    entries: int = 8,
) -> tuple[GroupCheck, ...]:
    """Check the reference backward of one tick, top layer, on the true losses of the window.

    The loss is the sum of the stream's losses from `tick` to the window's end, in nats, with the
    moved numbers used at this tick only; everything is read anew in float64 for each of them.
    Shapes   ids, targets (T, N); the model is left as it is.
    Cost     2 * groups * (entries + 1) readings of T - tick ticks.
    """
    at = place(model, ids, targets, tick, stream)
    cell = CELLS[model.config.cell]
    tape = at.reading.tapes[tick][-1]
    entering = ("x", *(f"{state}_prev" for state in cell.states))
    numbers = {name: getattr(tape, name).copy() for name in entering}
    for name, weight in zip(("Wx", "Wh", "b"), cell_weights(model, -1, "float64"), strict=True):
        numbers[name] = weight.copy()
    later = (at.from_loss + at.from_later[0], *at.from_later[1:])
    analytic = dict(zip(numbers, cell.step_backward(*later, tape), strict=True))
    lower = at.reading.states[tick][:-1]

    def loss() -> float:
        *advanced, _ = cell.step(*numbers.values())
        state = (*lower, tuple(advanced))
        hidden = [advanced[0]]
        if tick + 1 < len(at.ids):
            hidden += list(read(model, at.ids[tick + 1 :], state=state, dtype="float64").hidden)
        probabilities = next_tokens(model, np.concatenate(hidden))
        wanted = at.targets[tick:, 0]
        return -float(np.log(probabilities[np.arange(len(wanted)), wanted]).sum())

    def along(name: str, direction: Array) -> float:
        return directional_gradient(loss, numbers[name], direction, EPSILON)

    groups = []
    for name in ("Wx", "Wh", "b", *entering):
        gradient = analytic[name]
        checked = []
        for flat in rng.choice(gradient.size, min(entries, gradient.size), replace=False):
            position = tuple(int(i) for i in np.unravel_index(flat, gradient.shape))
            one = np.zeros_like(gradient)
            one[position] = 1
            checked.append(CheckedEntry(position, float(gradient[position]), along(name, one)))
        uphill = np.abs(rng.standard_normal(gradient.shape)) / np.sqrt(gradient.size)
        uphill[gradient < 0] *= -1
        whole = CheckedEntry((), float((gradient * uphill).sum()), along(name, uphill))
        error = max(_error(checked), _error([whole]))
        groups.append(GroupCheck(name, gradient.shape, tuple(checked), whole, error))
    return tuple(groups)


def _error(entries: Sequence[CheckedEntry]) -> float:
    analytic, numeric = (np.array([entry[i] for entry in entries]) for i in (1, 2))
    size = float(np.linalg.norm(analytic) + np.linalg.norm(numeric))
    return float(np.linalg.norm(analytic - numeric)) / max(size, FAINTEST)
