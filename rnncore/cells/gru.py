"""The GRU's record."""

from __future__ import annotations

import numpy as np

from rnncore.cells.graph import ALL, ENTERING, H_OUT, ONE, CellGraph, NodeKind, Part, inner
from rnncore.cells.operations import (
    ADD,
    ADD_BIAS,
    MATMUL,
    MULTIPLY,
    ONE_MINUS,
    SIGMOID,
    TANH,
    split,
)
from rnncore.cells.spec import Cell
from rnncore.layers.gru import TimeGRU
from rnncore.reference.activations import sigmoid
from rnncore.reference.gru import gru_carry, gru_step, gru_step_backward
from rnncore.shapes import Array


def tick(x: Array, states: tuple[Array, ...], Wx: Array, Wh: Array, b: Array) -> tuple[Array, ...]:
    (h,) = states
    xr, xz, xn = np.split(x @ Wx + b, 3, axis=1)
    hr, hz, hn = np.split(h @ Wh, 3, axis=1)
    z = sigmoid(xz + hz)
    n = np.tanh(xn + sigmoid(xr + hr) * hn)
    return ((1 - z) * n + z * h,)


GRAPH = CellGraph(
    ENTERING
    | inner(ALL, u="u", v="v", s="s")
    | inner(ONE, s_r="s_r", s_z="s_z", s_n="s_n", v_r="v_r", v_z="v_z", v_n="v_n")
    | inner(ONE, z_r="z_r", z_z="z_z", z_n="z_n", r="r", z="z", n="n")
    | inner(ONE, memory="m", left="y", new="w", kept="k")
    | H_OUT,
    (
        NodeKind("matmul_x", MATMUL, ("x", "Wx"), ("u",)),
        NodeKind("add_bias", ADD_BIAS, ("u", "b"), ("s",)),
        NodeKind("split_x", split(3), ("s",), ("s_r", "s_z", "s_n")),
        NodeKind("matmul_h", MATMUL, ("h_prev", "Wh"), ("v",)),
        NodeKind("split_h", split(3), ("v",), ("v_r", "v_z", "v_n")),
        NodeKind("add_r", ADD, ("s_r", "v_r"), ("z_r",)),
        NodeKind("sigmoid_r", SIGMOID, ("z_r",), ("r",)),
        NodeKind("add_z", ADD, ("s_z", "v_z"), ("z_z",)),
        NodeKind("sigmoid_z", SIGMOID, ("z_z",), ("z",)),
        NodeKind("reset", MULTIPLY, ("r", "v_n"), ("memory",)),
        NodeKind("add_n", ADD, ("s_n", "memory"), ("z_n",)),
        NodeKind("tanh_n", TANH, ("z_n",), ("n",)),
        NodeKind("one_minus", ONE_MINUS, ("z",), ("left",)),
        NodeKind("write", MULTIPLY, ("left", "n"), ("new",)),
        NodeKind("keep", MULTIPLY, ("z", "h_prev"), ("kept",)),
        NodeKind("add_h", ADD, ("new", "kept"), ("h",)),
    ),
    ("h",),
    (
        (
            Part("[s_r, s_z, s_n] = ", "split_x"),
            Part("x_t W_x", "matmul_x"),
            Part(" + b", "add_bias"),
            Part(r",\quad "),
            Part("[v_r, v_z, v_n] = ", "split_h"),
            Part("h_{t-1} W_h", "matmul_h"),
        ),
        (
            Part("r = "),
            Part(r"\sigma(", "sigmoid_r"),
            Part("s_r + v_r", "add_r"),
            Part(")", "sigmoid_r"),
            Part(r",\quad z = "),
            Part(r"\sigma(", "sigmoid_z"),
            Part("s_z + v_z", "add_z"),
            Part(")", "sigmoid_z"),
        ),
        (
            Part("n = "),
            Part(r"\tanh(", "tanh_n"),
            Part("s_n + ", "add_n"),
            Part(r"r \odot v_n", "reset"),
            Part(")", "tanh_n"),
        ),
        (
            Part("h_t = "),
            Part("(1 - z)", "one_minus"),
            Part(r" \odot n", "write"),
            Part(" + ", "add_h"),
            Part(r"z \odot h_{t-1}", "keep"),
        ),
    ),
)

CELL = Cell(
    name="gru",
    gates=("r", "z", "n"),
    states=("h",),
    step=gru_step,
    step_backward=gru_step_backward,
    carry=gru_carry,
    layer=TimeGRU,
    tick=tick,
    tape_numbers=5,  # h, the gates, and what the reset gate is multiplied with
    torch_order=(0, 1, 2),
    graph=GRAPH,
)
