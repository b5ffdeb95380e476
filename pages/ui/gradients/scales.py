"""Idea 2: three initial scales: the gradient fades, stays or explodes, until training sets it."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.gradients import reaching
from pages.ui.gradients.figures.race import Course
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.examples import Finished, finished, share
from rnncore.experiments.reach import FAR, Reach, ReachPoint, ReachRace
from rnncore.experiments.scales import MET, scales_race

NAME = "scales"
QUESTION = "gradients.predict.scales"
OPENING = 3
"""Points of the kept training that are shown while the question is open."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the three before and after the same training."""
    race, untrained = _race()
    under_way = training.buttons(visit, row, NAME, race.run, reveals=QUESTION)
    asked = not answered(visit, QUESTION)
    untrained_share, met = share("scales.untrained"), share("scales.met")
    said = [visit.t("gradients.scales.sentence", untrained=untrained_share.true, of=met.of)]
    if not asked:
        said.append(visit.t("gradients.scales.met", met=met.true, of=met.of))
    st.markdown(" ".join(said))
    example = finished(NAME).opening(OPENING) if asked else finished(NAME)
    training.poll(
        under_way,
        partial(
            _course, visit, race, untrained, example, None if asked else under_way, asked=asked
        ),
    )


def answer(visit: Session) -> Answer:
    """Whether the three have met in the kept training."""
    before, after = (
        max(shares) / min(shares)
        for shares in (
            [reach.share for reach in _race()[1]],
            [reach.share for reach in finished(NAME).reaches.values()],
        )
    )
    values = {"before": amount(before), "after": amount(after), "d": str(FAR)}
    return Answer("meet" if after <= MET else "keep", values)


def _course(
    visit: Session,
    race: ReachRace,
    untrained: list[Reach],
    example: Finished,
    under_way: SlicedTraining[ReachPoint] | None,
    *,
    asked: bool,
) -> None:
    t = visit.t
    assert race.corpus.grammar is not None
    levels = (reaching.floor_line(t, race.corpus.grammar),)
    runners = tuple(
        t("gradients.scales.runner", scale=f"{config.recurrent_scale:g}") for config in race.configs
    )
    shown = reaching.standing(under_way, example)
    trained = shown.reaches if shown else {}
    if not asked:
        saturates = share("scales.saturates")
        steps = "; ".join(
            _step(t, label, before, trained.get(runner))
            for runner, (label, before) in enumerate(zip(runners, untrained, strict=True))
        )
        st.markdown(t("gradients.scales.steps", steps=steps, true=saturates.true, of=saturates.of))
    reaching.panels(
        visit,
        NAME,
        untrained,
        under_way,
        example,
        Course(runners, race.tokens, levels),
        revision=NAME,
        asked=asked,
    )


def _step(t: Texts, label: str, before: Reach, after: Reach | None) -> str:
    """What a step back is made of, before the training and after it."""
    assert before.step is not None
    slope, radius = (f"{value:.2f}" for value in before.step)
    if after is not None and after.step is not None:
        slope, radius = f"{slope} → {after.step.slope:.2f}", f"{radius} → {after.step.radius:.2f}"
    return t("gradients.scales.step", name=label, slope=slope, radius=radius)


@st.cache_resource(show_spinner=False)
def _race() -> tuple[ReachRace, list[Reach]]:
    race = scales_race()
    return race, race.untrained()
