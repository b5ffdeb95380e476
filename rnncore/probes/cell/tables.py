"""The numbers of one stop, laid out as on paper: what is multiplied stands side by side."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from rnncore.cells import graph_of
from rnncore.cells.operations import d
from rnncore.probes.cell.arithmetic import Indices, patterns
from rnncore.probes.cell.steps import CellStep, readers
from rnncore.probes.cell.trace import CellTrace, Node
from rnncore.shapes import Array

GAP = 0.35
"""Between a sum and what it adds up, in cells."""


class Block(NamedTuple):
    """Numbers in a table.

    name     LaTeX; empty where `part` says all
    numbers  (rows, columns)
    kind     "value" or "gradient": which colour scale it is on
    part     "given", "others" (what the units left out add), "loss", "later" or "result"
    row, column  where its first number stands, in cells; rows count downwards
    label    where its name stands
    """

    name: str
    numbers: Array
    kind: Literal["value", "gradient"]
    part: Literal["given", "others", "loss", "later", "result"]
    row: float
    column: float
    label: Literal["left", "above", "below"] = "left"


class Table(NamedTuple):
    """Blocks that make up one equation.

    formula  the equation, in LaTeX
    columns  index of what stands in each column; rows likewise, where rows have a meaning
    adds     whether the result is one of several parts of a gradient
    along    what leads to one number of the result: its column, or its row
    """

    formula: str
    blocks: tuple[Block, ...]
    columns: tuple[int, ...]
    rows: tuple[int, ...] = ()
    adds: bool = False
    along: Literal["column", "row"] = "column"


def tables(trace: CellTrace, stop: CellStep, shown: Indices) -> tuple[Table, ...]:
    """What is computed at a stop: one table for each equation.

    `trace` is by hand, with one gate. A product of matrices forward is added up downwards, the
    one that sends a gradient to its first input from left to right, over the same matrix.
    """
    node = stop.node
    if stop.phase == "arrival":
        return _arrival(trace, shown)
    if node is None:
        return _entry(trace, shown)
    if node.symbol == "MatMul":
        if stop.phase == "forward":
            return (_product(trace, node, shown),)
        return _product_backward(trace, node, shown)
    if stop.phase == "forward":
        return (_elementwise(trace, node, shown),)
    return _elementwise_backward(trace, node, shown)


def _line(array: Array) -> Array:
    return array.reshape(1, -1)


def _entry(trace: CellTrace, shown: Indices) -> tuple[Table, ...]:
    entering = [w for w in trace.wires.values() if w.role in ("input", "state")]
    return tuple(
        Table(wire.latex, (Block(wire.latex, wire.value, "value", "given", 0, 0),),
              shown.of(wire.axes[-1]))
        for wire in entering
    )  # fmt: skip


def _arrival(trace: CellTrace, shown: Indices) -> tuple[Table, ...]:
    made = []
    for name, later in zip(graph_of(trace.cell).after, trace.from_later, strict=True):
        own = d(trace.wires[name].latex)
        parts = [Block("", later, "gradient", "later", 0, 0)]
        total = later
        if name == "h":
            parts.insert(0, Block("", trace.from_loss, "gradient", "loss", -1, 0))
            total = later + trace.from_loss
        parts.append(Block(own, total, "gradient", "result", 1 + GAP, 0))
        adds = name != "h"
        made.append(Table(own, tuple(parts), shown.units, adds=adds))
    return tuple(made)


def _product(trace: CellTrace, node: Node, shown: Indices) -> Table:
    a, W, y = (trace.wires[name] for name in (*node.inputs, *node.outputs))
    k = len(W.value)
    return Table(
        node.formula,
        (
            Block(rf"{a.latex}^\top", a.value.T, "value", "given", 0, -1.5, "above"),
            Block(W.latex, W.value, "value", "given", 0, 0, "above"),
            Block("", node.rests[0], "value", "others", k + GAP, 0),
            Block(y.latex, y.value, "value", "result", k + 1 + 2 * GAP, 0),
        ),
        shown.of(W.axes[1]),
        shown.of(W.axes[0]),
    )


def _product_backward(trace: CellTrace, node: Node, shown: Indices) -> tuple[Table, Table]:
    a, W, y = (trace.wires[name] for name in (*node.inputs, *node.outputs))
    n = W.value.shape[1]
    above = Block(d(y.latex), y.gradient, "gradient", "given", -1 - GAP, 0)
    columns, rows = shown.of(W.axes[1]), shown.of(W.axes[0])
    to_input = Table(
        node.slopes[0],
        (
            above,
            Block(W.latex, W.value, "value", "given", 0, 0),
            Block("", node.rests[1].T, "gradient", "others", 0, n + GAP, "above"),
            Block(
                rf"{d(a.latex)}^\top", node.sent[0].T, "gradient", "result",
                0, n + 1 + 2 * GAP, "above",
            ),
        ),
        columns,
        rows,
        readers(trace, node.inputs[0]) > 1,
        "row",
    )  # fmt: skip
    to_weight = Table(
        node.slopes[1],
        (
            above,
            Block(rf"{a.latex}^\top", a.value.T, "value", "given", 0, -1.5, "above"),
            Block(d(W.latex), node.sent[1], "gradient", "result", 0, 0, "below"),
        ),
        columns,
        rows,
    )
    return to_input, to_weight


def _elementwise(trace: CellTrace, node: Node, shown: Indices) -> Table:
    wires = [trace.wires[name] for name in (*node.inputs, *node.outputs)]
    count = len(node.inputs)
    if node.symbol == "split":  # its input shows one gate only; the pieces show all of them
        wires, count = wires[1:], 0
    blocks = [
        Block(wire.latex, _line(wire.value), "value", "given" if i < count else "result",
              i if i < count else i + (GAP if count else 0), 0)
        for i, wire in enumerate(wires)
    ]  # fmt: skip
    return Table(node.formula, tuple(blocks), shown.of(wires[-1].axes[-1]))


def _elementwise_backward(trace: CellTrace, node: Node, shown: Indices) -> tuple[Table, ...]:
    outs = [trace.wires[name] for name in node.outputs]
    if node.symbol == "split":
        blocks = [
            Block(d(wire.latex), wire.gradient, "gradient", "result", i, 0)
            for i, wire in enumerate(outs)
        ]
        return (Table(node.slopes[0], tuple(blocks), shown.units),)
    made = []
    right = patterns(trace, node)[1]
    for name, slope, sent, pattern in zip(node.inputs, node.slopes, node.sent, right, strict=True):
        wire = trace.wires[name]
        given = [Block(d(outs[0].latex), _line(outs[0].gradient), "gradient", "given", 0, 0)]
        pattern = pattern.replace(d(f"@{len(node.inputs)}"), "")
        for i, other in enumerate((*node.inputs, *node.outputs)):
            if f"@{i}" in pattern:
                used = trace.wires[other]
                row = len(given)
                given.append(Block(used.latex, _line(used.value), "value", "given", row, 0))
        result = Block(d(wire.latex), _line(sent), "gradient", "result", len(given) + GAP, 0)
        columns = shown.of(wire.axes[-1])
        made.append(Table(slope, (*given, result), columns, adds=readers(trace, name) > 1))
    return tuple(made)


def size(table: Table) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of what a table's blocks cover, in cells."""
    shapes = [(np.shape(block.numbers), block) for block in table.blocks]
    return (
        min(block.column for _, block in shapes),
        max(block.column + shape[1] for shape, block in shapes),
        min(block.row for _, block in shapes),
        max(block.row + shape[0] for shape, block in shapes),
    )
