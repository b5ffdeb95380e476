"""The Elman RNN's record."""

from __future__ import annotations

import numpy as np

from rnncore.cells.graph import (
    AFFINE,
    ALL,
    ENTERING,
    H_OUT,
    MATMULS,
    SUMS,
    CellGraph,
    NodeKind,
    Part,
    inner,
)
from rnncore.cells.operations import TANH
from rnncore.cells.spec import Cell
from rnncore.layers.rnn import TimeRNN
from rnncore.reference.rnn import RnnTape, rnn_carry, rnn_step, rnn_step_backward
from rnncore.shapes import Array


def tick(x: Array, states: tuple[Array, ...], Wx: Array, Wh: Array, b: Array) -> tuple[Array, ...]:
    (h,) = states
    return (np.tanh(x @ Wx + h @ Wh + b),)


def slope(tape: RnnTape) -> Array:
    """tanh'(z) = 1 - h^2 of a tick.      (N, H)"""
    return 1 - tape.h**2


GRAPH = CellGraph(
    ENTERING | inner(ALL, u="u", v="v", s="s", z="z") | H_OUT,
    (*MATMULS, *SUMS, NodeKind("tanh", TANH, ("z",), ("h",))),
    ("h",),
    ((Part("h_t = "), Part(r"\tanh(", "tanh"), *AFFINE, Part(")", "tanh")),),
)

CELL = Cell(
    name="rnn",
    gates=("h",),
    states=("h",),
    step=rnn_step,
    step_backward=rnn_step_backward,
    carry=rnn_carry,
    layer=TimeRNN,
    tick=tick,
    tape_numbers=1,  # h
    torch_order=(0,),
    slope=slope,
    graph=GRAPH,
)
