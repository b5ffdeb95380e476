"""The way through one tick: every operation forward, then every operation backward."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rnncore.cells import graph_of
from rnncore.probes.cell.trace import CellTrace, Node
from rnncore.shapes import Array

Phase = Literal["entry", "forward", "arrival", "backward"]


class CellStep(NamedTuple):
    """One stop on the way.

    entry     the inputs are there, nothing is computed
    forward   `node` computes its outputs
    arrival   gradients arrive: from the loss of the tick, and from the tick after it
    backward  `node` sends gradients to its inputs
    """

    phase: Phase
    node: Node | None = None


class Known(NamedTuple):
    """What is known at a stop: names of the wires that have their value, and for every wire that
    has received a gradient the sum of what came so far."""

    values: frozenset[str]
    gradients: dict[str, Array]


def walk(trace: CellTrace) -> tuple[CellStep, ...]:
    """All stops: 2 more than twice as many as there are operations."""
    forward = [CellStep("forward", node) for node in trace.nodes]
    backward = [CellStep("backward", node) for node in trace.nodes[::-1]]
    return (CellStep("entry"), *forward, CellStep("arrival"), *backward)


def known(trace: CellTrace, position: int) -> Known:
    """What is known after stop number `position`; at the last one every gradient is complete."""
    values = {name for name, wire in trace.wires.items() if wire.role not in ("inner", "output")}
    gradients: dict[str, Array] = {}

    def receive(name: str, part: Array) -> None:
        gradients[name] = gradients[name] + part if name in gradients else part

    for stop in walk(trace)[: position + 1]:
        if stop.phase == "arrival":
            for name, later in zip(graph_of(trace.cell).after, trace.from_later, strict=True):
                receive(name, later)
            receive("h", trace.from_loss)
        elif stop.node is not None and stop.phase == "forward":
            values |= set(stop.node.outputs)
        elif stop.node is not None:
            for name, part in zip(stop.node.inputs, stop.node.sent, strict=True):
                receive(name, part)
    return Known(frozenset(values), gradients)


def readers(trace: CellTrace, name: str) -> int:
    """How many parts the gradient of a wire is the sum of."""
    inside = sum(node.inputs.count(name) for node in trace.nodes)
    outside = 1 + (name == "h") if name in graph_of(trace.cell).after else 0
    return inside + outside
