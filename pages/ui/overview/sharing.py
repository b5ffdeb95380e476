"""Showing one's run to others: a link to watch it, and one that hands the controls over."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from pages.ui.visit import session
from pages.ui.visit.address import write_settings
from pages.ui.visit.identity import key
from pages.ui.visit.request import page_url
from pages.ui.visit.session import Session
from pages.ui.widgets.link import link
from rnncore.runs.row import RunRow
from rnncore.text.own_texts import is_own


@dataclass
class Handed:
    """The run for which the control link was asked for."""

    run_id: str = ""


def sharing(visit: Session, run: RunRow) -> None:
    """Draw the button behind which the owner of the run finds its links."""
    t = visit.t

    def ask() -> None:
        visit.act()
        visit.state(Handed).run_id = run.id

    def note() -> None:
        visit.from_widget = True

    with st.popover(t("sharing.open"), icon=":material/share:"):
        query = {"run": run.id}
        if is_own(run.config.corpus):
            st.checkbox(t("sharing.with_text"), key="sharing.with_text", on_change=note)
            if session.widget("sharing.with_text"):
                query |= write_settings({"corpus": run.config.corpus})
                query["read"] = key("text", run.config.corpus)
        st.markdown(t("sharing.watch"))
        _link(visit, "watch", query)
        st.markdown(t("sharing.control"))
        if visit.state(Handed).run_id == run.id:
            _link(visit, "control", {**query, "control": key("control", run.id)})
        else:
            st.button(t("sharing.ask"), key="sharing.ask", on_click=ask)


def _link(visit: Session, name: str, query: dict[str, str]) -> None:
    address = f"{page_url()}?{urlencode(query)}"
    link(visit.t, address, key=f"sharing.{name}", label=visit.t(f"sharing.link_{name}"))
