"""The arithmetic of one stop written out in numbers, as one would check it by hand."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from rnncore.cells import graph_of
from rnncore.cells.operations import Operation, d
from rnncore.probes.cell.steps import CellStep
from rnncore.probes.cell.trace import CellTrace, Node
from rnncore.shapes import Array

LONE = re.compile(r"^\((-[^()]*)\)$|(?<=\()\((-[^()]*)\)(?=\))")
"""A negative number in brackets that it does not need, for it stands alone or in others."""


class Written(NamedTuple):
    """One number of a result and the terms it is the sum of, in LaTeX.

    `others` is what all that is not shown adds, None where nothing is left out.
    """

    name: str
    terms: tuple[str, ...]
    others: float | None
    result: float


class Indices(NamedTuple):
    """Which numbers of the whole cell a trace by hand shows."""

    units: tuple[int, ...]
    inputs: tuple[int, ...]
    gate: int
    hidden_size: int

    def of(self, axis: str) -> tuple[int, ...]:
        """The indices along an axis, N, D, H or GH."""
        if axis == "GH":
            return tuple(self.gate * self.hidden_size + unit for unit in self.units)
        return {"N": (0,), "D": self.inputs, "H": self.units}[axis]


def number(value: float) -> str:
    """A number to three significant digits, as LaTeX or plain text."""
    size = abs(value)
    if size == 0:
        return "0"
    if size < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    decimals = max(0, min(5, 2 - int(np.floor(np.log10(size)))))
    return f"{value:.{decimals}f}"


def factor(value: float) -> str:
    """A number inside a formula: with powers of ten, and brackets where it is negative."""
    mantissa, e, exponent = number(value).partition("e")
    written = rf"{mantissa}\cdot10^{{{exponent}}}" if e else mantissa
    return f"({written})" if value < 0 else written


Group = tuple[Written, ...]


def written(trace: CellTrace, stop: CellStep, shown: Indices, focus: int) -> tuple[Group, ...]:
    """How the chosen number comes about, one group for each of the stop's tables.

    A group is one number; of a weight's gradient, where every number is a single product, the
    whole column, and where columns are only cut into gates, one number of each.

    `trace` is by hand, with one gate; `focus` counts the shown units (or inputs).
    """
    node = stop.node
    if stop.phase == "arrival":
        return _arrival(trace, shown, focus)
    if node is None:
        return ()
    if node.symbol == "split":
        return _split(trace, node, stop, shown, focus)
    if node.symbol == "MatMul":
        product = _product if stop.phase == "forward" else _product_backward
        return product(trace, node, shown, focus)
    return _elementwise(trace, node, stop, shown, focus)


def patterns(trace: CellTrace, node: Node) -> tuple[str, tuple[str, ...]]:
    """Right sides of a node's formula and of its inputs' gradients, where `@i` stands for its
    i-th wire, inputs before outputs, and d @i for that wire's gradient."""
    operation = _operation(trace, node)
    places = [f"@{i}" for i in range(len(node.inputs) + len(node.outputs))]
    sides = [operation.formula(*places), *operation.slopes(*places)]
    formula, *slopes = (side.partition(" = ")[2] for side in sides)
    return formula, tuple(slopes)


def _operation(trace: CellTrace, node: Node) -> Operation:
    return next(kind.operation for kind in graph_of(trace.cell).nodes if kind.name == node.name)


def _at(name: str, *indices: int) -> str:
    return f"{name}[{','.join(str(i) for i in indices)}]"


def _pick(array: Array, focus: int) -> float:
    line = array.ravel()
    return float(line[min(focus, line.size - 1)])


def _place(indices: tuple[int, ...], focus: int) -> int:
    return indices[min(focus, len(indices) - 1)]


def _times(a: float, b: float) -> str:
    return rf"{factor(a)} \cdot {factor(b)}"


