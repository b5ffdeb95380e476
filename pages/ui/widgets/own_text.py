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
from rnncore.text.decoding import LARGEST, MEGABYTE
from rnncore.text.own_texts import opening_words, save_own_text, title

Way = Literal["pasted", "file"]
OPEN = "own_text.open"


@dataclass
class Last:
    """How an own text was given last, and why it was not taken, until another is given."""

    way: Way = "pasted"
    refused: RnnError | None = None


class Given(NamedTuple):
    """A text, how it was given, and the name of its file if it has one."""

    way: Way
    data: str | bytes
    file: str | None = None


def own_text(visit: Session, *, watching: bool) -> None:
    """Draw the button behind which one gives a text. Who is only `watching` a run leaves it."""
    t, last = visit.t, visit.page_state(Last)

    def note(way: Way) -> None:
        visit.from_widget, last.way, last.refused = True, way, None

    with popover(visit, OPEN, t("own_text.open"), icon=":material/edit_note:"):
        st.markdown(t("own_text.explanation", limit=LARGEST // MEGABYTE))
        st.text_area(
            t("own_text.paste"),
            key="own_text.pasted",
            height=160,
            on_change=partial(note, "pasted"),
        )
        st.file_uploader(
            t("own_text.upload"),
            key="own_text.file",
            max_upload_size=LARGEST // MEGABYTE,
            on_change=partial(note, "file"),
        )
        given = _given(visit)
        if given.file is not None:
            st.caption(t("own_text.takes_file", name=literal(given.file)))
        elif session.widget("own_text.file") is not None:
            st.caption(t("own_text.takes_pasted"))
        st.button(
            t("own_text.use"),
            key="own_text.use",
            type="primary",
            on_click=partial(_take, visit, watching=watching),
        )
        if last.refused is not None:
            st.error(t.explain(last.refused), icon=":material/error:")


def _take(visit: Session, *, watching: bool) -> None:
    """Keep the text, read it with settings that suit it, and close the popover. Where it cannot be
    read, say so beside it."""
    visit.act()
    given, last = _given(visit), visit.page_state(Last)
    last.refused = None
    try:
        name = save_own_text(given.data, given.file or "text")
        called = title(given.file or "") or opening_words(name)
        server.store().access.allow(name, visit.visitor.id, called)
        visit.state(OwnTexts).add(name)
        fit_to(visit, name)
    except RnnError as error:
        last.refused = error
        return
    if watching:
        visit.run_id = None
    close(OPEN)


def _given(visit: Session) -> Given:
    """The text given last, pasted or uploaded; what is gone is out."""
    upload, pasted = session.widget("own_text.file"), session.widget("own_text.pasted") or ""
    if upload is not None and (visit.page_state(Last).way == "file" or not pasted.strip()):
        return Given("file", upload.getvalue(), upload.name)
    return Given("pasted", pasted)
