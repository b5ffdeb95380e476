"""Two questions to answer before looking: each has a button that sets the controls to see."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.cell.figures.scales import plain
from pages.ui.cell.view import CellView
from pages.ui.visit.session import Session
from pages.ui.widgets import questions
from pages.ui.widgets.header import section
from pages.ui.widgets.held import Value
from pages.ui.widgets.questions import Question
from rnncore.probes.cell.selection import SHOWN


def draw(visit: Session, now: CellView) -> None:
    """Draw the questions, and below the one that was checked last what was measured."""
    st.divider()
    section(visit.t("cell.questions.title"))
    questions.ask(
        visit,
        [
            Question("1", _saturated(now), lambda: _tanh_answer(visit, now)),
            Question("2", _last_tick(now), lambda: _cut_answer(visit, now)),
        ],
    )


def _saturated(now: CellView) -> dict[str, Value]:
    """Show the unit nearest to +1 or -1 first, where its gradient leaves the last tanh."""
    last = max(i for i, node in enumerate(now.whole.nodes) if node.symbol == "tanh")
    y = now.whole.wires[now.whole.nodes[last].outputs[0]].value[0]
    nearest = int(np.argmax(np.abs(y)))
    units = [nearest, *(unit for unit in now.shown.units if unit != nearest)][:SHOWN]
    listed = ",".join(str(unit) for unit in units)
    return {"units": listed, "focus": 0, "at": 2 * len(now.whole.nodes) + 1 - last}


def _last_tick(now: CellView) -> dict[str, Value]:
    """Go to the window's last tick, where gradients arrive."""
    return {"tick": now.last_tick, "at": len(now.whole.nodes) + 1}


def _tanh_answer(visit: Session, now: CellView) -> str:
    tanh = [node for node in now.hand.nodes if node.symbol == "tanh"][-1]
    y = float(now.hand.wires[tanh.outputs[0]].value[0, 0])
    return visit.t("cell.questions.answer_1", value=plain(y), share=f"{1 - y * y:.1%}")


def _cut_answer(visit: Session, now: CellView) -> str:
    arriving = float(np.linalg.norm(now.whole.from_later[0]))
    own = float(np.linalg.norm(now.whole.from_loss))
    answer = "answer_2_open" if arriving else "answer_2"
    return visit.t(f"cell.questions.{answer}", later=plain(arriving), loss=plain(own))
