"""The page's controls: which cell, which token, which units, and the way through the tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from pages.ui.cell.view import CellView, drawn_cells
from pages.ui.figures.tokens import isolated
from pages.ui.inspected.passage import STREAMS
from pages.ui.visit.i18n import Texts, literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.held import V
from pages.ui.widgets.looked_into import source
from rnncore.probes.cell.selection import SHOWN
from rnncore.probes.cell.steps import CellStep

UNSEEN = "\u2060"
"""A character without width (word joiner)."""
WORDS = {
    "MatMul": "matmul",
    "+": "add",
    "×": "multiply",
    "tanh": "tanh",
    "σ": "sigmoid",
    "1 −": "one_minus",
    "split": "split",
}
"""Symbols of operations as they are spelled in keys."""


def network_caption(visit: Session, now: CellView) -> None:
    """Say which network the page looks into."""
    if now.cell == now.own:
        source(visit)
        return
    t, step = visit.t, f"{now.subject.step:,}"
    if now.own in drawn_cells():
        st.caption(t("cell.other", step=step), width="content")
    else:
        own, shown = (t.label("cell.names", cell) for cell in (now.own, now.cell))
        st.caption(t("cell.undrawn", own=own, cell=shown, step=step), width="content")


def token_row(visit: Session, now: CellView) -> None:
    """Where in the text the tick is."""
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        names = _told_apart([literal(isolated(token)) for token in now.tokens[:-1]])
        _segments(visit, "tick", range(len(names)), now.tick, names.__getitem__)
        held.button(
            visit,
            "stretch",
            "cell.controls.stretch",
            {"stretch": (now.stretch + 1) % STREAMS, "tick": None},
            icon=":material/shuffle:",
            type="tertiary",
        )
        st.markdown(
            t(
                "cell.reads",
                token=literal(isolated(now.tokens[now.tick])),
                target=literal(isolated(now.tokens[now.tick + 1])),
                probability=f"{now.probability:.1%}",
            ),
            width="content",
        )


def step_row(visit: Session, now: CellView) -> None:
    """The cell; first, back, next, and the slider over all stops."""
    t, at, last = visit.t, now.at, len(now.stops) - 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _segments(visit, "cell", drawn_cells(), now.cell, partial(t.label, "cell.names"))
        _go(visit, "first", "first_page", "0", 0, at == 0)
        _go(visit, "back", "chevron_left", "B", at - 1, at == 0)
        _go(visit, "next", "chevron_right", "N", at + 1, at == last, primary=True)
        turn = len(now.whole.nodes) + 1
        _go(visit, "turn", "u_turn_left", "G", turn, at == turn)
        held.select_slider(
            visit,
            "at",
            "cell.controls.at",
            at,
            range(last + 1),
            lambda i: stop_name(t, now.stops, i),
            label_visibility="collapsed",
            width="stretch",
        )


def unit_row(visit: Session, now: CellView) -> None:
    """Which number is written out, and, where matrices hold several gates, of which one."""
    t, units, node = visit.t, now.shown.units, now.stop.node
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t("cell.controls.focus"), width="content")
        chosen = min(now.focus, len(units) - 1)
        _segments(visit, "focus", range(len(units)), chosen, lambda i: str(units[i]))
        _units(visit, now)  # before what comes and goes, so that it stays open
        wide = node is not None and now.hand.wires[node.outputs[-1]].axes[-1] == "GH"
        if now.gates and wide:
            st.caption(t("cell.controls.gate"), width="content")
            names = now.gates
            _segments(visit, "gate", range(len(names)), now.shown.gate, lambda i: names[i])
        st.caption(t("cell.scales"), help=t("cell.scales_help"), width="content")


def stop_name(t: Texts, stops: tuple[CellStep, ...], i: int) -> str:
    """A stop as the slider names it."""
    stop = stops[i]
    if stop.node is None:
        return t(f"cell.stops.{stop.phase}")
    count = len(stops) // 2 - 1
    number = i if stop.phase == "forward" else i - count - 1
    return t(f"cell.stops.{stop.phase}", i=number, n=count, what=stop.node.symbol)


def saying(t: Texts, stop: CellStep) -> str:
    """What happens at a stop, in a sentence."""
    if stop.node is None:
        return t(f"cell.say.{stop.phase}")
    return t(f"cell.say.{stop.phase}.{WORDS[stop.node.symbol]}")


def _told_apart(names: list[str]) -> list[str]:
    """Labels that look as before: Streamlit finds an option by its label, so none may recur."""
    return [name + UNSEEN * names[:i].count(name) for i, name in enumerate(names)]


def _units(visit: Session, now: CellView) -> None:
    t = visit.t
    with st.popover(t("cell.controls.units"), icon=":material/select_all:", type="tertiary"):
        st.markdown(t("cell.controls.units_help"))
        D = now.whole.wires["x"].value.shape[1]
        for name, chosen, count in (
            ("units", now.shown.units, now.shown.hidden_size),
            ("inputs", now.shown.inputs, D),
        ):
            held.several(visit, name, f"cell.controls.{name}_label", chosen, count, SHOWN)
        held.button(
            visit,
            "units_again",
            "cell.controls.units_again",
            {"units": None, "inputs": None},
        )


def _segments(
    visit: Session, name: str, options: Sequence[V], value: V, say: Callable[[V], str]
) -> None:
    held.segments(visit, name, f"cell.controls.{name}", value, options, say)


def _go(
    visit: Session, name: str, icon: str, key: str, at: int, off: bool, primary: bool = False
) -> None:
    held.button(
        visit,
        name,
        f"cell.controls.{name}",
        {"at": at},
        off=off,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        shortcut=key,
    )
