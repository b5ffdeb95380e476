"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pages.ui.gradients import book, cells, explosion, flow, horizons, jacobians, lag, scales
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Prediction

QUESTIONS: dict[str, tuple[tuple[str, ...], Callable[[Session], Answer | None]]] = {
    "flow": (("much", "some", "little"), flow.answer),
    "scales": (("keep", "meet"), scales.answer),
    "jacobians": (("grows", "shrinks"), jacobians.answer),
    "book": (("grows", "shrinks"), book.answer),
    "horizons": (("farther", "equal", "nearer"), horizons.answer),
    "lag": (("both", "long", "neither"), lag.answer),
    "explosion": (("same", "slower", "diverges"), explosion.answer),
    "cells": (("all", "gated", "other"), cells.answer),
}
"""By idea: the answers to choose from, and who measures which one it is."""


def ask(visit: Session, idea: str) -> None:
    """Draw the idea's question; its link is that of the idea."""
    options, measure = QUESTIONS[idea]
    predictions.predict(
        visit,
        Prediction(f"gradients.predict.{idea}", options, partial(measure, visit), hides=True),
    )
