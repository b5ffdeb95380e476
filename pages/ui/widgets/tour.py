"""The tour on every page: where one is, what to say, the way on and back; and how it begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from pages.ui.visit import session
from pages.ui.visit.address import decides, read_settings
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.visit.tour import LARGEST, Tour, default_tour, read_tour, said
from rnncore.config import Config
from rnncore.errors import TextError


@dataclass
class Given:
    """The tour that somebody has given for this visit, and why one was not taken."""

    tour: Tour | None = None
    refused: TextError | None = None


@dataclass
class Before:
    """What the visitor had in the place of the tour's own settings: settings and run, None while
    the tour has set none."""

    own: tuple[Config, str | None] | None = None


def bar(visit: Session) -> None:
    """Draw the present step, if the visit is on a tour."""
    if not visit.tour:
        return
    try:
        tour = _tour(visit)
    except TextError as error:
        st.error(visit.t.explain(error), icon=":material/error:")
        return
    t, last = visit.t, len(tour.steps)
    number = min(visit.tour, last)
    step = tour.steps[number - 1]
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", border=True, key="tour"
    ):
        place = t("tour.place", number=number, of=last)
        chapter = f"**{literal(step.section)}** " if step.section else ""
        st.markdown(f"{chapter}{place}", width="content")
        st.markdown(literal(said(step.say, visit.language)), width="stretch")
        back = st.button(
            t("tour.back"), key="tour.back", icon=":material/arrow_back:", shortcut="Shift+Left",
            help=t("tour.back_help"), disabled=number == 1,
        )  # fmt: skip
        on = st.button(
            t("tour.next"), key="tour.next", icon=":material/arrow_forward:",
            shortcut="Shift+Right", help=t("tour.next_help"), disabled=number == last,
            type="primary",
        )  # fmt: skip
        st.button(
            t("tour.end"), key="tour.end", icon=":material/close:", type="tertiary",
            help=t("tour.end_help"), on_click=partial(_end, visit, tour),
        )  # fmt: skip
    if back or on:
        go(visit, tour, number + (1 if on else -1))


def go(visit: Session, tour: Tour, number: int) -> None:
    """Turn to a step of the tour. A step that names no setting keeps settings and run; from one
    that does, what was there before comes back at the end."""
    step, before = tour.steps[number - 1], visit.state(Before)
    if decides(step.query) and (before.own is None or not _is_tours(visit, tour)):
        before.own = visit.config, visit.run_id
    st.switch_page(visit.pages[step.page], query_params=visit.step(number, step.page, step.query))


def start(visit: Session) -> None:
    """Draw how the tour begins."""
    t = visit.t
    try:
        tour = _tour(visit)
    except TextError as error:
        st.error(t.explain(error), icon=":material/error:")
        return
    if st.button(
        t("tour.start", title=literal(said(tour.title, visit.language)), of=len(tour.steps)),
        key="tour.start",
        icon=":material/tour:",
        help=t("tour.start_help"),
    ):
        go(visit, tour, 1)


def other(visit: Session) -> None:
    """Draw how one gives another tour."""
    t, given = visit.t, visit.state(Given)
    with st.expander(t("tour.other")):
        st.markdown(t("tour.explanation"))
        st.file_uploader(
            t("tour.upload"), type="toml", key="tour.file", max_upload_size=1,
            on_change=partial(_take, visit, given),
        )  # fmt: skip
        if given.refused is not None:
            st.error(t.explain(given.refused), icon=":material/error:")


def _take(visit: Session, given: Given) -> None:
    visit.act()
    file = session.widget("tour.file")
    given.refused = None
    if file is None:
        given.tour = None
        return
    try:
        text = file.read(LARGEST + 1).decode("utf-8-sig", "replace")
        given.tour = read_tour(text, _names(visit))
    except TextError as error:
        given.refused = error


def _end(visit: Session, tour: Tour) -> None:
    """Bring back what the tour's settings took the place of, unless they have been changed."""
    visit.act()
    visit.tour, before = 0, visit.state(Before)
    if before.own is not None and _is_tours(visit, tour):
        visit.config, visit.run_id = before.own
    before.own = None


def _is_tours(visit: Session, tour: Tour) -> bool:
    """Whether the settings are those of a step of the tour, and not the visitor's own."""
    queries = (step.query for step in tour.steps if decides(step.query))
    return any(visit.config == read_settings(query, visit.visitor)[0] for query in queries)


def _tour(visit: Session) -> Tour:
    return visit.state(Given).tour or default_tour(_names(visit))


def _names(visit: Session) -> tuple[str, ...]:
    return tuple(name for name in visit.pages if name != "here")
