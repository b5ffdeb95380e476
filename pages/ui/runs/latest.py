"""The run that the visitor began last, whichever that is, live."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.runs import beside, view
from pages.ui.serving import server
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from rnncore.runs.summary import Summary


def draw(visit: Session, row: DeltaGenerator, found: list[Summary]) -> None:
    """Draw its four panels; they become those of the next run as soon as that begins."""
    if not found:
        st.info(visit.t("runs.empty.says"), icon=":material/flag:")
    else:
        run = found[0].run
        with row:
            st.markdown(f"**{literal(run.called)}**", width="content")
            st.page_link(
                visit.pages["overview"],
                label=visit.t("runs.chosen.open"),
                icon=":material/open_in_full:",
                query_params=view.link_to(visit, found[0].settings, run.id),
            )
        beside.panels(visit, run, key=beside.ALONE)
    view.follow(visit, [], lambda: _newest(visit))


def _newest(visit: Session) -> object:
    runs = server.store().runs_of(visit.visitor.id, 1)
    return runs and (runs[0].id, runs[0].status)
