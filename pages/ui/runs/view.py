"""What the views of the page share: the visitor's runs, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from pages.ui.serving import server
from pages.ui.visit.i18n import Texts
from pages.ui.visit.numbers import written
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import GOING, PHASES
from pages.ui.widgets.settings import corpus_title, label
from rnncore.config import Config, is_number
from rnncore.errors import ConfigError, StoreError
from rnncore.runs.row import RunRow, is_run_id
from rnncore.runs.summary import Summary

SECONDS = 2.0
"""From one look at runs that train to the next."""


def chosen(visit: Session, ideas: Iterable[str]) -> str:
    """The view that the address asks for: runs to compare are shown side by side."""
    first = "compare" if visit.value("compare", "") else "table"
    idea = visit.value("idea", first)
    return idea if idea in ideas else first


def mine(visit: Session) -> list[Summary]:
    """All runs that the visitor began or was let in to control, the newest first; none where they
    cannot be read, and the page says why."""
    try:
        store = server.store()
        return store.summaries.of(store.runs_of(visit.visitor.id))
    except StoreError as error:
        visit.problem = error
        return []


def counted(visit: Session, found: Sequence[Summary]) -> None:
    """Say how many runs the visitor has, and how many train."""
    n = sum(going(one.run) for one in found)
    st.caption(visit.t("runs.head", n=len(found), going=n), width="content")


def named(visit: Session, value: str) -> list[str]:
    """The ids of runs that a value of the page holds, each once."""
    return list(filter(is_run_id, dict.fromkeys(visit.value(value, "").split(","))))


def value_text(visit: Session, name: str, value: object) -> str:
    """A setting's value as a person reads it, as plain text."""
    if isinstance(value, bool):
        return visit.t(f"controls.{'on' if value else 'off'}")
    if isinstance(value, int | float) and name in Config.model_fields and is_number(name):
        zero = f"settings.{name}.zero"
        return written(value, visit.t(zero) if zero in visit.t else None)
    if name == "corpus":
        return corpus_title(visit, str(value))
    return visit.t.label(f"settings.{name}", str(value))


def changes_text(visit: Session, changes: Iterable[tuple[str, object, object]]) -> str:
    """What a branch changed, as plain text: learning rate 0.1 → 0.3."""
    return ", ".join(
        f"{label(visit.t, name)} {value_text(visit, name, old)} → {value_text(visit, name, new)}"
        for name, old, new in changes
    )


def status_text(t: Texts, one: Summary) -> str:
    return t(f"statuses.{one.standing}")


def going(run: RunRow) -> bool:
    """Whether it trains, or waits for a place to."""
    return PHASES[run.status] in GOING


def may_control(visit: Session, run: RunRow) -> bool:
    try:
        return server.controls(visit.visitor.id, run)
    except StoreError:  # said where the runs are looked for
        return False


def link_to(visit: Session, settings: Mapping[str, object], run_id: str = "") -> dict[str, str]:
    """The query of a link to the Overview with these settings, and of this run if one is named."""
    try:
        query = visit.link(Config.parse(settings))
    except ConfigError:  # of a run that is damaged: the Overview says so
        query = {}
    return {**query, "run": run_id} if run_id else query


def follow(visit: Session, runs: Sequence[RunRow], more: Callable[[], object] = tuple) -> None:
    """Run the page again as soon as one of these runs that train has reported something, or what
    `more` gives is another."""
    ids = [run.id for run in runs if going(run)]
    if not ids and more is tuple:
        return

    def now() -> tuple[object, ...]:
        heads = server.store().heads(ids)
        return more(), *((run.id, run.last_seq, run.status) for run in heads.values())

    try:
        before = now()
    except StoreError:
        return

    @st.fragment(run_every=SECONDS)
    def look() -> None:
        try:
            changed = now() != before
        except StoreError:  # said when the page runs again
            changed = False
        if changed:
            visit.run_again()

    look()
