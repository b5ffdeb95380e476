"""What the live panels of a visit show: a run that streams, or the network before training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import streamlit as st

from pages.ui.inspected.preview import preview
from pages.ui.live.panels import live_panels, opening, progress_of
from pages.ui.overview import seeds
from pages.ui.overview.earlier import Earlier, ghosts
from pages.ui.overview.transport import NextRuns, send
from pages.ui.serving import server
from pages.ui.streaming.operations import Op
from pages.ui.visit import session
from pages.ui.visit.identity import check_may_read
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import Callbacks, Feed
from rnncore.config import Config, live_settings
from rnncore.errors import RnnError, StoreError
from rnncore.experiments.contrast import ghost_of
from rnncore.runs.records import run_view
from rnncore.runs.row import RunRow
from rnncore.views import RunView

FALLBACK_SECONDS = 0.7
OVERLAP = 3
"""Batches that are sent again: the browser may miss one, and drawing twice changes nothing."""


class Scene(NamedTuple):
    """What is to be drawn: the frame, and what is known without a stream.

    revision    the run's id, that of the run to come before it begins: a new one begins anew
    true    whether it shows the present settings: false where nothing can be trained with them
    missing what of step 0 is left to the run: whole passages, everything, or nothing (None)
    awaited whether the run has yet to report its frame, which of a text says more than this one
    """

    run: RunView
    config: Config
    ops: list[Op]
    revision: str
    true: bool = True
    missing: Literal["passages", "everything"] | None = None
    awaited: bool = False


@dataclass
class Shown:
    """The config whose figures were drawn last, to fall back on."""

    config: Config | None = None


@dataclass
class Fallback:
    """How the figures of a browser are fed that cannot open the stream.

    needed    whether it is such a browser
    run_id    the run that was fed last, and
    cuts      where its records were cut, newest last
    batch     number of the last batch
    """

    needed: bool = False
    run_id: str = ""
    cuts: tuple[int, ...] = (0,)
    batch: int = 0


def scene(visit: Session, run: RunRow | None) -> Scene | None:
    """What the panels show now; None if nothing can be drawn, and visit.problem says why.

    A run is drawn in the frame it reported; before it has, and without one, the untrained network
    is measured here. If that cannot be done with these settings, the last that could stay.
    """
    shown = visit.state(Shown)
    config, true = run.config if run else visit.config, True
    frame: RunView | None = None
    try:
        if run:
            reported = server.store().records_after(run.id, kinds=("run",), limit=1)
            frame = run_view(reported[0].payload) if reported else None
            if frame is not None and shown.config != config:
                return Scene(frame, config, [], run.id)
        check_may_read(visit.visitor, config.corpus)
        first = preview(config)
    except RnnError as error:
        visit.problem = error
        if shown.config is None:
            return None
        config, true, frame = shown.config, False, None
        first = preview(config)
    shown.config = config
    revision = run.id if run else visit.state(NextRuns).id_of(config)
    drawn = opening(first)
    missing: Literal["passages", "everything"] | None = None
    if run is None and true and not first.whole:
        missing = "passages" if drawn else "everything"
    awaited = run is not None and true and frame is None and first.run.floor is None
    return Scene(frame or first.run, config, drawn, revision, true, missing, awaited)


def left_to_the_run(visit: Session, shown: Scene | None) -> None:
    """Say what will be measured after Start, where a link alone may not ask for it."""
    if shown is not None and shown.missing:
        st.caption(visit.t(f"preview.{shown.missing}"))


def panels(
    visit: Session, run: RunRow | None, drawn: Scene, before: list[Earlier], *, mine: bool
) -> None:
    """Draw the panels, fed by the run's stream, or by this page where that cannot be opened; the
    curves of the runs before lie beneath."""
    story = ghost_of(drawn.config)
    beneath = ghosts(before, drawn.config) + ((story,) if story else ())
    beneath += seeds.beneath(visit, drawn.config)
    epochs = server.epochs(run) if run else drawn.config.epochs
    # A run that was to go on makes more updates than it reported to be planned.
    view = drawn.run._replace(updates=drawn.run.updates * epochs // drawn.config.epochs)
    status, step, standing = (run.status, run.step, run.standing) if run else ("ready", 0, "")
    progress = progress_of(view, status, step, epochs, standing)
    settings = {name: getattr(visit.config, name) for name in live_settings()}
    callbacks = Callbacks(
        status=lambda: _note(visit),
        action=lambda: _act(visit),
        fallback=lambda: _fall_back(visit),
    )

    def draw(feed: Feed) -> bool:
        state = live_panels(
            view,
            progress,
            feed,
            visit.t,
            callbacks,
            settings,
            controlled=run is None or mine,
            ghosts=beneath,
        )
        return state.status is not None

    @st.fragment(run_every=FALLBACK_SECONDS)
    def feed_from_here(run: RunRow) -> None:
        if draw(_fed(visit, run, drawn, mine)):
            visit.run_again()  # the buttons outside must fit the new status

    @st.fragment(run_every=FALLBACK_SECONDS)
    def wait_for_frame(run: RunRow) -> None:
        if server.store().places(run.id, "run"):
            visit.run_again()

    if run and drawn.awaited:
        wait_for_frame(run)
    if run and visit.state(Fallback).needed:
        feed_from_here(run)
    else:
        stream = None if visit.state(Fallback).needed else f"live/{drawn.revision}"
        draw(Feed(drawn.revision, stream, drawn.ops))


def _fed(visit: Session, run: RunRow, drawn: Scene, mine: bool) -> Feed:
    """The next batch of operations, beginning a little before the last one ended."""
    fed = visit.state(Fallback)
    cuts = fed.cuts if fed.run_id == run.id else (0,)
    try:
        seq, ops = server.hub().records_since(run.id, cuts[0], keep=mine)
    except StoreError as error:
        visit.problem = error
        return Feed(drawn.revision, None, drawn.ops, cuts[-1], fed.batch)
    fed.run_id, fed.cuts = run.id, (*cuts, seq)[-OVERLAP:] if cuts != (0,) else (0, seq)
    fed.batch += 1
    return Feed(drawn.revision, None, [*drawn.ops, *ops], seq, fed.batch)


def _note(visit: Session) -> None:
    visit.from_widget = True


def _act(visit: Session) -> None:
    visit.from_widget = True
    if session.widget("live").action == "aim":
        send(visit, "aim")


def _fall_back(visit: Session) -> None:
    visit.from_widget = visit.state(Fallback).needed = True
