"""What is read and how: the settings of the text, which act on every page."""

from __future__ import annotations

import streamlit as st

from pages.ui.corpus.view import CorpusView
from pages.ui.serving import server
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.fitting import fit_again
from pages.ui.widgets.own_text import own_text
from pages.ui.widgets.pending import listed, pending
from pages.ui.widgets.settings import corpus_title, describe, setting, without_meaning
from rnncore.config import text_settings
from rnncore.paths import assets_dir

WIDTHS = {"corpus": 190, "tokenizer": 150}
NARROW = 124
"""Pixels of a number's box."""


def draw(visit: Session, *, watching: bool) -> None:
    """Draw the settings that mean something for this text, and the way to one's own. Who is only
    `watching` a run cannot change them."""
    st.html(assets_dir() / "css" / "corpus.css")
    describe(visit)
    hidden = without_meaning(visit.config)
    for name in hidden:  # what a box out of sight holds cannot be mended
        visit.refused.pop(name, None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in text_settings():
            if name not in hidden:
                width = WIDTHS.get(name, NARROW)
                setting(
                    visit, name, lambda name: fit_again(visit, name), width=width, fixed=watching
                )
        own_text(visit, watching=watching)


def summary(visit: Session, found: CorpusView | None) -> None:
    """Say how much text there is, and lead to where one trains on it."""
    t = visit.t
    if found is not None:
        corpus = found.corpus
        tokens = sum(part.tokens for part in found.parts)
        values = {
            "title": literal(corpus_title(visit, corpus.name)),
            "n": f"{tokens:,}",
            "V": f"{len(corpus.vocabulary):,}",
            "unit": t.label("corpus.units", corpus.tokenizer.name),
        }
        st.caption(
            t(f"corpus.{'summary' if found.whole else 'beginning'}", **values), width="content"
        )
    st.page_link(
        visit.pages["overview"],
        label=t("corpus.train"),
        help=t("corpus.train_help"),
        query_params=_query(visit),
    )


def waiting(visit: Session) -> None:
    """Say that the watched run keeps its text, where another is chosen."""
    run = server.find_or_none(visit.run_id)
    changed = pending(visit, run, text_settings()) if run is not None else []
    if changed:
        st.info(
            visit.t("corpus.waiting", changes=listed(visit, changed)),
            icon=":material/hourglass_empty:",
        )


def _query(visit: Session) -> dict[str, str]:
    run = {"run": visit.run_id} if visit.run_id else {}
    return visit.link(visit.config) | run
