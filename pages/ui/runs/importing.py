"""Opening a run that was exported: dropped on the page, checked, and from then on one's own."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui.live.panels import panels, translate
from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.address import check_corpus
from pages.ui.visit.i18n import LANGUAGES, literal, texts
from pages.ui.visit.session import Session
from rnncore.errors import RnnError
from rnncore.runs.records import Record, run_view
from rnncore.runs.run_file import LARGEST, SUFFIX, read, too_large
from rnncore.text.decoding import MEGABYTE

KEY = "runs.file"


@dataclass
class Opened:
    """What came of the file that was given last: the id and the name of the run, or why not."""

    run_id: str = ""
    name: str = ""
    refused: RnnError | None = None


def draw(visit: Session) -> None:
    """Draw the place to drop a file on, and what came of it."""
    t, opened = visit.t, visit.page_state(Opened)
    st.file_uploader(
        t("runs.importing.drop", suffix=SUFFIX, limit=LARGEST // MEGABYTE),
        type=SUFFIX.removeprefix("."),
        key=KEY,
        max_upload_size=LARGEST // MEGABYTE,
        on_change=lambda: _take(visit),
    )
    if opened.refused is not None:
        st.error(t.explain(opened.refused), icon=":material/error:")
    elif opened.run_id:
        st.success(t("runs.importing.opened", name=literal(opened.name)), icon=":material/check:")


def _take(visit: Session) -> None:
    visit.act()
    opened, upload = visit.page_state(Opened), session.widget(KEY)
    opened.refused, opened.run_id = None, ""
    if upload is None:
        return
    try:
        if upload.size > LARGEST:
            raise too_large(upload.name, upload.size)
        run_id = enter(visit, upload.getvalue(), upload.name)
    except RnnError as error:
        opened.refused = error
        return
    opened.run_id, opened.name = run_id, upload.name
    visit.run_id = run_id
    visit.set_values(chosen=run_id, search=None, text=None, state=None)


def enter(visit: Session, data: bytes, called: str) -> str:
    """Enter the run of a file as the visitor's own; its id.

    Raises   RnnError, also if the visitor may not read its text, or a record cannot be drawn.
    """
    store = server.store()

    def may_use(corpus: str) -> None:
        check_corpus({"corpus": corpus}, visit.visitor)

    found = read(data, called, may_use, draw_once)
    if found.text is not None:
        store.access.allow(found.config.corpus, visit.visitor.id)
    return store.imports.enter(found, visit.visitor.id)


def draw_once(record: Record) -> None:
    """Raise whatever drawing the record raises: nothing is taken that no page could show."""
    translate(record)
    if record.kind == "run":
        view = run_view(record.payload)
        for language in LANGUAGES:
            panels(view, texts(language))
