"""What to predict of the stories before they are trained, and what was measured over seeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Prediction
from rnncore.experiments.examples import share
from rnncore.presets import preset_config

CLAIMS = {
    "t_too_short": ("stays", "t_too_short.stays"),
    "memorises": ("turns_up", "memorises.held_out_turns_up"),
    "rate_too_high": ("circles", "rate_too_high.circles"),
    "too_small": ("above", "too_small.stays_above"),
    "invents_names": ("few", "invents_names.new"),
}
"""By story: the answer that its claim is, and the claim."""
OPTIONS = {
    "t_too_short": ("passes", "stays", "sooner"),
    "memorises": ("falls", "rests", "turns_up"),
    "rate_too_high": ("faster", "circles", "diverges"),
    "too_small": ("slower", "above"),
    "invents_names": ("few", "half", "most"),
}


def ask(visit: Session) -> None:
    """Draw the questions of the stories, one at a time: at first that of the story on the page."""
    shown = (story for story in OPTIONS if preset_config(story) == visit.config)
    st.markdown(f"**{visit.t('predict.title')}**")
    predictions.one_of(
        visit,
        {
            story: Prediction(f"overview.predict.{story}", options, _measured(story))
            for story, options in OPTIONS.items()
        },
        next(shown, None),
    )


def _measured(story: str) -> Callable[[], Answer]:
    return partial(_answer, *CLAIMS[story])


def _answer(option: str, claim: str) -> Answer:
    found = share(claim)
    return Answer(option, {"true": str(found.true), "of": str(found.of)})
