"""The computational graph of one tick, with the numbers that flow through it so far."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Any, NamedTuple

import plotly.graph_objects as go

from pages.ui.cell.figures.layout import LAYOUTS, Layout, Point
from pages.ui.cell.figures.scales import Scales, heat
from pages.ui.figures.drawing import Drawing
from pages.ui.figures.mathematics import markup, shape
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import blank
from rnncore.cells.operations import d
from rnncore.probes.cell.steps import CellStep, Known
from rnncore.probes.cell.trace import CellTrace

BELOW = 0.04  # between a line and the numbers above and below it
APART = 0.035  # between numbers and their name
WIDTH = 1140  # of the graph, in pixels, on a common screen
NARROWEST = 1000  # at which its numbers still stand in their cells; cell.css keeps it
DIAMETERS = {"MatMul": 44, "split": 36, "tanh": 36}
DIAMETER = 30


class Edge(NamedTuple):
    """One line of the graph, from where a wire begins to one of its readers.

    style    "ahead" (not computed yet), "known", "active", "returned" (a gradient came back along
             it) or "returning" (it does so now)
    """

    wire: str
    reader: str
    points: tuple[Point, ...]
    style: str


def edges(trace: CellTrace, stop: CellStep, now: Known) -> list[Edge]:
    """All lines of the graph, as they stand at a stop."""
    layout = LAYOUTS[trace.cell]
    made = []
    for name in trace.wires:
        readers = [node.name for node in trace.nodes if name in node.inputs]
        if name in layout.ends and trace.wires[name].role == "output":
            readers.append("")
        for reader in readers:
            begin = _source(trace, layout, name)
            end = layout.nodes[reader] if reader else layout.ends[name]
            points = (begin, *layout.bends.get((name, reader), ()), end)
            made.append(Edge(name, reader, points, _style(name, reader, trace, stop, now)))
    return made


def figure(
    trace: CellTrace,
    sizes: dict[str, tuple[int, ...]],
    stop: CellStep,
    now: Known,
    scales: Scales,
    palette: Palette,
) -> go.Figure:
    """`trace` is by hand: its numbers are drawn, values above the lines, gradients below them.

    `sizes` are the whole shapes, said on every edge.
    Traces   edges:<style>, arrows, nodes (customdata: name), names, value:<wire>,
             gradient:<wire>
    """
    layout = LAYOUTS[trace.cell]
    left, right, bottom, top = layout.span
    drawn = blank(
        palette,
        xaxis={"visible": False, "range": [left, right], "fixedrange": True},
        yaxis={"visible": False, "range": [bottom, top], "fixedrange": True},
        height=layout.height,
        dragmode=False,
    )
    drawn.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    _draw_lines(drawn, trace, edges(trace, stop, now), palette)
    _draw_numbers(drawn, trace, now, scales, palette)
    _draw_nodes(drawn, trace, stop, now, palette)
    _draw_names(drawn, trace, sizes, now, palette)
    return drawn.finish()


def place(trace: CellTrace, stop: CellStep) -> float:
    """Where the active operation stands, as a share of the graph's width."""
    layout = LAYOUTS[trace.cell]
    left, right, _, _ = layout.span
    if stop.node is None:
        return 0.0 if stop.phase == "entry" else 1.0
    return (layout.nodes[stop.node.name][0] - left) / (right - left)


def _source(trace: CellTrace, layout: Layout, name: str) -> Point:
    for node in trace.nodes:
        if name in node.outputs:
            return layout.nodes[node.name]
    return layout.ends[name]


def _style(name: str, reader: str, trace: CellTrace, stop: CellStep, now: Known) -> str:
    if stop.phase in ("entry", "forward"):
        node = stop.node
        if node is not None and (reader == node.name or name in node.outputs):
            return "active"
        return "known" if name in now.values else "ahead"
    if stop.phase == "arrival":
        return "returning" if reader == "" else "known"
    assert stop.node is not None
    if reader == stop.node.name:
        return "returning"
    order = [node.name for node in trace.nodes]
    done = reader == "" or order.index(reader) > order.index(stop.node.name)
    return "returned" if done else "known"


def _draw_lines(drawn: Drawing, trace: CellTrace, lines: list[Edge], palette: Palette) -> None:
    styles: dict[str, dict[str, Any]] = {
        "ahead": {"color": palette.path, "width": 1, "dash": "dot"},
        "known": {"color": palette.faint, "width": 1.5},
        "returned": {"color": palette.gradient, "width": 1.2},
        "active": {"color": palette.accent, "width": 2.6},
        "returning": {"color": palette.gradient, "width": 2.6},
    }
    for style, line in styles.items():
        chosen = [edge for edge in lines if edge.style == style]
        xs: list[float | None] = []
        ys: list[float | None] = []
        for edge in chosen:
            xs += [point[0] for point in edge.points] + [None]
            ys += [point[1] for point in edge.points] + [None]
        if chosen:
            drawn.add_scatter(
                uid=f"edges:{style}", x=xs, y=ys, mode="lines", line=line, hoverinfo="skip"
            )
    sizes = {node.name: DIAMETERS.get(node.symbol, DIAMETER) for node in trace.nodes}
    layout = LAYOUTS[trace.cell]
    tips = [(_tip(edge, layout, sizes), styles[edge.style]["color"]) for edge in lines]
    drawn.add_scatter(
        uid="arrows",
        x=[tip[0] for tip, _ in tips],
        y=[tip[1] for tip, _ in tips],
        mode="markers",
        marker={
            "symbol": "triangle-up",
            "size": 8,
            "color": [colour for _, colour in tips],
            "angle": [tip[2] for tip, _ in tips],
            "line": {"width": 0},
        },
        hoverinfo="skip",
    )


