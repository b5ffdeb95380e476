"""What a screen reader says of the page's pictures: the numbers that are new at a stop."""

from __future__ import annotations

from pages.ui.cell.controls import stop_name
from pages.ui.cell.figures.scales import plain
from pages.ui.cell.view import CellView
from pages.ui.figures.mathematics import shape, spoken
from pages.ui.visit.i18n import Texts
from rnncore.cells import graph_of
from rnncore.cells.operations import d
from rnncore.probes.cell.tables import Table
from rnncore.shapes import Array


def graph(t: Texts, now: CellView) -> str:
    """Where one stands, and what is computed there."""
    wires, stop = now.hand.wires, now.stop
    if stop.phase == "forward":
        assert stop.node is not None
        new = [(wires[name].latex, wires[name].value) for name in stop.node.outputs]
    elif stop.phase == "backward":
        assert stop.node is not None
        sent = zip(stop.node.inputs, stop.node.sent, strict=True)
        new = [(d(wires[name].latex), part) for name, part in sent]
    elif stop.phase == "arrival":
        after = graph_of(now.cell).after
        new = [(d(wires[name].latex), wires[name].gradient) for name in after]
    else:
        new = [(w.latex, w.value) for w in wires.values() if w.role in ("input", "state")]
    said = "; ".join(_numbers(t, latex, values) for latex, values in new)
    return f"{t('cell.graph_alt')} {stop_name(t, now.stops, now.at)}. {said}"


def table(t: Texts, drawn: Table) -> str:
    """The result of an equation, or everything where nothing is computed."""
    results = [block for block in drawn.blocks if block.part == "result"]
    shown = results or [block for block in drawn.blocks if block.name]
    return "; ".join(_numbers(t, block.name, block.numbers) for block in shown)


def _numbers(t: Texts, latex: str, values: Array) -> str:
    """A row number by number; of a matrix, between which numbers it lies."""
    name = spoken(latex)
    if values.ndim < 2 or values.shape[0] == 1:
        return f"{name} = {', '.join(plain(float(value)) for value in values.ravel())}"
    low, high = (plain(float(value)) for value in (values.min(), values.max()))
    return t("cell.says_matrix", name=name, shape=shape(values.shape), low=low, high=high)
