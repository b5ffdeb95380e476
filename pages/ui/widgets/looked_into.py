"""Which network a page looks into, in a line: the run's checkpoint, which one can choose, and
whether there are newer weights to look at."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.inspected.subject import kept, outdated, subject
from pages.ui.serving import server
from pages.ui.visit.i18n import Texts
from pages.ui.visit.numbers import written
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.settings import label
from rnncore.errors import StoreError
from rnncore.runs.checkpoints import BEST, MARK, Kept
from rnncore.runs.files import LATEST
from rnncore.runs.row import RunRow

SECONDS = 2.0
"""Between two looks at how far the run has come: calm, so that nobody is driven."""
WIDTH = 290
"""Pixels of the box in which a checkpoint is chosen."""


def source(visit: Session, *, live: bool = False) -> None:
    """Say whether it is the visit's run or an example, and where a run can be had.

    What is looked into stays as it is while the run trains on: a button offers what is newer, and
    says how much. Where the page follows the run by itself (`live`), there is nothing to offer. A
    run that has several checkpoints lets one choose.
    """
    t, run = visit.t, server.find_or_none(visit.run_id)
    if run is None:
        st.caption(t("source.example", step=f"{subject(visit).step:,}"), width="content")
        st.page_link(
            visit.pages["overview"],
            label=t("source.train"),
            help=t("source.train_help"),
            query_params=visit.link(visit.config),
        )
        return
    there = kept(visit) if subject(visit).source == "run" else []
    several = len(there) > 1
    if several:  # not in the fragment: an open list would be closed
        said = t("source.follow" if live else "source.look")
        st.caption(said, width="content", help=t("source.still"))
        _choose(visit, there)
        _pin(visit, run, there)

    @st.fragment(run_every=SECONDS)
    def standing() -> None:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            if not (live and subject(visit).source == "run"):
                _stands(visit, server.find_or_none(visit.run_id), several=several)
            elif not several:
                st.caption(t("source.live"), width="content")

    with st.container(width="content"):
        standing()


def which(t: Texts, one: Kept, step: int) -> str:
    """A checkpoint as a person reads it, `step` updates after the first."""
    if one.change is None:
        kind = one.name if one.name in (LATEST, BEST) else "stage"
        return t(f"source.names.{kind}", step=f"{step:,}")
    change = one.change
    old, new = (written(change[side]) for side in ("old", "new"))
    setting = label(t, str(change["setting"]))
    return t("source.names.mark", setting=setting, old=old, new=new, step=f"{step:,}")


def _choose(visit: Session, there: list[Kept]) -> None:
    found = subject(visit)
    # The one that is looked into stays at its update, whatever the run has written since.
    names = {
        one.name: which(visit.t, one, found.step if one.name == found.checkpoint else one.step or 0)
        for one in there
    }
    held.selectbox(
        visit,
        "checkpoint",
        "source.checkpoint",
        found.checkpoint,
        list(names),
        names.__getitem__,
        label_visibility="collapsed",
        width=WIDTH,
    )


def _pin(visit: Session, run: RunRow, there: list[Kept]) -> None:
    """Let who controls the run keep a mark for good: of others, the oldest go."""
    t, name = visit.t, subject(visit).checkpoint
    mark = next((one for one in there if one.name == name and name.startswith(MARK)), None)
    if mark is None or not _controls(visit, run):
        return

    def turn(pinned: bool) -> None:
        visit.act()
        try:
            server.store().checkpoints.pin(run.id, name, pinned)
        except StoreError as error:
            visit.problem = error

    st.button(
        t("source.unpin" if mark.pinned else "source.pin"),
        key="source.pin",
        icon=":material/keep_off:" if mark.pinned else ":material/keep:",
        type="tertiary",
        help=t("source.pin_help"),
        on_click=partial(turn, not mark.pinned),
    )


def _controls(visit: Session, run: RunRow) -> bool:
    try:
        return server.controls(visit.visitor.id, run)
    except StoreError:
        return False


def _stands(visit: Session, run: RunRow | None, *, several: bool) -> None:
    t, found, newer = visit.t, subject(visit), outdated(visit)
    of_run = found.source == "run"
    ahead = run.step - found.step if run and of_run and found.checkpoint == LATEST else 0
    name = "waiting" if not of_run else "ago" if newer and ahead > 0 else "run"
    if not several:
        said = t(f"source.{name}", step=f"{found.step:,}", ahead=f"{ahead:,}")
        st.caption(said, width="content", help=t("source.still"))
    elif name == "ago":
        st.caption(t("source.ahead", ahead=f"{ahead:,}"), width="content")
    if newer and st.button(
        t("source.newest"),
        key="source.newest",
        icon=":material/refresh:",
        type="tertiary",
        shortcut="U",
        help=t("source.newest_help"),
    ):
        subject(visit, newest=True)
        visit.run_again()
