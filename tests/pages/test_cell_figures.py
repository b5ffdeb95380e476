"""Figures and formulas of one tick: what they hold at every stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pages.ui.cell.figures import check
from pages.ui.cell.figures import graph as cell_graph
from pages.ui.cell.figures import table as cell_table
from pages.ui.cell.figures.layout import LAYOUTS
from pages.ui.cell.figures.scales import plain, scales, short
from pages.ui.cell.formula import equations, step, sums
from pages.ui.figures.mathematics import markup
from pages.ui.figures.palette import LIGHT, PALETTES, Palette
from pages.ui.visit.i18n import texts
from rnncore.cells import graph_of
from rnncore.cells.operations import d
from rnncore.probes.cell.arithmetic import Indices, Written, written
from rnncore.probes.cell.check import CheckedEntry, GroupCheck
from rnncore.probes.cell.steps import known, walk
from rnncore.probes.cell.tables import tables
from rnncore.probes.cell.trace import CellTrace, by_hand, cell_trace
from tests.engine.models import H
from tests.probes.tools import DRAWN, standing_model, window

SAY = texts("en")
SHOWN = Indices((8, 0, 3), (1, 6), 0, H)
cells = pytest.mark.parametrize("cell", DRAWN)
themes = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


def traces(cell: str) -> tuple[CellTrace, CellTrace]:
    whole = cell_trace(standing_model(cell), *window(), 2, 1)
    return whole, by_hand(whole, SHOWN.units, SHOWN.inputs, 0)


def drawn_at(cell: str, position: int, palette: Palette = LIGHT) -> Any:
    whole, hand = traces(cell)
    sizes = {name: wire.value.shape for name, wire in whole.wires.items()}
    now, stop = known(hand, position), walk(hand)[position]
    return cell_graph.figure(hand, sizes, stop, now, scales(hand), palette)


def found(figure: Any) -> dict[str, Any]:
    return {trace.uid: trace for trace in figure.data}


# The graph


@cells
def test_every_part_of_a_graph_has_its_place_within_the_drawing(cell: str) -> None:
    layout, graph = LAYOUTS[cell], graph_of(cell)
    assert set(layout.nodes) == {node.name for node in graph.nodes}
    assert set(layout.strips) == set(graph.wires)
    outside = {name for name, kind in graph.wires.items() if kind.role != "inner"}
    assert set(layout.ends) == outside
    known_links = {(name, node.name) for node in graph.nodes for name in node.inputs}
    assert set(layout.bends) <= known_links
    left, right, bottom, top = layout.span
    for x, y in (*layout.nodes.values(), *layout.ends.values(), *layout.strips.values()):
        assert left < x < right and bottom < y < top


@cells
def test_numbers_fill_in_forward_and_then_backward(cell: str) -> None:
    whole, hand = traces(cell)
    count = len(whole.nodes)
    before = found(drawn_at(cell, 0))
    assert {uid for uid in before if uid.startswith("value:")} == {
        f"value:{name}" for name, wire in hand.wires.items() if wire.role not in ("inner", "output")
    }
    forward = found(drawn_at(cell, count))
    np.testing.assert_array_equal(forward["value:h"].z, hand.wires["h"].value)
    assert not any(uid.startswith("gradient:") for uid in forward)
    back = found(drawn_at(cell, 2 * count + 1))
    for name, wire in hand.wires.items():
        expected = wire.gradient.reshape(-1, wire.gradient.shape[-1])
        np.testing.assert_allclose(back[f"gradient:{name}"].z, expected)


@cells
def test_lines_say_what_is_active_and_what_came_back(cell: str) -> None:
    _, hand = traces(cell)
    stops = walk(hand)
    for position, stop in enumerate(stops):
        lines = cell_graph.edges(hand, stop, known(hand, position))
        styles = {(edge.wire, edge.reader): edge.style for edge in lines}
        if stop.phase == "forward" and stop.node is not None:
            assert all(styles[name, stop.node.name] == "active" for name in stop.node.inputs)
        if stop.phase == "backward" and stop.node is not None:
            returning = {edge for edge, style in styles.items() if style == "returning"}
            assert returning == {(name, stop.node.name) for name in stop.node.inputs}
    last = [edge.style for edge in cell_graph.edges(hand, stops[-1], known(hand, len(stops) - 1))]
    assert set(last) == {"returned", "returning"}


@themes
def test_every_edge_tells_its_whole_shape(palette: Palette) -> None:
    names = found(drawn_at("lstm", 3, palette))["names"].text
    assert any("<i>W</i><sub>h</sub>" in text and f"{H}×{4 * H}" in text for text in names)
    assert len(names) == len(graph_of("lstm").wires)


def test_operations_can_be_told_by_a_click() -> None:
    nodes = found(drawn_at("gru", 1))["nodes"]
    assert [name for (name,) in nodes.customdata] == [node.name for node in graph_of("gru").nodes]


# The tables


@cells
@themes
def test_a_table_shows_the_numbers_of_its_blocks(cell: str, palette: Palette) -> None:
    _, hand = traces(cell)
    for stop in walk(hand):
        for table in tables(hand, stop, SHOWN):
            drawn = cell_table.figure(table, scales(hand), 1, 5, palette, SAY)
            for trace, block in zip(drawn.data, table.blocks, strict=True):
                np.testing.assert_array_equal(trace.z, block.numbers)
                assert trace.text[0][0] == plain(block.numbers[0, 0])
            said = " ".join(note.text for note in drawn.layout.annotations)
            assert ("5 others" in said) == any(b.part == "others" for b in table.blocks)
            (frame,) = drawn.layout.shapes
            across = (frame.y0, frame.y1) if table.along == "row" else (frame.x0, frame.x1)
            assert across == (1, 2)


def test_values_and_gradients_have_a_scale_each() -> None:
    whole, _ = traces("lstm")
    largest = scales(whole)
    assert largest.value == max(np.abs(wire.value).max() for wire in whole.wires.values())
    assert largest.gradient == max(np.abs(wire.gradient).max() for wire in whole.wires.values())


def test_numbers_for_narrow_cells_are_short() -> None:
    said = [short(value) for value in (0.0, 1.234, -0.98, 0.0412, 0.00061)]
    assert said == ["0", "1.23", "−0.98", "0.041", "6e−4"]


def test_names_become_markup() -> None:
    assert markup("h_{t-1}") == "<i>h</i><sub>t−1</sub>"
    assert markup(d("W_x") + r"^\top") == "d<i>W</i><sub>x</sub><sup>⊤</sup>"
    with pytest.raises(ValueError, match="no name"):
        markup("a + b")


# The formulas


@cells
def test_the_active_term_is_marked_and_what_comes_is_faint(cell: str) -> None:
    _, hand = traces(cell)
    stops = walk(hand)
    for stop in stops[1 : len(hand.nodes) + 1]:
        assert stop.node is not None
        text = equations(hand, stop, LIGHT)
        parts = [p.latex for line in hand.equations for p in line if p.node == stop.node.name]
        for part in parts:
            marked = rf"\textcolor{{{LIGHT.accent}}}{{\boldsymbol{{{part}}}}}"
            assert marked in text.replace(r"\;", r"\quad")
        assert LIGHT.gradient not in text
    assert LIGHT.rung in equations(hand, stops[1], LIGHT)
    assert LIGHT.rung not in equations(hand, stops[-1], LIGHT)
    assert LIGHT.gradient in equations(hand, stops[-1], LIGHT)


def test_backward_says_every_gradient_that_is_sent() -> None:
    _, hand = traces("rnn")
    stops = walk(hand)
    assert stops[-1].node is not None
    assert all(slope in step(stops[-1], hand, LIGHT) for slope in stops[-1].node.slopes)
    assert step(stops[0], hand, LIGHT) == ""
    assert r"\partial L" in step(stops[6], hand, LIGHT)


def test_a_sum_ends_with_its_result_once() -> None:
    several = Written("u[0]", ("0.5 \\cdot 2.00", "0.1"), -0.2, 0.9)
    text = sums([several], "others", False)
    assert "u[0] &= 0.5" in text and "(-0.200)" in text and r"= \mathbf{0.900}" in text
    passed_on = Written("dx[0]", ("-0.0197",), None, -0.0197)
    text = sums([passed_on], "others", True)
    assert text.count("0.0197") == 1 and r"\mathrel{+}=" in text


def test_brackets_are_balanced_in_all_sums() -> None:
    for cell in DRAWN:
        _, hand = traces(cell)
        for stop in walk(hand):
            for group in written(hand, stop, SHOWN, 0):
                text = sums(group, "others", False)
                assert text.count("(") == text.count(")") and "((" not in text


# The check


def test_agreement_lies_on_the_diagonal() -> None:
    entry = CheckedEntry((0, 1), -0.25, -0.25)
    wrong = CheckedEntry((2,), 0.5, 0.25)
    groups = [
        GroupCheck("Wx", (3, 4), (entry,), CheckedEntry((), 1.0, 1.0), 1e-9),
        GroupCheck("b", (4,), (wrong,), CheckedEntry((), 1.0, 2.0), 0.3),
    ]
    assert [row.agrees for row in check.rows(groups)] == [True, False]
    assert check.rows(groups)[0].shape == "3×4"
    drawn = found(check.figure(groups, LIGHT, SAY))
    assert drawn["Wx"].x == drawn["Wx"].y and drawn["Wx"].customdata[0][0] == "0,1"
    assert drawn["b"].x[0] > drawn["b"].y[0] > 0
