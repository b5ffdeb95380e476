"""Predict, then check: the lesson's two questions, each with a button that sets the controls."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import streamlit as st

from pages.ui.bptt.controls import Steering
from pages.ui.bptt.stateful import Pair, latest
from pages.ui.inspected.subject import Subject
from pages.ui.visit.session import Session
from pages.ui.widgets import lesson
from rnncore.errors import RnnError
from rnncore.probes.minibatches.rows import rows

# At T = 6 and N = 4 an epoch has four updates: update 6 is the second one of the second epoch.
DEEDS: dict[str, dict[str, int | None]] = {
    "one_tick": {"T": 1, "N": None, "carry": None, "update": 4, "pair": 1},
    "second_epoch": {"T": None, "N": None, "carry": None, "update": 6},
}
"""In the order of the questions: what a check sets, None being the default."""


def draw(visit: Session, now: Steering, subject: Subject) -> None:
    """Draw the questions, and below the one that was checked last what was measured."""
    t = visit.t
    asked = visit.value("asked", "")
    st.subheader(t("bptt.questions.title"), anchor=False)
    questions = lesson.questions(visit.language, "bptt")
    for question, (name, deed) in zip(questions, DEEDS.items(), strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("bptt.questions.check"),
                key=f"bptt.check.{name}",
                help=t(f"bptt.questions.{name}_help"),
                on_click=partial(visit.set_values, **deed, asked=name),
            )
            st.markdown(question, width="stretch")
        if asked == name:
            with suppress(RnnError):  # the pictures above say it
                st.info(_answer(visit, name, now, subject), icon=":material/lightbulb:")


def _answer(visit: Session, name: str, now: Steering, subject: Subject) -> str:
    t = visit.t
    if name == "second_epoch":
        read = rows(now.shown, now.streams, now.time_size, "book", now.update)
        return t(
            f"bptt.questions.second_epoch_{'answer' if read.foreign else 'own'}",
            foreign=read.foreign,
            total=now.streams * now.time_size,
        )
    both = latest(Pair(subject, 1).points(visit) or [])
    if both is None:
        return t("bptt.questions.one_tick_going")
    on, off = both
    answer = "yes" if on.carried < off.fresh else "no"
    return t(
        f"bptt.questions.one_tick_{answer}", carried=f"{on.carried:.3g}", fresh=f"{off.fresh:.3g}"
    )
