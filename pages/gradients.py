"""Gradients: how they vanish and explode on their way back, measured on the person's own run."""

from __future__ import annotations

from pages.ui.gradients import (
    book,
    cells,
    explosion,
    flow,
    horizons,
    jacobians,
    lag,
    scales,
)
from pages.ui.gradients.questions import QUESTIONS
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header, ideas, predictions
from pages.ui.widgets.looked_into import source
from rnncore.cells import CELLS

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
    idea = ideas.chosen(visit, SECTIONS)

    def begin() -> None:
        source(visit, live=idea == "flow")

    header.head(visit, begin)
    cells = " · ".join(visit.t.label("cell.names", cell) for cell in CELLS)
    row = ideas.choose(visit, SECTIONS, idea, cells=cells)
    header.problem(visit)
    predictions.ask(visit, idea, QUESTIONS[idea], visit)
    SECTIONS[idea](visit, row)


if __name__ == "__main__":
    draw(session.current())
