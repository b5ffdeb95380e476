"""A person's own text: pasted or uploaded, checked, kept, and chosen as the corpus."""

from __future__ import annotations

import streamlit as st

from pages.ui import session
from pages.ui.session import Session
from rnncore.errors import TextError
from rnncore.text.library import save_own_text


def own_text(visit: Session) -> None:
    """Draw the button behind which one gives a text."""
    t = visit.t

    def take() -> None:
        upload = session.widget("own_text.file")
        given = upload.getvalue() if upload is not None else session.widget("own_text.pasted")
        visit.acted, visit.problem = True, None
        try:
            name = save_own_text(given or "")
        except TextError as error:
            visit.problem = error
            return
        if name not in visit.own_texts:
            visit.own_texts.append(name)
        visit.choose(corpus=name)

    with st.popover(t("own_text.open"), icon=":material/edit_note:"):
        st.markdown(t("own_text.explanation"))
        st.text_area(t("own_text.paste"), key="own_text.pasted", height=160)
        st.file_uploader(t("own_text.upload"), type=["txt"], key="own_text.file")
        st.button(t("own_text.use"), key="own_text.use", type="primary", on_click=take)
