"""Small trainings that a page drives a slice at a time, so that it answers in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions

P = TypeVar("P")
INTERVAL, SLICE = 0.5, 0.4
"""Seconds from one slice to the next, and how long one works at most, if a point is not longer."""
KEPT = 4
"""Trainings of a page that are there at a time."""


class SlicedTraining(Generic[P]):
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


@dataclass
class Current:
    """The training that a page drives, one at a time, and the newest of those that are over."""

    trainings: dict[str, SlicedTraining[Any]] = field(default_factory=dict)


def current(visit: Session, name: str) -> SlicedTraining[Any] | None:
    """The training of this name, if the visit has started it on this page."""
    return visit.page_state(Current).trainings.get(name)


def start(visit: Session, name: str, work: Iterator[P]) -> SlicedTraining[P]:
    """Start one; it takes the place of one that is under way, or that had this name."""
    there, started = visit.page_state(Current).trainings, SlicedTraining(name, work)
    over = [one for one in there.values() if not one.going and one.name != name]
    kept = [*over[1 - KEPT :], started]
    visit.page_state(Current).trainings = {one.name: one for one in kept}
    return started


def buttons(
    visit: Session,
    row: DeltaGenerator,
    name: str,
    begin: Callable[[], Iterator[P]],
    label: str | None = None,
    reveals: str | None = None,
    **values: int,
) -> SlicedTraining[P] | None:
    """Draw Train and Stop; return the training of this name, if one was started.

    `label` is what the first button says; pressing it sets the `values` of the page. `reveals` is
    the question that the training answers before all eyes: pressing is as "Show me".
    """
    t = visit.t
    lab: SlicedTraining[P] | None = current(visit, name)
    going = lab is not None and lab.going

    def press() -> None:
        visit.set_values(**values)
        if reveals:
            predictions.reveal(visit, reveals)
        start(visit, name, begin())

    row.button(
        label or t("lab.train"),
        key="lab.train",
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Space",
        help=t("lab.train_help"),
        disabled=going,
        on_click=press,
    )
    row.button(
        t("lab.stop"),
        key="lab.stop",
        icon=":material/stop:",
        shortcut="S",
        help=t("lab.stop_help"),
        disabled=not going,
        on_click=lab.stop if lab else None,
    )
    return lab


def poll(lab: SlicedTraining[P] | None, draw: Callable[[], None]) -> None:
    """Draw again after every slice until the training is over."""
    going = lab is not None and lab.going

    @st.fragment(run_every=INTERVAL if going else None)
    def slice_by_slice() -> None:
        draw()  # first, so that nothing on the screen is stale while the slice works
        if lab is not None:
            lab.advance()
        if going and lab is not None and not lab.going:
            session.current().run_again()  # the buttons outside must fit

    slice_by_slice()
