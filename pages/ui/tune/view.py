"""The page of a sweep: what is read again every second, and the whole page where that is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.ui.serving import server
from pages.ui.tune import chosen, saying, transport
from pages.ui.tune.questions import QUESTIONS
from pages.ui.tune.watched import Watched, book, sweep_id, watched
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, ideas, predictions
from pages.ui.widgets.settings import label
from rnncore.errors import RnnError, StoreError
from rnncore.paths import assets_dir
from rnncore.sweeps.trial import SweepRow
from rnncore.sweeps.troubles import unknown_sweep

INTERVAL, MANY = 1.0, 200
"""Seconds from one look at the store to the next, while a sweep goes on; more of them where there
are so many trials or more, which take longer to draw."""
LISTED = 20
Draw = Callable[[Session, Watched], None]


def opened(visit: Session) -> SweepRow | None:
    """The sweep that the address names, None for the form; the page says what is wrong with it."""
    here = sweep_id(visit)
    try:
        row = book().row(here) if here else None
    except StoreError as error:
        visit.problem = error
        return None
    if here and row is None:
        visit.problem = unknown_sweep(here)
    return row


def begin(visit: Session, row: SweepRow | None) -> None:
    """At the head of the page: what the form is for, or the choice among the visitor's sweeps."""
    if row is None:
        st.markdown(f"**{visit.t('tune.form.title')}**", width="content")
        return
    # Without what changes: a list shows its choice as it was called when it was chosen.
    others = [one for one in sweeps(visit) if one.id != row.id]
    names = named(visit, [row, *others], "tune.named_short")
    held.selectbox(
        visit, "sweep", "tune.sweep", row.id, list(names), names.__getitem__,
        width=380, label_visibility="collapsed",
    )  # fmt: skip


def sweeps(visit: Session) -> list[SweepRow]:
    """The visitor's sweeps, the newest first; none where the store cannot be read."""
    try:
        return book().of(visit.visitor.id)
    except StoreError as error:
        visit.problem = visit.problem or error
        return []


def named(visit: Session, rows: list[SweepRow], words: str = "tune.named") -> dict[str, str]:
    """Sweeps as a list names them, the newest first. They are numbered, so that no two have one
    name."""
    t, ordered = visit.t, sorted(rows, key=lambda row: (row.created, row.id))
    numbers = {row.id: number for number, row in enumerate(ordered, 1)}
    return {
        row.id: t(
            words,
            number=numbers[row.id],
            settings=" × ".join(label(t, name) for name in row.plan.space),
            trials=row.plan.trials,
            status=t(f"tune.sweep_statuses.{row.status}"),
        )
        for row in reversed(ordered[-LISTED:])
    }


def earlier(visit: Session) -> None:
    """Links to the visitor's sweeps, below the form."""
    found = sweeps(visit)
    if not found:
        return
    st.markdown(f"**{visit.t('tune.earlier')}**")
    for found_id, name in named(visit, found).items():
        st.page_link(
            visit.pages["here"],
            label=literal(name),
            icon=":material/history:",
            query_params=visit.link_to("tune", sweep=found_id),
        )


def draw(visit: Session, row: SweepRow, sections: Mapping[str, Draw]) -> None:
    """Draw the controls, and what is read again while the sweep goes on."""
    idea = ideas.chosen(visit, sections)
    found = watched(visit, row)
    with ideas.choose(visit, sections, idea):
        transport.draw(visit, found)
    if idea in QUESTIONS:
        predictions.ask(visit, idea, QUESTIONS[idea], found)
    st.html(assets_dir() / "css" / "tune.css")
    first = [found]
    pause = INTERVAL * max(1.0, len(found.trials) / MANY)

    @st.fragment(run_every=pause if found.going else None)
    def live() -> None:
        if visit.from_widget:  # something was done in here: the address has to say it
            visit.run_again()
        try:
            now = first.pop() if first else _again(visit, row.id)
        except RnnError as error:
            st.error(visit.t.explain(error), icon=":material/error:")
            return
        hindrance = server.hindrance() if now.row.status == "running" else None
        if hindrance is not None:
            st.warning(visit.t.explain(hindrance), icon=":material/cloud_off:")
        saying.draw(visit, now)
        sections[idea](visit, now)
        if (now.row.status, now.row.workers, now.row.plan) != (row.status, row.workers, row.plan):
            visit.run_again()  # the controls outside must fit

    live()
    chosen.follow(visit)


def _again(visit: Session, sweep_id: str) -> Watched:
    """The sweep as it stands now.  Raises StoreError."""
    row = book().row(sweep_id)
    if row is None:
        raise unknown_sweep(sweep_id)
    return watched(visit, row)
