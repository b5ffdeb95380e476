"""What the program knows of a recurrent cell: one record, from which all else is derived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from rnncore.cells.graph import CellGraph
from rnncore.layers.inputs import Embedded
from rnncore.reference.protocols import Carry, Step, StepBackward
from rnncore.shapes import Array


class TimeCell(Protocol):
    """What every fused cell layer offers; see `layers.TimeRNN` for the contract."""

    state: tuple[Array, ...]
    hs: Array
    dhs: Array

    def __init__(self, weights: tuple[Array, ...], gradients: tuple[Array, ...]) -> None: ...
    def forward(self, xs: Array | Embedded) -> Array: ...
    def backward(self, dhs: Array) -> Array: ...


class Tick(Protocol):
    """tick(x, states, Wx, Wh, b) -> states: one tick without a tape."""

    def __call__(
        self, x: Array, states: tuple[Array, ...], Wx: Array, Wh: Array, b: Array, /
    ) -> tuple[Array, ...]: ...


class Cell(NamedTuple):
    """One recurrent cell.

    name          as settings, checkpoints and links write it
    gates         names in the order of the columns of Wx (D, G*H), Wh (H, G*H) and b (G*H,)
    states        names, the first is h, the output
    step          one tick of the reference; `step_backward` and `carry` are its ways back
    layer         the fused layer, exact to the last rounding of the reference
    tick          the forward step as an exported script runs it. Its source is copied into the
                  script: a function called `tick` that uses nothing but np, Array and sigmoid
    tape_numbers  how many numbers a unit the backward step reads of the forward one, besides x
                  and the weights, each counted where it is made: states, gates, and the like
    torch_order   which of our gates stands at each place of PyTorch's module of the same name;
                  None where PyTorch has no such cell
    slope         f'(z) (N, H) of a tape, where h = f(x @ Wx + h_prev @ Wh + b) elementwise; None
                  where gates decide, so that Wh alone bounds nothing
    forget        the gate whose bias `Config.forget_bias` sets at first, so that a state is kept
                  before anything is learned; None where no gate forgets
    graph         the computational graph of a tick, for drawing it; None where nobody has drawn it
    """

    name: str
    gates: tuple[str, ...]
    states: tuple[str, ...]
    step: Step
    step_backward: StepBackward
    carry: Carry
    layer: type[TimeCell]
    tick: Tick
    tape_numbers: int
    torch_order: tuple[int, ...] | None = None
    slope: Callable[[Any], Array] | None = None
    forget: str | None = None
    graph: CellGraph | None = None
