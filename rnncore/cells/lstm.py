"""The LSTM's record."""

from __future__ import annotations

import numpy as np

from rnncore.cells.graph import (
    AFFINE,
    ALL,
    ENTERING,
    H_OUT,
    MATMULS,
    ONE,
    SUMS,
    CellGraph,
    NodeKind,
    Part,
    WireKind,
    inner,
)
from rnncore.cells.operations import ADD, MULTIPLY, SIGMOID, TANH, split
from rnncore.cells.spec import Cell
from rnncore.layers.lstm import TimeLSTM
from rnncore.reference.activations import sigmoid
from rnncore.reference.lstm import lstm_carry, lstm_step, lstm_step_backward
from rnncore.shapes import Array


def tick(x: Array, states: tuple[Array, ...], Wx: Array, Wh: Array, b: Array) -> tuple[Array, ...]:
    h, c = states
    g, f, i, o = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
    c = sigmoid(f) * c + np.tanh(g) * sigmoid(i)
    return sigmoid(o) * np.tanh(c), c


GRAPH = CellGraph(
    ENTERING
    | {"c_prev": WireKind("c_{t-1}", ONE, "state")}
    | inner(ALL, u="u", v="v", s="s", z="z")
    | inner(ONE, z_g="z_g", z_f="z_f", z_i="z_i", z_o="z_o", g="g", f="f", i="i", o="o")
    | inner(ONE, kept="k", new="w", tanh_c="m")
    | {"c": WireKind("c_t", ONE, "output")}
    | H_OUT,
    (
        *MATMULS,
        *SUMS,
        NodeKind("split", split(4), ("z",), ("z_g", "z_f", "z_i", "z_o")),
        NodeKind("tanh_g", TANH, ("z_g",), ("g",)),
        NodeKind("sigmoid_f", SIGMOID, ("z_f",), ("f",)),
        NodeKind("sigmoid_i", SIGMOID, ("z_i",), ("i",)),
        NodeKind("sigmoid_o", SIGMOID, ("z_o",), ("o",)),
        NodeKind("keep", MULTIPLY, ("f", "c_prev"), ("kept",)),
        NodeKind("write", MULTIPLY, ("g", "i"), ("new",)),
        NodeKind("add_c", ADD, ("kept", "new"), ("c",)),
        NodeKind("tanh_c", TANH, ("c",), ("tanh_c",)),
        NodeKind("show", MULTIPLY, ("o", "tanh_c"), ("h",)),
    ),
    ("h", "c"),
    (
        (Part("[z_g, z_f, z_i, z_o] = ", "split"), *AFFINE),
        (
            Part(r"g = \tanh(z_g)", "tanh_g"),
            Part(r",\quad f = \sigma(z_f)", "sigmoid_f"),
            Part(r",\quad i = \sigma(z_i)", "sigmoid_i"),
            Part(r",\quad o = \sigma(z_o)", "sigmoid_o"),
        ),
        (
            Part("c_t = "),
            Part(r"f \odot c_{t-1}", "keep"),
            Part(" + ", "add_c"),
            Part(r"g \odot i", "write"),
        ),
        (Part("h_t = "), Part(r"o \odot ", "show"), Part(r"\tanh(c_t)", "tanh_c")),
    ),
)

CELL = Cell(
    name="lstm",
    gates=("g", "f", "i", "o"),
    states=("h", "c"),
    step=lstm_step,
    step_backward=lstm_step_backward,
    carry=lstm_carry,
    layer=TimeLSTM,
    tick=tick,
    tape_numbers=6,  # h, c and the gates
    torch_order=(2, 1, 0, 3),  # i, f, g, o
    forget="f",
    graph=GRAPH,
)
