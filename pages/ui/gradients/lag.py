"""Idea 6, the lag lab: the same network, text and seed; only T differs. Who learns?"""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.gradients import lag_seeds, racing
from pages.ui.gradients.figures.race import Course, Level
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.examples import Finished, finished, share
from rnncore.experiments.lag import LagLab, LagPoint, lag_lab
from rnncore.experiments.race import last_points
from rnncore.experiments.seeds import SEEDS

QUESTION = "gradients.predict.lag"
OPENING = 4
"""Points of the kept training that are shown while the question is open."""
LAG, LONG, SHORT = 4, 5, 4
MOST_LAG, MOST_T = 16, 40
SIGNS = {"open": "…", "learnt": "✓", "not_learnt": "✗", "diverged": "⚠"}
"""Before the word for each verdict: told apart by their shapes."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the sliders, the verdicts and the two curves."""
    values = {
        "lag": visit.within("lag", LAG, 1, MOST_LAG),
        "long": visit.within("long", LONG, 1, MOST_T),
        "short": visit.within("short", SHORT, 1, MOST_T),
        "seed": visit.within("seed", 0, 0, 9),
    }
    many = visit.within("many", 0, 0, 1) == 1
    seeds = range(SEEDS) if many else (values["seed"],)
    setup = lag_lab(values["lag"], (values["short"], values["long"]), seeds)
    training_name = f"lag:{values | {'seed': 'many'} if many else values}"
    under_way = training.buttons(visit, row, training_name, setup.run)
    *columns, last = st.columns(4)
    for column, (name, most) in zip(
        columns, {"lag": MOST_LAG, "short": MOST_T, "long": MOST_T}.items(), strict=True
    ):
        with column:
            held.slider(visit, name, f"gradients.lag.{name}", values[name], 1, most)
    with last:
        held.toggle(visit, "many", "gradients.lag.many", many)
        if not many:
            held.slider(visit, "seed", "gradients.lag.seed", values["seed"], 0, 9)
    if many:
        training.poll(under_way, partial(lag_seeds.course, visit, setup, under_way))
        return
    opening = (LAG, LONG, SHORT, 0) == tuple(values.values())
    asked = opening and under_way is None and not answered(visit, QUESTION)
    example = finished("lag") if opening else None
    if example is not None and asked:
        example = example.opening(OPENING)
    training.poll(
        under_way, partial(_course, visit, setup, under_way, training_name, example, asked=asked)
    )


def answer(visit: Session) -> Answer:
    """Which of the two windows has learnt in the kept training."""
    setup = lag_lab(LAG, (SHORT, LONG))
    learnt = {
        runner
        for runner, point in last_points(finished("lag").points).items()
        if setup.judged(point).verdict == "learnt"
    }
    option = {(): "neither", (0,): "short", (1,): "long"}.get(tuple(sorted(learnt)), "both")
    short, long = share(f"lag.{LAG}.{SHORT}"), share(f"lag.{LAG}.{LONG}")
    return Answer(option, {"short": str(short.true), "long": str(long.true), "of": str(long.of)})


def _course(
    visit: Session,
    setup: LagLab,
    under_way: SlicedTraining[LagPoint] | None,
    name: str,
    example: Finished | None,
    *,
    asked: bool,
) -> None:
    t = visit.t
    points = under_way.points if under_way else []
    kept = [] if points or example is None else [setup.judged(point) for point in example.points]
    points = points or kept
    told = [] if asked else list(enumerate(setup.configs))
    for column, (runner, config) in zip(st.columns(2), told, strict=False):
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
        band=(setup.without_memory, setup.without_memory + _gap(setup)),
        frame=(setup.floor - 0.2 * _gap(setup), setup.without_memory + 1.5 * _gap(setup)),
    )
    going = under_way is not None and under_way.going
    shown = [point.point for point in points if point.point.step]
    racing.panels(
        visit, "lag", course, shown, going=going, revision=name, kept=bool(kept), asked=asked
    )


def _gap(setup: LagLab) -> float:
    """What the letter is worth, in bits per token."""
    return setup.without_memory - setup.floor


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
    if last.verdict == "learnt" and reaches == "falls_short":
        need += " " + t("gradients.lag.luck")
    if last.verdict == "not_learnt" and reaches == "reaches":
        need += " " + t("gradients.lag.not_enough")
    return f"{SIGNS[last.verdict]} {said} {need}"
