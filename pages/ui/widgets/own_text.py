"""A person's own text: pasted or uploaded, checked, kept by its name, chosen as the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import streamlit as st

from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.fitting import fit_to
from pages.ui.widgets.popover import close, popover
from pages.ui.widgets.settings import OwnTexts
from rnncore.errors import RnnError
from rnncore.text.own_texts import opening_words, save_own_text, title

Way = Literal["pasted", "file"]
OPEN = "own_text.open"


@dataclass
class Last:
    """How an own text was given last."""

    way: Way = "pasted"


class Given(NamedTuple):
    """A text, how it was given, and the name of its file if it has one."""

    way: Way
    data: str | bytes
    file: str | None = None


def own_text(visit: Session) -> None:
    """Draw the button behind which one gives a text."""
    t = visit.t

    def note(way: Way) -> None:
        visit.from_widget, visit.page_state(Last).way = True, way

    with popover(visit, OPEN, t("own_text.open"), icon=":material/edit_note:"):
        st.markdown(t("own_text.explanation"))
        st.text_area(
            t("own_text.paste"),
            key="own_text.pasted",
            height=160,
            on_change=partial(note, "pasted"),
        )
        st.file_uploader(t("own_text.upload"), key="own_text.file", on_change=partial(note, "file"))
        given = _given(visit)
        if given.file is not None:
            st.caption(t("own_text.takes_file", name=literal(given.file)))
        elif session.widget("own_text.file") is not None:
            st.caption(t("own_text.takes_pasted"))
        st.button(
            t("own_text.use"),
            key="own_text.use",
            type="primary",
            on_click=partial(_take, visit),
        )


def _take(visit: Session) -> None:
    """Keep the text, read it with settings that suit it, and close the popover."""
    visit.act()
    given = _given(visit)
    try:
        name = save_own_text(given.data, given.file or "text")
        called = title(given.file or "") or opening_words(name)
        server.store().access.allow(name, visit.visitor.id, called)
        visit.state(OwnTexts).add(name)
        fit_to(visit, name)
    except RnnError as error:
        visit.problem = error
        return
    close(OPEN)


def _given(visit: Session) -> Given:
    """The text given last, pasted or uploaded; what is gone is out."""
    upload, pasted = session.widget("own_text.file"), session.widget("own_text.pasted") or ""
    if upload is not None and (visit.page_state(Last).way == "file" or not pasted.strip()):
        return Given("file", upload.getvalue(), upload.name)
    return Given("pasted", pasted)
