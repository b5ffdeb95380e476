"""Which network a page looks into, in a line."""

from __future__ import annotations

import streamlit as st

from pages.ui.session import Session
from pages.ui.subject import Subject

OVERVIEW = "../overview.py"
"""As Streamlit finds it from the script that lists the pages."""


def source(visit: Session, subject: Subject) -> None:
    """Say whether it is the visit's run or an example, and where a run can be had."""
    t = visit.t
    st.caption(t(f"source.{subject.source}", step=f"{subject.step:,}"), width="content")
    if subject.source == "example":
        st.page_link(
            OVERVIEW,
            label=f":small[:primary[{t('source.train')}]]",
            help=t("source.train_help"),
            query_params=visit.link(visit.settings),
        )
