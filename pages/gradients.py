"""Gradients: how they vanish and explode on their way back, measured on the person's own run."""

from __future__ import annotations

from pages.ui import frame, session
from pages.ui.gradients import book, flow, horizons, ideas, jacobians
from pages.ui.source import source
from pages.ui.subject import subject

SECTIONS = {
    "flow": flow.draw,
    "jacobians": jacobians.draw,
    "book": book.draw,
    "horizons": horizons.draw,
}

visit = session.current()
visit.arrive("gradients")
frame.head(visit, "gradients", {}, lambda: source(visit, subject(visit)))
idea = ideas.chosen(visit)
desk = ideas.choose(visit, idea)
frame.problem(visit)
SECTIONS[idea](visit, desk)
visit.leave()
