"""What can be done with the runs that are chosen in the table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages.ui.runs import exporting, view
from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.popover import close, popover
from rnncore.runs import housekeeping
from rnncore.runs.labels import LONGEST_NAME, LONGEST_NOTE
from rnncore.runs.row import RunRow, word_of
from rnncore.runs.summary import Summary
from rnncore.runs.troubles import watched_only
from rnncore.text.decoding import MEGABYTE

MOST_BESIDE = 3
"""Runs that are shown side by side at most."""


def draw(visit: Session, picked: list[Summary]) -> None:
    """Draw the row of buttons; none where no run is chosen."""
    t = visit.t
    if not picked:
        return
    ids = [one.run.id for one in picked]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="chosen"):
        if len(picked) == 1:
            _labels(visit, picked[0].run)
            _links(visit, picked[0])
        else:
            st.caption(t("runs.chosen.several", n=len(picked)), width="content")
        if 2 <= len(picked) <= MOST_BESIDE:
            held.button(
                visit,
                "beside",
                "runs.chosen.beside",
                {"compare": ",".join(ids), "idea": "compare"},
                type="primary",
                icon=":material/splitscreen_vertical_add:",
            )
        exporting.draw(visit, picked)
        _delete(visit, [one.run for one in picked])


def _labels(visit: Session, run: RunRow) -> None:
    """Name, note and pin of a run, for who controls it."""
    t, labels, fixed = visit.t, server.store().labels, not view.may_control(visit, run)

    def write(key: str, keep: Callable[[str, str], None]) -> None:
        attempt(visit, lambda: _controlled(visit, run, lambda: keep(run.id, _typed(key))))

    for name, most, keep, width in (
        ("name", LONGEST_NAME, labels.name, 190),
        ("note", LONGEST_NOTE, labels.note, 260),
    ):
        key = f"runs.{name}.{run.id}"
        st.text_input(
            t(f"runs.columns.{name}"),
            value=(run.name if name == "name" else run.note) or "",
            key=key,
            max_chars=most,
            on_change=partial(write, key, keep),
            placeholder=word_of(run.id) if name == "name" else t("runs.chosen.note"),
            disabled=fixed,
            width=width,
        )
    st.button(
        t(f"runs.chosen.{'unpin' if run.pinned else 'pin'}"),
        key="runs.pin",
        icon=":material/keep:",
        help=t("runs.chosen.pin_help"),
        disabled=fixed,
        on_click=lambda: attempt(
            visit,
            lambda: _controlled(visit, run, lambda: labels.pin(run.id, not run.pinned)),
        ),
    )


def _links(visit: Session, one: Summary) -> None:
    t = visit.t
    for name, icon, query in (
        ("open", "open_in_full", view.link_to(visit, one.settings, one.run.id)),
        ("use", "tune", view.link_to(visit, one.settings)),
    ):
        st.page_link(
            visit.pages["overview"],
            label=t(f"runs.chosen.{name}"),
            icon=f":material/{icon}:",
            help=t(f"runs.chosen.{name}_help"),
            query_params=query,
        )


def _delete(visit: Session, runs: list[RunRow]) -> None:
    """The button behind which stands what is deleted, and the one that does it."""
    t, key = visit.t, "runs.delete"
    own = [run for run in runs if run.owner == visit.visitor.id]
    with popover(visit, key, t("runs.chosen.delete"), icon=":material/delete:"):
        if not session.widget(key):  # what each takes is looked up when somebody asks
            return
        if len(own) < len(runs):
            st.caption(t("runs.chosen.not_yours", n=len(runs) - len(own)))
        listed = housekeeping.listed(server.store(), own)
        free = [one for one in listed if not one.busy]
        if len(free) < len(listed):
            st.caption(t("runs.chosen.busy", n=len(listed) - len(free)))
        if free:
            said = ", ".join(f"**{literal(one.run.called)}**" for one in free)
            size = sum(one.size for one in free) / MEGABYTE
            st.markdown(t("runs.chosen.deletes", runs=said, size=f"{size:,.1f}"))
        st.button(
            t("runs.chosen.confirm"),
            key="runs.confirm",
            type="primary",
            disabled=not free,
            on_click=lambda: attempt(visit, lambda: _forget(visit, [one.run.id for one in free])),
        )


def _forget(visit: Session, run_ids: list[str]) -> None:
    """Delete what is still free; a run that has been taken up meanwhile stays."""
    store = server.store()
    runs = [run for run in store.heads(run_ids).values() if run.owner == visit.visitor.id]
    housekeeping.forget(store, housekeeping.named(housekeeping.listed(store, runs), run_ids))
    store.summaries.forget(run_ids)
    if visit.run_id in run_ids:
        visit.run_id = None
    visit.set_values(chosen=None)
    close("runs.delete")


def _controlled(visit: Session, run: RunRow, act: Callable[[], None]) -> None:
    if not server.controls(visit.visitor.id, run):
        raise watched_only(run.id)
    act()


def _typed(key: str) -> str:
    return session.widget(key) or ""
