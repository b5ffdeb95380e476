"""Several seeds of the same settings, trained on a page: the buttons, and the band they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.ui.visit.identity import check_may_read
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.training import SlicedTraining
from rnncore.config import Config
from rnncore.experiments import seeds as experiment
from rnncore.experiments.seeds import WHOLE, Course, Seeds
from rnncore.text.corpus import load_corpus
from rnncore.views import Ghost

FEWEST = 2
"""Seeds that make a band, and measurements."""
ASIDE = {"seed": 0, "temperature": 1.0, "pace": 0}
"""Settings that change nothing of what the seeds learn."""
Say = Callable[[Seeds, bool], str]
"""What is said of them, and whether they are still going on."""


@dataclass
class Drawn:
    """How many measurements the band has that is on the page."""

    spreads: int = 0


def band(visit: Session, config: Config, course: Course = WHOLE) -> Ghost | None:
    """The band of these settings, if their seeds have been trained on this page. Drawn once by
    whoever calls `seeds`: the page runs again when it has grown."""
    lab = _current(visit, config, course)
    found = None
    if lab is not None and lab.points:
        found = band_of(lab.points[-1], visit.t("seeds.name", n=lab.points[-1].runs))
    visit.page_state(Drawn).spreads = len(found.updates) if found else 0
    return found


def band_of(found: Seeds, name: str) -> Ghost | None:
    """Mean, best and worst as a curve; None before the first update has been measured."""
    if len(found.spreads) < FEWEST:
        return None
    updates, mean, low, high, _ = zip(*found.spreads, strict=True)
    return Ghost(name, updates, mean, low=low, high=high)


def seeds(
    visit: Session,
    config: Config,
    count: int,
    help_text: str,
    say: Say,
    course: Course = WHOLE,
) -> None:
    """Draw the button that trains `count` of them, and how far they are."""
    t = visit.t
    lab = _current(visit, config, course)

    def begin() -> None:
        check_may_read(visit.visitor, config.corpus)
        work = experiment.seeds(config, load_corpus(config), count, course)
        training.start(visit, _name(config, course), work)

    if lab is not None and lab.going:
        st.button(
            t("seeds.stop"),
            key="seeds.stop",
            icon=":material/stop:",
            help=t("seeds.stop_help"),
            on_click=lab.stop,
        )
    else:
        st.button(
            t("seeds.train", n=count or experiment.SEEDS),
            key="seeds.train",
            icon=":material/stacked_line_chart:",
            help=help_text,
            disabled=count < FEWEST,
            on_click=lambda: attempt(visit, begin),
        )
    if count < FEWEST:
        st.caption(t("seeds.too_large"))
    if lab is not None:
        training.poll(lab, lambda: _say(visit, lab, say))


def _say(visit: Session, lab: SlicedTraining[Seeds], say: Say) -> None:
    if not lab.points:
        return
    found = lab.points[-1]
    if len(found.spreads) < FEWEST:
        far = {"update": f"{found.updates:,}", "of": f"{found.of:,}"}
        st.caption(visit.t("seeds.beginning", n=found.runs, **far))
        return
    st.caption(say(found, lab.going))
    if len(found.spreads) > visit.page_state(Drawn).spreads:
        visit.run_again()  # the band is outside of what is drawn here


def _current(visit: Session, config: Config, course: Course) -> SlicedTraining[Seeds] | None:
    return training.current(visit, _name(config, course))


def _name(config: Config, course: Course) -> str:
    return f"seeds:{config.with_changes(**ASIDE).model_dump_json()}:{course}"
