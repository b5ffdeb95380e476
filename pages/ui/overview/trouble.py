"""What to say when a run waits, rests or ends badly, and what to try then."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.ui.overview.transport import begin, send
from pages.ui.serving import server
from pages.ui.visit.session import Session
from pages.ui.widgets.offers import offer
from rnncore.errors import StoreError
from rnncore.runs.row import RunRow
from rnncore.runs.troubles import diverged_run


def trouble(visit: Session, run: RunRow | None, *, mine: bool) -> None:
    """Say what happened to a run that ended badly, and offer what to try where it is `mine`."""
    if run is None:
        return
    t = visit.t
    if mine and not visit.visitor.kept:
        st.info(t("transport.not_kept"), icon=":material/cookie:")
    if run.status == "finished" and run.reason == "diverged" and mine:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":material/warning: {t.explain(run.error or diverged_run())}")
            rate = visit.config.learning_rate
            with st.container(horizontal=True):
                offer(visit, "halve", partial(_restart, visit, run.id, learning_rate=rate / 2))
                if visit.config.max_grad_norm == 0:
                    offer(visit, "clip", partial(_restart, visit, run.id, max_grad_norm=1.0))
                offer(visit, "back", lambda: _back(visit, rate / 2))
    elif run.status == "lost":
        said = "lost" if mine else "lost_watched"
        st.warning(t(f"transport.{said}"), icon=":material/link_off:")
    elif run.status == "waiting" and (hindrance := server.hindrance()) is not None:
        st.warning(t.explain(hindrance), icon=":material/cloud_off:")
    elif run.status == "waiting" and run.reason == "own":
        said = "waits_for_own" if run.owner == visit.visitor.id else "waits_for_owner"
        st.info(t(f"transport.{said}"), icon=":material/hourglass_top:")
    elif run.status == "paused" and run.reason == "unwatched" and mine:
        st.info(t("transport.unwatched"), icon=":material/pause_circle:")
    elif run.error is not None and run.error["code"] == "checkpoint_textless":
        st.warning(t.explain(run.error), icon=":material/warning:")
    elif run.error is not None:
        st.error(t.explain(run.error), icon=":material/error:")
    for first, last in _gaps(run):
        st.info(t("transport.gap", first=first, last=last), icon=":material/power_off:")


def _gaps(run: RunRow) -> list[tuple[int, int]]:
    """Updates whose report was lost, in a power cut as a rule: (first, last)."""
    try:
        found = server.store().records_after(run.id, kinds=("gap",))
    except StoreError:  # said already
        return []
    return [(gap.payload["first"], gap.payload["last"]) for gap in found]


def _restart(visit: Session, diverged: str, **changes: Any) -> None:
    if visit.choose(**changes):
        begin(visit, "start", shown=diverged)


def _back(visit: Session, rate: float) -> None:
    """Go on from the last good state with a smaller rate."""
    if visit.choose(learning_rate=rate):
        send(visit, "set", {"setting": "learning_rate", "value": rate})
        send(visit, "resume")
