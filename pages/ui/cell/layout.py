"""The figure side of the page: the graph, the formulas beside it, the tables and their sums."""

from __future__ import annotations

import streamlit as st

from pages.ui.cell import alternatives, controls, formula
from pages.ui.cell.figures import graph as cell_graph
from pages.ui.cell.figures import table as cell_table
from pages.ui.cell.figures.scales import scales
from pages.ui.cell.view import CellView
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.theme import palette
from rnncore.paths import assets_dir
from rnncore.probes.cell.arithmetic import written
from rnncore.probes.cell.steps import known
from rnncore.probes.cell.tables import Table, tables


def graph(visit: Session, now: CellView) -> None:
    """The computational graph."""
    drawn = cell_graph.figure(
        now.hand, now.sizes, now.stop, known(now.hand, now.at), scales(now.hand), palette()
    )
    st.html(assets_dir() / "css" / "cell.css")
    with st.container(key="cell-frame"):
        chart(
            drawn,
            key="cell.graph",
            name=alternatives.graph(visit.t, now),
            at=cell_graph.place(now.hand, now.stop),
            needs=cell_graph.NARROWEST,
            on_click=lambda node: _jump(visit, now, node[0]),
        )


def _jump(visit: Session, now: CellView, node: str) -> None:
    """A click on an operation goes to its stop, in the direction one is walking in."""
    backward = now.at > len(now.whole.nodes)
    for i, stop in enumerate(now.stops):
        if stop.node and stop.node.name == node and (stop.phase == "backward") == backward:
            visit.set_values(at=i)


def numbers(visit: Session, now: CellView) -> None:
    """Beside each other: the formulas, and the numbers of the active operation, each table with
    one of its numbers written out."""
    t, colours = visit.t, palette()
    words, numbers = st.columns([0.34, 0.66], gap="medium")
    with words, st.container(gap="xsmall"):
        st.latex(formula.equations(now.hand, now.stop, colours))
        st.markdown(controls.saying(t, now.stop))
        own = formula.step(now.stop, now.hand, colours)
        if own:
            st.latex(own)
    with numbers, st.container(gap="small"):
        scale = scales(now.hand)
        made = tables(now.hand, now.stop, now.shown)
        sums = written(now.hand, now.stop, now.shown, now.focus)
        if sums:
            controls.unit_row(visit, now)
        for i, table in enumerate(made):
            drawn = cell_table.figure(table, scale, now.focus, left_out(now, table), colours, t)
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                chart(
                    drawn, key=f"cell.table.{i}", name=alternatives.table(t, table), width="content"
                )
                if sums:
                    sum_ = formula.sums(sums[i], t("cell.table.rest"), table.adds)
                    st.latex(sum_, width="content")


def left_out(now: CellView, table: Table) -> int:
    """How many terms of a product are not shown one by one."""
    if not table.rows:
        return 0
    node = now.stop.node
    assert node is not None
    rows, columns = now.whole.wires[node.inputs[1]].value.shape
    if table.along == "row":
        return columns - len(table.columns)
    return rows - len(table.rows)
