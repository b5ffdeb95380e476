"""Idea 6, the lag lab: the same network, text and seed; only T differs. Who learns?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.gradients import lag_seeds, racing
from pages.ui.gradients.figures.race import Course, Level
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.examples import finished, share
from rnncore.experiments.lag import LagLab, LagPoint, lag_lab
from rnncore.experiments.race import last_points
from rnncore.experiments.seeds import SEEDS

QUESTION = "gradients.predict.lag"
OPENING = 4
"""Points of the kept training that are shown while the question is open."""
MOST_LAG, MOST_T = 16, 40
SIGNS = {"open": "…", "learnt": "✓", "not_learnt": "✗", "diverged": "⚠"}
"""Before the word for each verdict: told apart by their shapes."""


class Pair(NamedTuple):
    """What is trained: a language, and two window lengths."""

    lag: int
    short: int
    long: int


FIRST, NEXT = Pair(4, 4, 5), Pair(8, 4, 16)
"""The pair that is asked about, and where one goes from there."""
KEPT = {FIRST: "lag", NEXT: "lag_8"}
"""Finished trainings of seed 0, of which one stands where nothing has been trained."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the sliders, the verdicts and the two curves."""
    pair, seed = _pair(visit), visit.within("seed", 0, 0, 9)
    many = visit.within("many", 0, 0, 1) == 1
    setup = _setup(pair, range(SEEDS) if many else (seed,))
    name = _name(pair, "many" if many else seed)
    reveals = QUESTION if pair == FIRST else None
    under_way = training.buttons(visit, row, name, setup.run, reveals=reveals)
    asked = pair == FIRST and not answered(visit, QUESTION)
    if not asked:
        _lead(visit, row, pair)
    *columns, last = st.columns(4)
    for column, (control, most) in zip(
        columns, {"lag": MOST_LAG, "short": MOST_T, "long": MOST_T}.items(), strict=True
    ):
        with column:
            value = getattr(pair, control)
            held.slider(visit, control, f"gradients.lag.{control}", value, 1, most)
    with last:
        held.toggle(visit, "many", "gradients.lag.many", many)
        if not many:
            held.slider(visit, "seed", "gradients.lag.seed", seed, 0, 9)
    shown = None if asked else under_way
    if many:
        training.poll(under_way, partial(lag_seeds.course, visit, setup, shown))
    else:
        training.poll(under_way, partial(_course, visit, pair, setup, shown, name))


def stands(visit: Session) -> bool:
    """Whether the page has the settings that are asked about."""
    return _pair(visit) == FIRST


def answer(visit: Session) -> Answer:
    """Which of the two windows has learnt in the kept training."""
    setup = _setup(FIRST)
    learnt = {
        runner
        for runner, point in last_points(finished(KEPT[FIRST]).points).items()
        if setup.judged(point).verdict == "learnt"
    }
    option = {(): "neither", (0,): "short", (1,): "long"}.get(tuple(sorted(learnt)), "both")
    short, long = (share(f"lag.{FIRST.lag}.{T}") for T in (FIRST.short, FIRST.long))
    return Answer(option, {"short": str(short.true), "long": str(long.true), "of": str(long.of)})


def _pair(visit: Session) -> Pair:
    return Pair(
        visit.within("lag", FIRST.lag, 1, MOST_LAG),
        visit.within("short", FIRST.short, 1, MOST_T),
        visit.within("long", FIRST.long, 1, MOST_T),
    )


def _setup(pair: Pair, seeds: Sequence[int] = (0,)) -> LagLab:
    return lag_lab(pair.lag, (pair.short, pair.long), seeds)


def _name(pair: Pair, seed: int | str) -> str:
    return f"lag:{pair._asdict() | {'seed': seed}}"


def _lead(visit: Session, row: DeltaGenerator, pair: Pair) -> None:
    """A button that trains the next pair; from anywhere else one that leads back to the first."""
    to, words = (NEXT, "next") if pair == FIRST else (FIRST, "back")

    def press() -> None:
        away = {} if to == FIRST else to._asdict()
        visit.set_values(**{**dict.fromkeys((*Pair._fields, "seed", "many")), **away})
        if to == NEXT:
            training.start(visit, _name(NEXT, 0), _setup(NEXT).run())

    row.button(
        visit.t(f"gradients.lag.{words}", **to._asdict()),
        key="gradients.lag.lead",
        icon=":material/arrow_forward:" if to == NEXT else ":material/arrow_back:",
        help=visit.t(f"gradients.lag.{words}_help"),
        on_click=press,
    )


def nearest(pair: Pair) -> Pair:
    """The pair with a finished training that stands for this one: itself, if it has one."""
    return pair if pair in KEPT else min(KEPT, key=lambda kept: abs(kept.lag - pair.lag))


def _course(
    visit: Session,
    pair: Pair,
    setup: LagLab,
    under_way: SlicedTraining[LagPoint] | None,
    name: str,
) -> None:
    """Draw the verdicts, and the curves of the training, or of a finished one before its first
    point: of one that is asked about, no more than how it began."""
    t = visit.t
    points = under_way.points if under_way else []
    kept = not points
    drawn, note, opening = setup, None, False
    if kept:
        shown = nearest(pair)
        drawn, example = _setup(shown), finished(KEPT[shown])
        opening = shown == FIRST and not answered(visit, QUESTION)
        if opening:
            example = example.opening(OPENING)
        if shown != pair:
            words = "gradients.lag.other_opening" if opening else "gradients.lag.other"
            note = t(words, **shown._asdict())
        points = [drawn.judged(point) for point in example.points]
    told = [] if opening and not note else list(enumerate(setup.configs))
    for column, (runner, config) in zip(st.columns(2), told, strict=False):
        run = [point for point in points if point.point.runner == runner]
        column.markdown(_standing(visit, config.time_size, [] if note else run, setup))
    course = Course(
        tuple(f"T = {config.time_size}" for config in drawn.configs),
        drawn.tokens,
        (
            Level(drawn.floor, t("gradients.lag.floor", bits=f"{drawn.floor:.3f}"), "floor"),
            Level(drawn.without_memory, t("gradients.lag.without"), "rung"),
            Level(drawn.learnt_below, t("gradients.lag.learnt_below"), "mark", "dot"),
        ),
        band=(drawn.without_memory, drawn.without_memory + _gap(drawn)),
        frame=(drawn.floor - 0.2 * _gap(drawn), drawn.without_memory + 1.5 * _gap(drawn)),
    )
    going = under_way is not None and under_way.going
    racing.panels(
        visit,
        "lag",
        course,
        [point.point for point in points if point.point.step],
        going=going,
        revision=name,
        kept=kept,
        asked=opening,
        note=note,
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