def _tip(edge: Edge, layout: Layout, sizes: dict[str, int]) -> tuple[float, float, float]:
    """Where an arrow's head stands, right before the reader, and its angle from upright."""
    left, right, bottom, top = layout.span
    across, up = WIDTH / (right - left), layout.height / (top - bottom)
    (x0, y0), (x1, y1) = list(pairwise(edge.points))[-1]
    length = max(hypot((x1 - x0) * across, (y1 - y0) * up), 1e-9)
    far = 1 - (sizes[edge.reader] / 2 + 7 if edge.reader else 3) / length
    back = edge.style in ("returned", "returning")
    angle = degrees(atan2(x1 - x0, y1 - y0)) + (180 if back else 0)
    return x0 + (x1 - x0) * far, y0 + (y1 - y0) * far, angle


class Spots(NamedTuple):
    """Where a wire's numbers and names stand: upper left corners, and points with the side of
    theirs ("top" or "bottom") that the name is on.

    Numbers of a line stand above it, and their gradients below it; a weight's gradient stands at
    its right, and its name on the side away from the node that reads it.
    """

    value: Point
    gradient: Point
    name: tuple[float, float, str]
    gradient_name: tuple[float, float, str]


def spots(layout: Layout, trace: CellTrace, name: str, known: bool) -> Spots:
    """Places of wire `name`; its name moves up when its numbers are known."""
    wire = trace.wires[name]
    rows, columns = (1, *wire.value.shape)[-2:]
    width, height = layout.cell
    x, y = layout.strips[name]
    left = x - columns * width / 2
    if wire.role == "weight":
        reader = next(node.name for node in trace.nodes if name in node.inputs)
        beside = left + columns * width + 0.12
        top, bottom = y + rows * height / 2, y - rows * height / 2
        side = (top + APART, "top") if y > layout.nodes[reader][1] else (bottom - APART, "bottom")
        return Spots((left, top), (beside, top), (x, *side), (beside + columns * width / 2, *side))
    return Spots(
        (left, y + BELOW + height),
        (left, y - BELOW),
        (x, y + (BELOW + height + APART) * known, "top"),
        (x, y - BELOW - height - APART, "bottom"),
    )


def _draw_numbers(
    drawn: Drawing, trace: CellTrace, now: Known, scales: Scales, palette: Palette
) -> None:
    layout = LAYOUTS[trace.cell]
    size = 10 if layout.numbers else 0
    heats = []
    for name, wire in trace.wires.items():
        at = spots(layout, trace, name, name in now.values)
        parts = []
        if name in now.values:
            parts.append(("value", wire.value, at.value, scales.value, wire.latex))
        if name in now.gradients:
            sent = now.gradients[name]
            parts.append(("gradient", sent, at.gradient, scales.gradient, d(wire.latex)))
        for kind, numbers, corner, scale, latex in parts:
            matrix = numbers.reshape(-1, numbers.shape[-1])
            said = markup(latex)
            heats.append(
                heat(
                    f"{kind}:{name}", matrix, corner, layout.cell, scale, palette, said, size, True
                )
            )
    drawn.add_traces(heats)


def _draw_nodes(
    drawn: Drawing, trace: CellTrace, stop: CellStep, now: Known, palette: Palette
) -> None:
    layout = LAYOUTS[trace.cell]
    back = stop.phase in ("arrival", "backward")
    order = [node.name for node in trace.nodes]
    at = order.index(stop.node.name) if stop.node else -1
    fills, rims, inks = [], [], []
    for i, node in enumerate(trace.nodes):
        active = stop.node is not None and node.name == stop.node.name
        strong = palette.gradient if back else palette.accent
        known = set(node.outputs) <= now.values
        returned = stop.phase == "backward" and i > at
        fills.append(strong if active else palette.ground)
        rims.append(strong if active or returned else palette.faint if known else palette.path)
        inks.append(palette.ground if active else palette.text if known else palette.faint)
    drawn.add_scatter(
        uid="nodes",
        x=[layout.nodes[name][0] for name in order],
        y=[layout.nodes[name][1] for name in order],
        text=[node.symbol for node in trace.nodes],
        customdata=[[name] for name in order],
        mode="markers+text",
        textposition="middle center",
        textfont={"size": [10 if len(n.symbol) > 2 else 15 for n in trace.nodes], "color": inks},
        marker={
            "size": [DIAMETERS.get(node.symbol, DIAMETER) for node in trace.nodes],
            "color": fills,
            "opacity": 1,
            "line": {"color": rims, "width": 1.6},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        hovertemplate="%{text}<extra></extra>",
    )


def _draw_names(
    drawn: Drawing,
    trace: CellTrace,
    sizes: dict[str, tuple[int, ...]],
    now: Known,
    palette: Palette,
) -> None:
    """The name and the whole shape of every wire beside its numbers, and its gradient's name.

    One trace of texts: as many annotations would take a second to build.
    """
    layout = LAYOUTS[trace.cell]
    said = []
    for name, wire in trace.wires.items():
        known = name in now.values
        at = spots(layout, trace, name, known)
        small = f"<span style='font-size:10px;color:{palette.faint}'>{shape(sizes[name])}</span>"
        ink = palette.text if known else palette.faint
        said.append((at.name, f"{markup(wire.latex)} {small}", ink))
        if name in now.gradients:
            said.append((at.gradient_name, markup(d(wire.latex)), palette.gradient))
    drawn.add_scatter(
        uid="names",
        x=[x for (x, _, _), _, _ in said],
        y=[y for (_, y, _), _, _ in said],
        text=[text for _, text, _ in said],
        mode="text",
        textposition=[f"{side} center" for (_, _, side), _, _ in said],
        textfont={"size": 13, "color": [ink for _, _, ink in said]},
        cliponaxis=False,
        hoverinfo="skip",
    )
