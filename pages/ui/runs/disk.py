"""What runs, checkpoints and own texts take on the disk, and a clean-up that says what goes."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.serving import server
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import corpus_title
from rnncore.errors import StoreError
from rnncore.runs import housekeeping
from rnncore.runs.housekeeping import Listed, Taken
from rnncore.runs.summary import Summary
from rnncore.text.decoding import MEGABYTE

DAYS, MOST_DAYS = 30, 10_000
NAMED = 20
"""Runs that are named before they are deleted; of more it is said how many."""


def draw(visit: Session, row: DeltaGenerator, found: list[Summary]) -> None:
    """Say what the visitor's own runs and texts take, and offer to delete those long unused."""
    t, store = visit.t, server.store()
    own = [one.run for one in found if one.run.owner == visit.visitor.id]
    try:
        listed = housekeeping.listed(store, own)
        taken = housekeeping.taken(store, listed, visit.visitor.id)
    except StoreError as error:
        visit.problem = error
        return
    for column, (name, count, size) in zip(st.columns(3), _amounts(taken), strict=True):
        with column:
            st.metric(t(f"runs.disk.{name}"), f"{size / MEGABYTE:,.1f} MB", border=True)
            st.caption(t(f"runs.disk.{name}_says", n=f"{count:,}"))
    with row:
        days = visit.within("days", DAYS, 0, MOST_DAYS)
        held.number(visit, "days", "runs.disk.days", days, 0, MOST_DAYS, width=260)
    old = [one for one in housekeeping.older_than(listed, days) if not one.run.pinned]
    _clean_up(visit, old, taken)


def _amounts(taken: Taken) -> tuple[tuple[str, int, int], ...]:
    return (
        ("records", taken.runs, taken.records),
        ("checkpoints", taken.checkpoints, taken.states),
        ("texts", taken.texts, taken.letters),
    )


def _clean_up(visit: Session, old: list[Listed], taken: Taken) -> None:
    t = visit.t
    if not old and not taken.unused:
        st.caption(t("runs.disk.nothing"))
        return
    if old:
        said = ", ".join(f"**{literal(one.run.called)}**" for one in old[:NAMED])
        more = t("runs.disk.more", n=len(old) - NAMED) if len(old) > NAMED else ""
        size = sum(one.size for one in old) / MEGABYTE
        st.markdown(t("runs.disk.goes", runs=said, more=more, n=len(old), size=f"{size:,.1f}"))
    if taken.unused:
        names = ", ".join(f"**{literal(corpus_title(visit, name))}**" for name in taken.unused)
        st.markdown(t("runs.disk.goes_texts", texts=names))

    def clean() -> None:
        store = server.store()
        housekeeping.forget(store, old)
        store.summaries.forget(one.run.id for one in old)
        housekeeping.remove_texts(store, taken.unused, visit.visitor.id)
        if visit.run_id in {one.run.id for one in old}:
            visit.run_id = None

    st.button(
        t("runs.disk.clean", n=len(old), texts=len(taken.unused)),
        key="runs.clean",
        type="primary",
        icon=":material/delete:",
        on_click=lambda: attempt(visit, clean),
    )
