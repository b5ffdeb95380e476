"""One tick of one stream, operation by operation: every value forward, every gradient backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.cells import CELLS, graph_of
from rnncore.cells.graph import Part
from rnncore.model import Rnnlm
from rnncore.probes.reading import Reading, carried_state, cell_weights, loss_gradients, read
from rnncore.shapes import Array, Ids, check_shape


class Wire(NamedTuple):
    """A value in the graph and the gradient of the loss with respect to it, of the same shape.

    L is the sum of the stream's losses in the window, in nats.
    """

    latex: str
    axes: tuple[str, ...]  # letters of N (here 1), D, H, GH
    role: str  # "input", "state", "weight", "inner" or "output"
    value: Array
    gradient: Array


class Node(NamedTuple):
    """An operation between wires.

    sent    what it sends back to each of its inputs: a wire's gradient is the sum of what its
            readers send it, and of what comes from outside the tick
    rests   of a MatMul in a selection (`by_hand`): what the units left out add to the product,
            and to the gradient sent to its first input; empty otherwise
    """

    name: str
    symbol: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    formula: str
    slopes: tuple[str, ...]  # one LaTeX formula for each input's gradient
    sent: tuple[Array, ...]
    rests: tuple[Array, ...] = ()


class CellTrace(NamedTuple):
    """`nodes` in the order of computing; backward they are walked in reverse.

    from_loss   dL/dh that comes from the loss of this very tick, (1, H)
    from_later  for every state of the cell what comes from the ticks after it, (1, H) each; zero
                at the window's last tick, where the link is cut
    """

    cell: str
    tick: int
    token: int  # the id that is read
    target: int  # the id that should be predicted
    wires: dict[str, Wire]
    nodes: tuple[Node, ...]
    equations: tuple[tuple[Part, ...], ...]
    from_loss: Array
    from_later: tuple[Array, ...]


class Place(NamedTuple):
    """One stream of a window read in float64, and what arrives at one of its ticks from above
    and from the right."""

    ids: Ids  # (T, 1)
    targets: Ids  # (T, 1)
    reading: Reading
    from_loss: Array
    from_later: tuple[Array, ...]


def place(model: Rnnlm, ids: Ids, targets: Ids, tick: int, stream: int) -> Place:
    """Read one stream of a window (T, N) and carry its later losses back to `tick`.

    The model's carried state is read, and left as it is.
    """
    check_shape("targets", targets, ids.shape, "(T, N)")
    cell = CELLS[model.config.cell]
    chosen = slice(stream, stream + 1)
    state = tuple(
        tuple(part[chosen] for part in layer)
        for layer in carried_state(model, ids.shape[1], "float64")
    )
    ids, targets = ids[:, chosen], targets[:, chosen]
    reading = read(model, ids, state=state, dtype="float64")
    own = loss_gradients(model, reading.hidden, targets)
    later = tuple(np.zeros_like(own[0]) for _ in cell.states)
    for t in range(len(ids) - 1, tick, -1):
        later = cell.carry(own[t] + later[0], *later[1:], reading.tapes[t][-1])
    return Place(ids, targets, reading, own[tick], later)


def cell_trace(model: Rnnlm, ids: Ids, targets: Ids, tick: int, stream: int = 0) -> CellTrace:
    """Everything that happens in the top layer's cell at one tick of one stream of a window.

    The gradients are this tick's part of the window's: the weights' gradients, summed over all
    ticks and streams and divided by T*N, are those of the update.
    Shapes   ids, targets (T, N), 0 <= tick < T, 0 <= stream < N; float64
    """
    at = place(model, ids, targets, tick, stream)
    graph = graph_of(model.config.cell)
    tape = at.reading.tapes[tick][-1]
    values = dict(zip(("Wx", "Wh", "b"), cell_weights(model, -1, "float64"), strict=True))
    values |= {
        name: getattr(tape, name)
        for name, kind in graph.wires.items()
        if kind.role in ("input", "state")
    }
    for node in graph.nodes:
        results = node.operation.forward(*(values[name] for name in node.inputs))
        values |= zip(node.outputs, results, strict=True)

    gradients = {name: np.zeros_like(value) for name, value in values.items()}
    for name, later in zip(graph.after, at.from_later, strict=True):
        gradients[name] += later
    gradients[graph.after[0]] += at.from_loss
    nodes: list[Node] = []
    for node in graph.nodes[::-1]:
        ins, outs = (tuple(values[name] for name in names) for names in (node.inputs, node.outputs))
        sent = node.operation.backward(tuple(gradients[name] for name in node.outputs), ins, outs)
        for name, part in zip(node.inputs, sent, strict=True):
            gradients[name] = gradients[name] + part
        written = [graph.wires[name].latex for name in (*node.inputs, *node.outputs)]
        formula, slopes = node.operation.formula(*written), node.operation.slopes(*written)
        symbol = node.operation.symbol
        nodes.append(Node(node.name, symbol, node.inputs, node.outputs, formula, slopes, sent))
    wires = {name: Wire(*kind, values[name], gradients[name]) for name, kind in graph.wires.items()}
    token, target = int(at.ids[tick, 0]), int(at.targets[tick, 0])
    return CellTrace(
        model.config.cell, tick, token, target, wires, tuple(nodes[::-1]), graph.equations,
        at.from_loss, at.from_later,
    )  # fmt: skip


def by_hand(
    trace: CellTrace, units: Sequence[int], inputs: Sequence[int], gate: int | None = None
) -> CellTrace:
    """The same tick, seen through a few units: small enough to check every product.

    Every axis H keeps `units`, GH the same units of every gate or of one `gate`, D the `inputs`.
    Elementwise operations stay complete. A product of matrices keeps the terms of what is shown,
    and says in `rests` what all others add:

        x[inputs] @ Wx[inputs, units] + rests[0] = u[units]
        du[units] @ Wx[inputs, units].T + rests[1] = what is sent to x[inputs]
    """
    H = trace.wires["h"].value.shape[1]
    gates = range(trace.wires["b"].value.shape[0] // H) if gate is None else [gate]
    chosen = {
        "N": [0],
        "D": list(inputs),
        "H": list(units),
        "GH": [gate * H + unit for gate in gates for unit in units],
    }

    def cut(array: Array, axes: tuple[str, ...]) -> Array:
        return array[np.ix_(*(chosen[axis] for axis in axes))]

    wires = {
        name: wire._replace(
            value=cut(wire.value, wire.axes), gradient=cut(wire.gradient, wire.axes)
        )
        for name, wire in trace.wires.items()
    }
    nodes = []
    for node in trace.nodes:
        sent = tuple(
            cut(part, trace.wires[name].axes)
            for name, part in zip(node.inputs, node.sent, strict=True)
        )
        rests: tuple[Array, ...] = ()
        if node.symbol == "MatMul":
            a, W, y = (trace.wires[name] for name in (*node.inputs, *node.outputs))
            rows, columns = chosen[W.axes[0]], chosen[W.axes[1]]
            other_rows = np.delete(np.arange(W.value.shape[0]), rows)
            other_columns = np.delete(np.arange(W.value.shape[1]), columns)
            rests = (
                a.value[:, other_rows] @ W.value[np.ix_(other_rows, columns)],
                y.gradient[:, other_columns] @ W.value[np.ix_(rows, other_columns)].T,
            )
        nodes.append(node._replace(sent=sent, rests=rests))
    return trace._replace(
        wires=wires,
        nodes=tuple(nodes),
        from_loss=cut(trace.from_loss, ("N", "H")),
        from_later=tuple(cut(part, ("N", "H")) for part in trace.from_later),
    )
