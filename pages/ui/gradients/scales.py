"""Idea 2: three initial scales: the gradient fades, stays or explodes, until training sets it."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.gradients import reaching
from pages.ui.gradients.figures.race import Course
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.predictions import Answer
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.examples import Finished, finished, share
from rnncore.experiments.reach import FAR, Reach, ReachPoint, ReachRace
from rnncore.experiments.scales import MET, scales_race

NAME = "scales"


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the three before and after the same training."""
    race, untrained = _race()
    under_way = training.buttons(visit, row, NAME, race.run)
    untrained_share, met = share("scales.untrained"), share("scales.met")
    st.markdown(
        visit.t(
            "gradients.scales.sentence",
            untrained=untrained_share.true,
            met=met.true,
            of=met.of,
            d=FAR,
        )
    )
    training.poll(under_way, partial(_course, visit, race, untrained, finished(NAME), under_way))


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
) -> None:
    t = visit.t
    assert race.corpus.grammar is not None
    levels = (reaching.floor_line(t, race.corpus.grammar),)
    runners = tuple(
        t("gradients.scales.runner", scale=f"{config.recurrent_scale:g}") for config in race.configs
    )
    reaching.panels(
        visit,
        NAME,
        untrained,
        under_way,
        example,
        Course(runners, race.tokens, levels),
        revision=NAME,
    )


@st.cache_resource(show_spinner=False)
def _race() -> tuple[ReachRace, list[Reach]]:
    race = scales_race()
    return race, race.untrained()
