"""Idea 5, the lag lab: the same network, text and seed; only T differs. Who learns?"""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.gradients import racing
from pages.ui.gradients.figures.race import Course, Level
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.lag import LagLab, LagPoint, lag_lab

LAG, LONG, SHORT = 8, 20, 4
MOST_LAG, MOST_T = 16, 40
ICONS = {
    "open": ":material/pending:",
    "learnt": ":material/check_circle:",
    "not_learnt": ":material/cancel:",
    "diverged": ":material/warning:",
}


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the sliders, the verdicts and the two curves."""
    values = {
        "lag": min(max(visit.value("lag", LAG), 1), MOST_LAG),
        "long": min(max(visit.value("long", LONG), 1), MOST_T),
        "short": min(max(visit.value("short", SHORT), 1), MOST_T),
        "seed": min(max(visit.value("seed", 0), 0), 9),
    }
    setup = lag_lab(values["lag"], (values["long"], values["short"]), values["seed"])
    training_name = "lag:" + ":".join(str(value) for value in values.values())
    under_way = training.buttons(visit, row, training_name, setup.run)
    for column, (name, most) in zip(
        st.columns(4),
        {"lag": MOST_LAG, "long": MOST_T, "short": MOST_T, "seed": 9}.items(),
        strict=True,
    ):
        with column:
            least = 0 if name == "seed" else 1
            held.slider(visit, name, f"gradients.lag.{name}", values[name], least, most)
    training.poll(under_way, partial(_course, visit, setup, under_way, training_name))


def _course(
    visit: Session, setup: LagLab, under_way: SlicedTraining[LagPoint] | None, name: str
) -> None:
    t = visit.t
    points = under_way.points if under_way else []
    for column, (runner, config) in zip(st.columns(2), enumerate(setup.configs), strict=True):
        own = [point for point in points if point.point.runner == runner]
        column.markdown(_standing(visit, config.time_size, own, setup))
    course = Course(
        tuple(f"T = {config.time_size}" for config in setup.configs),
        setup.tokens,
        (
            Level(setup.floor, t("gradients.lag.floor", bits=f"{setup.floor:.3f}"), "floor"),
            Level(setup.without_memory, t("gradients.lag.without"), "rung"),
            Level(setup.learnt_below, t("gradients.lag.learnt_below"), "mark", "dot"),
        ),
        frame=_frame(setup),
    )
    going = under_way is not None and under_way.going
    shown = [point.point for point in points if point.point.step]
    racing.panels(visit, "lag", course, shown, going=going, revision=name)


def _frame(setup: LagLab) -> tuple[float, float]:
    """Where the question is decided: the floor, the no-memory line, and some room above."""
    gap = setup.without_memory - setup.floor
    return setup.floor - 0.2 * gap, setup.without_memory + 2.5 * gap


def _standing(visit: Session, time_size: int, points: list[LagPoint], setup: LagLab) -> str:
    t = visit.t
    reaches = "reaches" if setup.reaches(time_size) else "falls_short"
    need = t(f"gradients.lag.{reaches}", T=time_size, need=setup.lag)
    if not points:
        return need
    last = points[-1]
    said = t(
        f"gradients.lag.{last.verdict}",
        tokens=f"{last.point.tokens:,}",
        seconds=f"{last.point.seconds:.1f}",
        bits=f"{last.point.bits:.3f}",
    )
    if last.verdict == "not_learnt" and reaches == "reaches":
        need += " " + t("gradients.lag.not_enough")
    return f"{ICONS[last.verdict]} {said} {need}"
