"""The language in which a visit begins: what was turned to last time, or else the browser's own."""

from __future__ import annotations

import streamlit as st

from pages.ui.visit.i18n import LANGUAGES

COOKIE = "rnn_explorer_language"
"""What frame.js keeps: the language that somebody has turned to."""


def first() -> str:
    """The language of a visit that begins, and of addresses that name none."""
    kept = st.context.cookies.get(COOKIE, "")
    asked = (st.context.locale or "").partition("-")[0]
    return next(one for one in (kept, asked, *LANGUAGES) if one in LANGUAGES)
