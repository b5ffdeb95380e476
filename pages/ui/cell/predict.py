"""Two questions to answer before looking: each has a button that sets the controls to see."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from pages.ui import lesson
from pages.ui.cell.looking import Look
from pages.ui.figures.cell_scales import plain
from pages.ui.session import Session


def predict(visit: Session, now: Look) -> None:
    """Draw the questions, and the measured answer of the one that was checked last."""
    t = visit.t
    st.divider()
    st.markdown(f"**{t('cell.predict.title')}**")
    deeds = (_saturated(now), _last_tick(now))
    answers = (_gate_answer(visit, now), _cut_answer(visit, now))
    asked = visit.held("asked", 0)
    for i, question in enumerate(lesson.questions(visit.language, "cell"), 1):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("cell.predict.check"),
                key=f"cell.predict.{i}",
                help=t("cell.predict.check_help"),
                on_click=partial(visit.hold, asked=i, **deeds[i - 1]),
            )
            st.markdown(question, width="stretch")
        if asked == i:
            st.info(answers[i - 1], icon=":material/lightbulb:")


def _saturated(now: Look) -> dict[str, int | str]:
    """Show the unit nearest to +1 or -1 among the others, where its gradient leaves tanh."""
    h = np.abs(now.whole.wires["h"].value[0])
    units = [int(np.argmax(h)), *(u for u in now.shown.units if u != int(np.argmax(h)))][:4]
    forward = [node.name for node in now.whole.nodes]
    last = max(i for i, node in enumerate(now.whole.nodes) if node.symbol == "tanh")
    at = 2 * len(forward) + 1 - last
    return {"units": ",".join(str(unit) for unit in units), "focus": 0, "at": at}


def _last_tick(now: Look) -> dict[str, int | str]:
    """Go to the window's last tick, where gradients arrive."""
    return {"tick": now.last_tick, "at": len(now.whole.nodes) + 1}


def _gate_answer(visit: Session, now: Look) -> str:
    tanh = max((n for n in now.hand.nodes if n.symbol == "tanh"), key=now.hand.nodes.index)
    y = float(now.hand.wires[tanh.outputs[0]].value[0, 0])
    return visit.t("cell.predict.answer_1", value=plain(y), share=f"{1 - y * y:.1%}")


def _cut_answer(visit: Session, now: Look) -> str:
    arriving = float(np.linalg.norm(now.whole.from_later[0]))
    own = float(np.linalg.norm(now.whole.from_loss))
    return visit.t("cell.predict.answer_2", later=plain(arriving), loss=plain(own))
