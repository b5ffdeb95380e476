"""A person's own text: pasted or uploaded, checked, kept, and chosen as the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.settings import OwnTexts
from rnncore.errors import StoreError, TextError
from rnncore.text.own_texts import save_own_text

Way = Literal["pasted", "file"]


@dataclass
class Given:
    """How an own text was given last."""

    way: Way = "pasted"


def own_text(visit: Session) -> None:
    """Draw the button behind which one gives a text."""
    t = visit.t

    def note(way: Way) -> None:
        visit.from_widget, visit.page_state(Given).way = True, way

    def take() -> None:
        visit.act()
        try:
            name = save_own_text(_given(visit)[1])
            server.store().access.allow(name, visit.visitor.id)
        except (TextError, StoreError) as error:
            visit.problem = error
            return
        visit.state(OwnTexts).add(name)
        visit.choose(corpus=name)

    with st.popover(t("own_text.open"), icon=":material/edit_note:"):
        st.markdown(t("own_text.explanation"))
        st.text_area(
            t("own_text.paste"),
            key="own_text.pasted",
            height=160,
            on_change=partial(note, "pasted"),
        )
        st.file_uploader(t("own_text.upload"), key="own_text.file", on_change=partial(note, "file"))
        way, _ = _given(visit)
        if way == "file":
            name = session.widget("own_text.file").name
            st.caption(t("own_text.takes_file", name=literal(name)))
        elif session.widget("own_text.file") is not None:
            st.caption(t("own_text.takes_pasted"))
        st.button(t("own_text.use"), key="own_text.use", type="primary", on_click=take)


def _given(visit: Session) -> tuple[Way, str | bytes]:
    """The text given last, pasted or uploaded, and which of the two it is; what is gone is out."""
    upload, pasted = session.widget("own_text.file"), session.widget("own_text.pasted") or ""
    if upload is not None and (visit.page_state(Given).way == "file" or not pasted.strip()):
        return "file", upload.getvalue()
    return "pasted", pasted
