"""Small trainings that a page drives a slice at a time, so that it answers in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.session import Session

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


def buttons(
    visit: Session, desk: DeltaGenerator, name: str, begin: Callable[[], Iterator[P]]
) -> Lab[P] | None:
    """Draw Train and Stop; return the training of this name, if one was begun."""
    t = visit.t
    lab: Lab[P] | None = visit.labs.get(name)
    going = lab is not None and lab.going

    def start() -> None:
        visit.hold()
        # One lab a visit: a new one takes the place of all others.
        visit.labs = {name: Lab(name, begin())}

    desk.button(
        t("gradients.lab.train"),
        key="gradients.train",
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Space",
        help=t("gradients.lab.train_help"),
        disabled=going,
        on_click=start,
    )
    desk.button(
        t("gradients.lab.stop"),
        key="gradients.stop",
        icon=":material/stop:",
        shortcut="S",
        help=t("gradients.lab.stop_help"),
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
