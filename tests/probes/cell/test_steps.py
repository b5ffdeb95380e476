"""The way through a tick: what is known at each stop, the tables of numbers, and the sums."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.probes.cell.arithmetic import Indices, Written, factor, number, written
from rnncore.probes.cell.selection import most_active
from rnncore.probes.cell.steps import known, readers, walk
from rnncore.probes.cell.tables import Table, tables
from rnncore.probes.cell.trace import CellTrace, by_hand, cell_trace
from rnncore.shapes import Array
from tests.engine.models import D, H
from tests.probes.tools import DRAWN, standing_model, window

cells = pytest.mark.parametrize("cell", DRAWN)
SHOWN = Indices((8, 0, 3), (1, 6), 0, H)
"""Units, inputs and the gate that the traces by hand show."""


def traces(cell: str, gate: int = 0) -> tuple[CellTrace, CellTrace]:
    """One tick whole, and by hand."""
    whole = cell_trace(standing_model(cell), *window(), 2, 1)
    return whole, by_hand(whole, SHOWN.units, SHOWN.inputs, gate)


@cells
def test_one_walks_forward_and_back_through_every_operation(cell: str) -> None:
    whole, _ = traces(cell)
    stops = walk(whole)
    names = [node.name for node in whole.nodes]
    turn = len(names) + 1
    assert [stop.phase for stop in stops[:2]] == ["entry", "forward"]
    assert stops[turn].phase == "arrival"
    assert [stop.node.name for stop in stops[1:turn] if stop.node] == names
    assert [stop.node.name for stop in stops[turn + 1 :] if stop.node] == names[::-1]


@cells
def test_what_is_known_grows_until_it_is_all(cell: str) -> None:
    whole, _ = traces(cell)
    stops = walk(whole)
    turn = len(whole.nodes) + 1
    assert known(whole, 0).values == {"x", "h_prev", "Wx", "Wh", "b"} | (
        {"c_prev"} if cell == "lstm" else set()
    )
    assert known(whole, turn - 1).gradients == {}
    assert known(whole, turn).values == set(whole.wires)
    np.testing.assert_allclose(
        known(whole, turn).gradients["h"], whole.from_loss + whole.from_later[0]
    )
    last = known(whole, len(stops) - 1)
    for name, wire in whole.wires.items():
        np.testing.assert_allclose(last.gradients[name], wire.gradient, rtol=1e-12, atol=1e-15)


def test_a_gradient_with_several_readers_is_their_sum() -> None:
    whole, _ = traces("gru")
    assert (readers(whole, "z"), readers(whole, "h_prev"), readers(whole, "u")) == (2, 2, 1)
    lstm, _ = traces("lstm")
    assert (readers(lstm, "c"), readers(lstm, "h"), readers(lstm, "g")) == (2, 2, 1)


def block(table: Table, part: str) -> Array:
    return next(block.numbers for block in table.blocks if block.part == part)


@cells
@pytest.mark.parametrize("gate", [0, -1])
def test_products_add_up_along_columns_and_rows(cell: str, gate: int) -> None:
    gate %= len(CELLS[cell].gates)
    shown = SHOWN._replace(gate=gate)
    whole, hand = traces(cell, gate)
    for stop in walk(hand):
        if stop.node is None or stop.node.symbol != "MatMul":
            continue
        made = tables(hand, stop, shown)
        if stop.phase == "forward":
            upright, W, others, result = (block.numbers for block in made[0].blocks)
            np.testing.assert_allclose((upright * W).sum(axis=0) + others[0], result[0])
            full = whole.wires[stop.node.outputs[0]].value[0, list(shown.of("GH"))]
            np.testing.assert_array_equal(result[0], full)
            assert made[0].columns == tuple(gate * H + unit for unit in SHOWN.units)
        else:
            to_input, to_weight = made
            dy, W, others, result = (block.numbers for block in to_input.blocks)
            np.testing.assert_allclose((dy * W).sum(axis=1) + others[:, 0], result[:, 0])
            assert to_input.along == "row"
            dy, upright, dW = (block.numbers for block in to_weight.blocks)
            np.testing.assert_allclose(upright * dy, dW)


@cells
def test_every_result_stands_in_a_table_and_is_written_out(cell: str) -> None:
    _, hand = traces(cell)
    for stop in walk(hand):
        made, sums = tables(hand, stop, SHOWN), written(hand, stop, SHOWN, 1)
        if stop.phase == "entry":
            assert sums == ()
            continue
        assert len(made) == len(sums)
        for table, group in zip(made, sums, strict=True):
            results = [b.numbers for b in table.blocks if b.part == "result"]
            assert all(any(entry.result in numbers for numbers in results) for entry in group)


@cells
@pytest.mark.parametrize("focus", [0, 2])
def test_what_is_written_out_is_true(cell: str, focus: int) -> None:
    """Whoever does the sum with the rounded numbers gets the result, as far as they go."""
    _, hand = traces(cell)
    for stop in walk(hand):
        if stop.node is not None and stop.node.symbol == "split":
            continue
        for group in written(hand, stop, SHOWN, focus):
            for entry in group:
                assert calculated(entry) == pytest.approx(entry.result, rel=0.03, abs=0.02)


def calculated(entry: Written) -> float:
    """The terms of a sum, read as LaTeX and computed."""
    total = entry.others or 0.0
    for term in entry.terms:
        term = re.sub(r"\^\{(-?\d+)\}", r"**(\1)", term)
        for latex, python in (
            (r"\cdot", "*"),
            (r"\tanh", "tanh"),
            (r"\sigma", "sigma"),
            ("^", "**"),
        ):
            term = term.replace(latex, python)
        known_names = {"tanh": math.tanh, "sigma": lambda z: 1 / (1 + math.exp(-z))}
        total += float(eval(term, {"__builtins__": {}}, known_names))  # noqa: S307 our own sums
    return total


def test_gates_are_cut_out_of_one_row() -> None:
    _, hand = traces("lstm")
    stop = next(stop for stop in walk(hand) if stop.node and stop.node.symbol == "split")
    (group,) = written(hand, stop, SHOWN, 0)
    assert [entry.name for entry in group] == ["z_g[8]", "z_f[8]", "z_i[8]", "z_o[8]"]
    assert [entry.terms for entry in group] == [(f"z[{gate * H + 8}]",) for gate in range(4)]


def test_at_the_turn_both_origins_stand_side_by_side() -> None:
    whole, hand = traces("rnn")
    (table,) = tables(hand, walk(hand)[6], SHOWN)
    np.testing.assert_array_equal(block(table, "loss"), whole.from_loss[:, SHOWN.units])
    np.testing.assert_array_equal(block(table, "later"), whole.from_later[0][:, SHOWN.units])
    np.testing.assert_allclose(block(table, "result"), hand.wires["h"].gradient)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (0.12345, "0.123"), (-12.345, "-12.3"), (0.00123, "0.00123"), (1234.5, "1234"),
     (0.000456, "4.56e-4"), (-1e-12, "-1.00e-12")],
)  # fmt: skip
def test_numbers_have_three_digits(value: float, said: str) -> None:
    assert number(value) == said


def test_negative_factors_have_brackets() -> None:
    assert factor(-0.5) == "(-0.500)"
    assert factor(4.56e-4) == r"4.56\cdot10^{-4}"


def test_units_that_move_most_are_shown_first() -> None:
    model, (xs, _) = standing_model("rnn"), window()
    hidden = model.twin().hidden_states(xs)
    units, inputs = most_active(model.twin(), xs)
    moving = np.argsort(-hidden.std(axis=(0, 1)))
    assert set(units) == set(moving[:4].tolist())
    assert units == tuple(sorted(units)) and len(inputs) == min(4, D)