def _arrival(trace: CellTrace, shown: Indices, focus: int) -> tuple[Group, ...]:
    made = []
    for name, later in zip(graph_of(trace.cell).after, trace.from_later, strict=True):
        parts = [trace.from_loss, later] if name == "h" else [later]
        values = [_pick(part, focus) for part in parts]
        label = _at(d(trace.wires[name].latex), _place(shown.units, focus))
        made.append((Written(label, tuple(factor(v) for v in values), None, sum(values)),))
    return tuple(made)


def _product(trace: CellTrace, node: Node, shown: Indices, focus: int) -> tuple[Group, ...]:
    a, W, y = (trace.wires[name] for name in (*node.inputs, *node.outputs))
    column = min(focus, W.value.shape[1] - 1)
    terms = tuple(_times(*pair) for pair in zip(a.value[0], W.value[:, column], strict=True))
    label = _at(y.latex, shown.of(W.axes[1])[column])
    return ((Written(label, terms, _pick(node.rests[0], column), _pick(y.value, column)),),)


def _product_backward(
    trace: CellTrace, node: Node, shown: Indices, focus: int
) -> tuple[Group, ...]:
    a, W, y = (trace.wires[name] for name in (*node.inputs, *node.outputs))
    rows, columns = shown.of(W.axes[0]), shown.of(W.axes[1])
    row, column = min(focus, len(rows) - 1), min(focus, len(columns) - 1)
    terms = tuple(_times(*pair) for pair in zip(y.gradient[0], W.value[row], strict=True))
    label = _at(d(a.latex), rows[row])
    to_input = Written(label, terms, _pick(node.rests[1], row), _pick(node.sent[0], row))
    to_weight = [
        Written(
            _at(d(W.latex), index, columns[column]),
            (_times(a.value[0, k], y.gradient[0, column]),),
            None,
            float(node.sent[1][k, column]),
        )
        for k, index in enumerate(rows)
    ]
    return (to_input,), tuple(to_weight)


def _split(
    trace: CellTrace, node: Node, stop: CellStep, shown: Indices, focus: int
) -> tuple[Group, ...]:
    unit = _place(shown.units, focus)
    whole = trace.wires[node.inputs[0]].latex
    made = []
    for gate, name in enumerate(node.outputs):
        wire = trace.wires[name]
        here, there = _at(wire.latex, unit), _at(whole, gate * shown.hidden_size + unit)
        if stop.phase == "forward":
            made.append(Written(here, (there,), None, _pick(wire.value, focus)))
        else:
            made.append(
                Written(
                    _at(d(whole), gate * shown.hidden_size + unit),
                    (_at(d(wire.latex), unit),),
                    None,
                    _pick(wire.gradient, focus),
                )
            )
    return (tuple(made),)


def _elementwise(
    trace: CellTrace, node: Node, stop: CellStep, shown: Indices, focus: int
) -> tuple[Group, ...]:
    wires = [trace.wires[name] for name in (*node.inputs, *node.outputs)]
    formula, slopes = patterns(trace, node)

    def filled(pattern: str) -> str:
        pattern = pattern.replace(r"\odot", r"\cdot").replace(r"\textstyle\sum_n ", "")
        for i, wire in enumerate(wires):
            pattern = pattern.replace(d(f"@{i}"), factor(_pick(wire.gradient, focus)))
            pattern = pattern.replace(f"@{i}", factor(_pick(wire.value, focus)))
        return LONE.sub(r"\1\2", pattern)

    if stop.phase == "forward":
        y = wires[-1]
        label = _at(y.latex, _place(shown.of(y.axes[-1]), focus))
        return ((Written(label, (filled(formula),), None, _pick(y.value, focus)),),)
    made = []
    for wire, slope, sent in zip(wires, slopes, node.sent, strict=False):
        label = _at(d(wire.latex), _place(shown.of(wire.axes[-1]), focus))
        made.append((Written(label, (filled(slope),), None, _pick(sent, focus)),))
    return tuple(made)
