"""Which network a page looks into, in a line, and whether there are newer weights to look at."""

from __future__ import annotations

import streamlit as st

from pages.ui.inspected.subject import outdated, subject
from pages.ui.serving import server
from pages.ui.visit.session import Session
from rnncore.runs.row import RunRow

SECONDS = 2.0
"""Between two looks at how far the run has come: calm, so that nobody is driven."""


def source(visit: Session, *, live: bool = False) -> None:
    """Say whether it is the visit's run or an example, and where a run can be had.

    What is looked into stays as it is while the run trains on: a button offers what is newer, and
    says how much. Where the page follows the run by itself (`live`), there is nothing to offer.
    """
    t = visit.t
    if server.find_or_none(visit.run_id) is None:
        st.caption(t("source.example", step=f"{subject(visit).step:,}"), width="content")
        st.page_link(
            visit.pages["overview"],
            label=t("source.train"),
            help=t("source.train_help"),
            query_params=visit.link(visit.config),
        )
        return

    @st.fragment(run_every=SECONDS)
    def standing() -> None:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            if live and subject(visit).source == "run":
                st.caption(t("source.live"), width="content")
            else:
                _stands(visit, server.find_or_none(visit.run_id))

    with st.container(width="content"):
        standing()


def _stands(visit: Session, run: RunRow | None) -> None:
    t, found, newer = visit.t, subject(visit), outdated(visit)
    of_run = found.source == "run"
    ahead = run.step - found.step if run and of_run else 0
    name = "waiting" if not of_run else "ago" if newer and ahead > 0 else "run"
    said = t(f"source.{name}", step=f"{found.step:,}", ahead=f"{ahead:,}")
    st.caption(said, width="content", help=t("source.still"))
    if newer and st.button(
        t("source.newest"),
        key="source.newest",
        icon=":material/refresh:",
        type="tertiary",
        shortcut="U",
        help=t("source.newest_help"),
    ):
        subject(visit, newest=True)
        st.rerun()
