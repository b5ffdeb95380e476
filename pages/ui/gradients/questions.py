"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from pages.ui.gradients import book, cells, explosion, flow, horizons, jacobians, lag, scales
from pages.ui.widgets.predictions import Question

QUESTIONS = {
    "flow": Question(("much", "some", "little"), flow.answer),
    "scales": Question(("keep", "meet"), scales.answer),
    "jacobians": Question(("grows", "shrinks"), jacobians.answer),
    "book": Question(("grows", "shrinks"), book.answer),
    "horizons": Question(("farther", "equal", "nearer"), horizons.answer),
    "lag": Question(("both", "long", "neither"), lag.answer, stands=lag.stands),
    "explosion": Question(("same", "slower", "diverges"), explosion.answer),
    "cells": Question(("all", "gated", "other"), cells.answer, stands=cells.stands),
}
"""By idea; the link of a question is that of its idea."""
