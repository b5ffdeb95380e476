"""One tick by hand against the reference step, the whole window's gradient, and bare arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS, graph_of
from rnncore.probes.cell.check import AGREEMENT, check_cell
from rnncore.probes.cell.trace import by_hand, cell_trace, place
from rnncore.shapes import Array
from tests.engine.models import D, H, N, T, assert_close
from tests.probes.tools import DRAWN, copied, same, standing_model, window

cells = pytest.mark.parametrize("cell", DRAWN)
TICK, STREAM = 2, 1


@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_it_is_the_reference_step_and_its_backward(cell: str, layers: int) -> None:
    model, (xs, ts) = standing_model(cell, layers=layers), window()
    before = copied(model.state)
    trace = cell_trace(model, xs, ts, TICK, STREAM)
    assert same(model.state, before)
    values = {name: wire.value for name, wire in trace.wires.items()}
    reference = CELLS[cell]
    states = [values[f"{state}_prev"] for state in reference.states]
    weights = (values["Wx"], values["Wh"], values["b"])
    *after, tape = reference.step(values["x"], *states, *weights)
    for state, expected in zip(reference.states, after, strict=True):
        np.testing.assert_array_equal(values[state], expected)

    dstates = (trace.from_loss + trace.from_later[0], *trace.from_later[1:])
    backward = reference.step_backward(*dstates, tape)
    entered = ("x", *(f"{state}_prev" for state in reference.states), "Wx", "Wh", "b")
    for name, expected in zip(entered, backward, strict=True):
        assert_close(trace.wires[name].gradient, expected, 1e-13, name)
    assert (trace.token, trace.target) == (xs[TICK, STREAM], ts[TICK, STREAM])


@cells
def test_all_ticks_and_streams_make_up_the_update(cell: str) -> None:
    model, (xs, ts) = standing_model(cell, layers=2), window(1)
    state = model.state
    sums = {name: np.zeros_like(model.parameters[f"cell.1.{name}"]) for name in ("Wx", "Wh", "b")}
    for tick in range(T):
        for stream in range(N):
            trace = cell_trace(model, xs, ts, tick, stream)
            for name, total in sums.items():
                total += trace.wires[name].gradient
    model.state = state
    model.forward(xs, ts)
    model.backward()
    for name, total in sums.items():
        assert_close(total / (T * N), model.parameters.gradient(f"cell.1.{name}"), 1e-10, name)


@cells
def test_every_value_and_gradient_has_the_shape_its_axes_say(cell: str) -> None:
    model, (xs, ts) = standing_model(cell), window()
    trace = cell_trace(model, xs, ts, TICK, STREAM)
    sizes = {"N": 1, "D": D, "H": H, "GH": len(CELLS[cell].gates) * H}
    for name, wire in trace.wires.items():
        shape = tuple(sizes[axis] for axis in wire.axes)
        assert wire.value.shape == wire.gradient.shape == shape, name


@cells
def test_the_graph_hangs_together(cell: str) -> None:
    """Everything a node reads is there before it, and everything is used and said."""
    graph = graph_of(cell)
    known = {name for name, kind in graph.wires.items() if kind.role not in ("inner", "output")}
    read: set[str] = set()
    for node in graph.nodes:
        assert set(node.inputs) <= known, node.name
        known |= set(node.outputs)
        read |= set(node.inputs)
    assert known == set(graph.wires)
    assert known - read <= set(graph.after)
    said = {part.node for equation in graph.equations for part in equation} - {None}
    assert said == {node.name for node in graph.nodes}


@cells
def test_what_readers_send_back_adds_up_to_the_gradient(cell: str) -> None:
    model, (xs, ts) = standing_model(cell), window()
    trace = cell_trace(model, xs, ts, TICK, STREAM)
    sums: dict[str, Array] = {name: np.zeros_like(w.value) for name, w in trace.wires.items()}
    for node in trace.nodes:
        assert len(node.slopes) == len(node.inputs) == len(node.sent)
        for name, part in zip(node.inputs, node.sent, strict=True):
            sums[name] += part
    sums["h"] += trace.from_loss
    for state, later in zip(CELLS[cell].states, trace.from_later, strict=True):
        sums[state] += later
    for name, total in sums.items():
        np.testing.assert_allclose(trace.wires[name].gradient, total, rtol=1e-12, atol=1e-15)


@cells
def test_at_the_windows_last_tick_nothing_comes_from_later(cell: str) -> None:
    model, (xs, ts) = standing_model(cell), window()
    trace = cell_trace(model, xs, ts, T - 1, 0)
    assert trace.from_loss.any()
    assert not any(part.any() for part in trace.from_later)


@cells
def test_a_few_units_can_be_checked_by_hand(cell: str) -> None:
    model, (xs, ts) = standing_model(cell), window()
    units, inputs = [8, 0, 3], [1, 6]
    whole = cell_trace(model, xs, ts, TICK, STREAM)
    trace = by_hand(whole, units, inputs)
    wires = trace.wires
    for node in trace.nodes:
        if node.symbol != "MatMul":
            assert node.rests == ()
            continue
        a, W, y = (wires[name] for name in (*node.inputs, *node.outputs))
        shown = range(a.value.shape[1])
        products = np.array([a.value[0, k] * W.value[k] for k in shown])
        np.testing.assert_allclose(products.sum(0) + node.rests[0][0], y.value[0], rtol=1e-12)
        for k in shown:
            back = float((y.gradient[0] * W.value[k]).sum()) + node.rests[1][0, k]
            assert node.sent[0][0, k] == pytest.approx(back, rel=1e-12)
            np.testing.assert_allclose(W.gradient[k], a.value[0, k] * y.gradient[0], rtol=1e-12)
    assert wires["h"].value[0].tolist() == whole.wires["h"].value[0, units].tolist()
    assert wires["x"].value[0].tolist() == whole.wires["x"].value[0, inputs].tolist()
    gates = len(CELLS[cell].gates)
    assert wires["Wx"].value.shape == (len(inputs), gates * len(units))
    last_gate = whole.wires["Wh"].value[np.ix_(units, [(gates - 1) * H + u for u in units])]
    np.testing.assert_array_equal(wires["Wh"].value[:, -len(units) :], last_gate)
    if cell == "rnn":
        np.testing.assert_array_equal(np.tanh(wires["z"].value), wires["h"].value)


def test_with_all_units_nothing_is_left_out() -> None:
    model, (xs, ts) = standing_model("lstm"), window()
    whole = cell_trace(model, xs, ts, TICK, STREAM)
    trace = by_hand(whole, range(H), range(D))
    for name, wire in trace.wires.items():
        np.testing.assert_array_equal(wire.value, whole.wires[name].value)
    assert not any(rest.any() for node in trace.nodes for rest in node.rests)


@cells
@pytest.mark.parametrize(("layers", "tick"), [(1, 0), (2, T - 1)])
def test_the_gradient_check_agrees(cell: str, layers: int, tick: int) -> None:
    model, (xs, ts) = standing_model(cell, layers=layers), window()
    before = copied(model.state)
    weights = model.parameters.values.copy()
    groups = check_cell(model, xs, ts, tick, STREAM, np.random.default_rng(0), entries=5)
    assert same(model.state, before)
    np.testing.assert_array_equal(model.parameters.values, weights)
    trace = cell_trace(model, xs, ts, tick, STREAM)
    states = CELLS[cell].states
    assert [g.name for g in groups] == ["Wx", "Wh", "b", "x", *(f"{s}_prev" for s in states)]
    for group in groups:
        assert group.error < AGREEMENT, group
        assert group.shape == trace.wires[group.name].gradient.shape
        assert len(group.entries) == 5
        for entry in group.entries:
            exact = trace.wires[group.name].gradient[entry.position]
            assert entry.analytic == pytest.approx(exact, rel=1e-10, abs=1e-14)


def test_the_gradient_check_notices_a_wrong_backward(monkeypatch: pytest.MonkeyPatch) -> None:
    right = CELLS["rnn"]

    def wrong(*arguments: object) -> tuple[Array, ...]:
        dx, dh_prev, dWx, dWh, db = right.step_backward(*arguments)
        return dx, dh_prev, dWx, dWh * 1.001, db

    monkeypatch.setitem(CELLS, "rnn", right._replace(step_backward=wrong))
    model, (xs, ts) = standing_model("rnn"), window()
    groups = check_cell(model, xs, ts, TICK, STREAM, np.random.default_rng(0))
    assert {group.name for group in groups if group.error > AGREEMENT} == {"Wh"}


def test_what_comes_from_later_is_what_the_ordinary_backward_brings() -> None:
    model, (xs, ts) = standing_model("gru"), window()
    at = place(model, xs, ts, TICK, STREAM)
    model.forward(xs, ts)
    model.backward()
    expected = model.hidden_gradients[TICK, STREAM] * T * N
    assert_close((at.from_loss + at.from_later[0])[0], expected, 1e-10)
