"""Tune: sweeps over settings, watched while they run, brushed, altered, gone on with by hand."""

from __future__ import annotations

from functools import partial

from pages.ui.tune import form, influence, multiples, search, view
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header

SECTIONS = {
    "search": search.draw,
    "influence": influence.draw,
    "multiples": multiples.draw,
}


def draw(visit: Session) -> None:
    """The form of a new sweep, or the sweep that the address names."""
    row = view.opened(visit)
    header.head(visit, partial(view.begin, visit, row))
    header.problem(visit)
    if row is None:
        form.draw(visit)
        view.earlier(visit)
    else:
        view.draw(visit, row, SECTIONS)


if __name__ == "__main__":
    draw(session.current())
