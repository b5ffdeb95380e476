"""Gradients: how they vanish and explode on their way back, measured on the person's own run."""

from __future__ import annotations

from pages.ui.gradients import (
    book,
    cells,
    explosion,
    flow,
    horizons,
    ideas,
    jacobians,
    lag,
    questions,
    scales,
)
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header
from pages.ui.widgets.looked_into import source

SECTIONS = {
    "flow": flow.draw,
    "scales": scales.draw,
    "jacobians": jacobians.draw,
    "book": book.draw,
    "horizons": horizons.draw,
    "lag": lag.draw,
    "explosion": explosion.draw,
    "cells": cells.draw,
}


def draw(visit: Session) -> None:
    """The chosen idea: what to expect of it, its controls, and what was measured."""
    idea = ideas.chosen(visit)

    def begin() -> None:
        source(visit, live=idea == "flow")

    header.head(visit, begin)
    row = ideas.choose(visit, idea)
    header.problem(visit)
    questions.ask(visit, idea)
    SECTIONS[idea](visit, row)


if __name__ == "__main__":
    draw(session.current())
