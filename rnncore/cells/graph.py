"""What the computational graph of a tick is made of: which value flows from where to where."""

from __future__ import annotations

from typing import NamedTuple

from rnncore.cells.operations import ADD, ADD_BIAS, MATMUL, Operation


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


def inner(axes: tuple[str, ...], **latex: str) -> dict[str, WireKind]:
    """Wires between two nodes, all with these axes, and how each is written."""
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
