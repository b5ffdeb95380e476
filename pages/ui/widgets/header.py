"""The head of every page: its name, what it offers to try, its lesson, and the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from pages.ui.visit.i18n import LANGUAGES
from pages.ui.visit.session import Session
from pages.ui.widgets import tour
from pages.ui.widgets.frame import present_button
from rnncore.config import Config
from rnncore.paths import assets_dir


def head(
    visit: Session,
    begin: Callable[[], None] = lambda: None,
    stories: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    ask: Callable[[], None] = lambda: None,
) -> None:
    """Draw the first row of the visit's page. At its left `begin` draws what one has to know first,
    such as which network is looked into. Stories are links, so that one can copy them. `ask` draws
    questions below the lesson. Where the page is presented, the row holds what it takes alone."""
    t, here = visit.t, visit.pages["here"]
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="xsmall", width="content"
        ):
            begin()
            if stories:
                st.markdown(t("stories.try"), width="content")
            for name, settings in stories.items():
                config = Config.parse(settings)
                st.page_link(
                    here,
                    label=t(f"stories.{name}.label"),
                    icon=":material/check:" if config == visit.config else "",
                    help=t(f"stories.{name}.help"),
                    query_params=visit.link(config),
                )
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            if not visit.presenting:
                with st.popover(t("app.lesson"), icon=":material/school:", type="tertiary"):
                    tour.start(visit)
                    path = assets_dir() / "lessons" / visit.language / f"{visit.page}.md"
                    st.markdown(path.read_text(encoding="utf-8"))
                    ask()
                    tour.other(visit)
            present_button(visit)
            if not visit.presenting:
                _language(visit)


def section(title: str) -> None:
    """A heading below the page's own."""
    st.header(title, anchor=False)


def problem(visit: Session) -> None:
    """Say what came of the last thing the person did, until the next thing: what is wrong with it,
    or what a link has let them do."""
    for name in visit.taken:
        st.success(visit.t(f"sharing.taken_{name}"), icon=":material/key:")
    if visit.problem is not None:
        st.error(visit.t.explain(visit.problem), icon=":material/error:")


def _language(visit: Session) -> None:
    """A button for each other language, in its own words."""

    def take(other: str) -> None:
        visit.from_widget = True
        visit.language = other

    for other, name in LANGUAGES.items():
        if other != visit.language:
            st.button(
                name,
                key=f"language.{other}",
                icon=":material/translate:",
                type="tertiary",
                on_click=partial(take, other),
            )
