"""The computational graph of one tick of each cell: which value flows from where to where."""

from __future__ import annotations

from typing import NamedTuple

from rnncore.probes.operations import (
    ADD,
    ADD_BIAS,
    MATMUL,
    MULTIPLY,
    ONE_MINUS,
    SIGMOID,
    TANH,
    Operation,
    split,
)


class WireKind(NamedTuple):
    """A value that flows through the graph: how it is written and what its axes are.

    `axes` are letters of N, D, H and GH (all gates side by side). Its `role` is "input", "state",
    "weight", "inner" or "output".
    """

    latex: str
    axes: tuple[str, ...]
    role: str


class NodeKind(NamedTuple):
    """An operation on named wires."""

    name: str
    operation: Operation
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Part(NamedTuple):
    """A piece of the cell's equations, and the node that computes it."""

    latex: str
    node: str | None = None


class CellGraph(NamedTuple):
    """`nodes` stand in the order in which they are computed; `after` are the wires that leave the
    tick as its states, in the order of the reference cell. `equations` joined give the cell's
    formulas; the parts of the active node are the ones to highlight."""

    wires: dict[str, WireKind]
    nodes: tuple[NodeKind, ...]
    after: tuple[str, ...]
    equations: tuple[tuple[Part, ...], ...]


ONE, ALL = ("N", "H"), ("N", "GH")


def _inner(axes: tuple[str, ...], **latex: str) -> dict[str, WireKind]:
    return {name: WireKind(written, axes, "inner") for name, written in latex.items()}


ENTERING = {
    "x": WireKind("x_t", ("N", "D"), "input"),
    "h_prev": WireKind("h_{t-1}", ONE, "state"),
    "Wx": WireKind("W_x", ("D", "GH"), "weight"),
    "Wh": WireKind("W_h", ("H", "GH"), "weight"),
    "b": WireKind("b", ("GH",), "weight"),
}
H_OUT = {"h": WireKind("h_t", ONE, "output")}
MATMULS = (
    NodeKind("matmul_x", MATMUL, ("x", "Wx"), ("u",)),
    NodeKind("matmul_h", MATMUL, ("h_prev", "Wh"), ("v",)),
)
SUMS = (
    NodeKind("add", ADD, ("u", "v"), ("s",)),
    NodeKind("add_bias", ADD_BIAS, ("s", "b"), ("z",)),
)
AFFINE = (
    Part("x_t W_x", "matmul_x"),
    Part(" + ", "add"),
    Part("h_{t-1} W_h", "matmul_h"),
    Part(" + b", "add_bias"),
)

RNN = CellGraph(
    ENTERING | _inner(ALL, u="u", v="v", s="s", z="z") | H_OUT,
    (*MATMULS, *SUMS, NodeKind("tanh", TANH, ("z",), ("h",))),
    ("h",),
    ((Part("h_t = "), Part(r"\tanh(", "tanh"), *AFFINE, Part(")", "tanh")),),
)

LSTM = CellGraph(
    ENTERING
    | {"c_prev": WireKind("c_{t-1}", ONE, "state")}
    | _inner(ALL, u="u", v="v", s="s", z="z")
    | _inner(ONE, z_g="z_g", z_f="z_f", z_i="z_i", z_o="z_o", g="g", f="f", i="i", o="o")
    | _inner(ONE, kept="k", new="w", tanh_c="m")
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

GRU = CellGraph(
    ENTERING
    | _inner(ALL, u="u", v="v", s="s")
    | _inner(ONE, s_r="s_r", s_z="s_z", s_n="s_n", v_r="v_r", v_z="v_z", v_n="v_n")
    | _inner(ONE, z_r="z_r", z_z="z_z", z_n="z_n", r="r", z="z", n="n")
    | _inner(ONE, memory="m", left="y", new="w", kept="k")
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

GRAPHS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
