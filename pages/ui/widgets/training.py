"""Small trainings that a page drives a slice at a time, so that it answers in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.visit.session import Session

P = TypeVar("P")
INTERVAL, SLICE = 0.5, 0.4
"""Seconds from one slice to the next, and how long one works at most, if a point is not longer."""


class Lab(Generic[P]):
    """An iterator of points under way. Whoever leaves the page stops it by not coming back."""

    def __init__(self, name: str, work: Iterator[P]) -> None:
        self.name = name
        self.points: list[P] = []
        self.going = True
        self._work = work

    def advance(self) -> None:
        """Work for a slice, at least until the next point."""
        end = monotonic() + SLICE
        while self.going and monotonic() < end:
            point = next(self._work, None)
            if point is None:
                self.going = False
            else:
                self.points.append(point)

    def stop(self) -> None:
        """Take what there is."""
        self.going = False


def known(visit: Session, name: str) -> Lab[P] | None:
    """The training of this name, if the visit has begun it."""
    return visit.labs.get(name)


def start(visit: Session, name: str, work: Iterator[P]) -> Lab[P]:
    """Begin one. A visit has one lab: it takes the place of all others."""
    begun = Lab(name, work)
    visit.labs = {name: begun}
    return begun


def buttons(
    visit: Session,
    desk: DeltaGenerator,
    name: str,
    begin: Callable[[], Iterator[P]],
    label: str | None = None,
    **held: int,
) -> Lab[P] | None:
    """Draw Train and Stop; return the training of this name, if one was begun.

    `label` is what the first button says; pressing it holds `held` for the page.
    """
    t = visit.t
    lab: Lab[P] | None = known(visit, name)
    going = lab is not None and lab.going

    def press() -> None:
        visit.hold(**held)
        start(visit, name, begin())

    desk.button(
        label or t("lab.train"),
        key="lab.train",
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Space",
        help=t("lab.train_help"),
        disabled=going,
        on_click=press,
    )
    desk.button(
        t("lab.stop"),
        key="lab.stop",
        icon=":material/stop:",
        shortcut="S",
        help=t("lab.stop_help"),
        disabled=not going,
        on_click=lab.stop if lab else None,
    )
    return lab


def follow(lab: Lab[P] | None, draw: Callable[[], None]) -> None:
    """Draw again after every slice until the training is over."""
    going = lab is not None and lab.going

    @st.fragment(run_every=INTERVAL if going else None)
    def slice_by_slice() -> None:
        draw()  # first, so that nothing on the screen is stale while the slice works
        if lab is not None:
            lab.advance()
        if going and lab is not None and not lab.going:
            st.rerun()  # the buttons outside must fit

    slice_by_slice()
