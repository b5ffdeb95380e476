"""The recurrent cells by name: a new one is a reference file, a layer file and two table rows."""

from __future__ import annotations

from typing import Protocol

from rnncore.layers.gru import TimeGRU
from rnncore.layers.inputs import Embedded
from rnncore.layers.lstm import TimeLSTM
from rnncore.layers.rnn import TimeRNN
from rnncore.reference.cells import CELLS as REFERENCE_CELLS
from rnncore.reference.cells import ReferenceCell
from rnncore.shapes import Array


class TimeCell(Protocol):
    """What every fused cell layer offers; see `layers.TimeRNN` for the contract."""

    state: tuple[Array, ...]
    hs: Array
    dhs: Array

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None: ...
    def forward(self, xs: Array | Embedded) -> Array: ...
    def backward(self, dhs: Array) -> Array: ...
    def state_gradient(self) -> tuple[Array, ...]: ...


LAYERS: dict[str, type[TimeCell]] = {"rnn": TimeRNN, "lstm": TimeLSTM, "gru": TimeGRU}


def reference_cell(name: str) -> ReferenceCell:
    """Gates, states, step and its backward of the cell called `name`."""
    return REFERENCE_CELLS[name]
