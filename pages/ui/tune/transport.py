"""The live controls of a sweep: workers, pause and stop, ranges, settings of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from pages.ui.tune import plan
from pages.ui.tune.watched import Watched, book, change, plain
from pages.ui.visit import session
from pages.ui.visit.i18n import literal
from pages.ui.visit.numbers import parse
from pages.ui.visit.session import Session
from pages.ui.widgets.settings import label
from rnncore.config import choices, is_number
from rnncore.runs.capacity import cores
from rnncore.sweeps.book import MOST_WORKERS
from rnncore.sweeps.space import is_whole
from rnncore.sweeps.troubles import still_ending

MORE = 12
"""Trials that are added unless another number is given."""
MOST_MORE = 1000


@dataclass
class Typed:
    """What was typed into the boxes of the popovers, by their keys."""

    texts: dict[str, str] = field(default_factory=dict)


def draw(visit: Session, found: Watched) -> None:
    """Draw the buttons; of somebody else's sweep, that it can only be watched."""
    t, row = visit.t, found.row
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="transport"):
        if not found.mine:
            key = "tune.watching" if row.owner else "tune.watching_nobody"
            st.caption(t(key), width="content")
        else:
            _turn(visit, found)
            _workers(visit, found)
            with st.popover(t("tune.alter"), icon=":material/tune:", help=t("tune.alter_help")):
                _ranges(visit, found)
                _more(visit, found)
            with st.popover(t("tune.own"), icon=":material/add:", help=t("tune.own_help")):
                _own(visit, found)
                _adopt(visit, found)
            if row.status != "running":
                _remove(visit, found)
        st.button(
            t("tune.new"),
            key="tune.new",
            icon=":material/note_add:",
            help=t("tune.new_help"),
            on_click=partial(plan.fill_in, visit, row.plan),
        )
    if row.error is not None:
        st.error(t.explain(row.error), icon=":material/error:")


def _turn(visit: Session, found: Watched) -> None:
    """Pause or resume, and stop."""
    t, row = visit.t, found.row
    pauses = row.status == "running"
    action = book().pause if pauses else book().resume
    st.button(
        t(f"tune.{'pause' if pauses else 'resume'}"),
        key="primary",
        type="primary",
        icon=":material/pause:" if pauses else ":material/play_arrow:",
        shortcut="Space",
        help=t(f"tune.{'pause' if pauses else 'resume'}_help"),
        disabled=row.status == "complete",
        on_click=lambda: change(visit, row, lambda: action(row.id)),
    )
    st.button(
        t("tune.stop"),
        key="tune.stop",
        icon=":material/stop:",
        shortcut="S",
        help=t("tune.stop_help"),
        disabled=row.status not in ("running", "paused"),
        on_click=lambda: change(visit, row, lambda: book().stop(row.id)),
    )


def _remove(visit: Session, found: Watched) -> None:
    """The button behind which stands what is removed, and the one that does it."""
    t, row = visit.t, found.row

    def remove() -> None:
        if not book().forget(row.id):
            raise still_ending(row.id)
        visit.set_values(sweep=None)

    with st.popover(t("tune.remove"), icon=":material/delete:", help=t("tune.remove_help")):
        st.markdown(t("tune.removes", n=len(found.trials)))
        st.button(
            t("tune.confirm"),
            key="tune.confirm",
            type="primary",
            on_click=lambda: change(visit, row, remove),
        )


def _workers(visit: Session, found: Watched) -> None:
    t, row = visit.t, found.row
    key = f"tune.workers.{row.workers}"

    def take() -> None:
        wanted = session.widget(key)
        if wanted is not None and wanted != row.workers:
            change(visit, row, lambda: book().set_workers(row.id, int(wanted)))

    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        st.markdown(t("tune.workers"), width="content")
        st.number_input(
            t("tune.workers"),
            min_value=1,
            max_value=MOST_WORKERS,
            value=row.workers,
            key=key,
            help=t("tune.workers_help", cores=cores()),
            on_change=take,
            label_visibility="collapsed",
            width=110,
        )


def _ranges(visit: Session, found: Watched) -> None:
    """Two boxes for each range, and a button that draws from it from now on."""
    t, row = visit.t, found.row
    for name, axis in row.plan.ranges.items():
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            low = _typed(visit, row.id, name, "low", plain(visit, name, axis.low))
            high = _typed(visit, row.id, name, "high", plain(visit, name, axis.high))

            def take(name: str = name, low: str = low, high: str = high) -> None:
                kind: Any = int if is_whole(name) else float
                book().set_range(row.id, name, parse(low, kind), parse(high, kind))

            st.button(
                t("tune.set_range"),
                key=f"tune.set_range.{name}",
                help=t("tune.set_range_help"),
                on_click=lambda take=take: change(visit, row, take),
            )


def _more(visit: Session, found: Watched) -> None:
    t, row, key = visit.t, found.row, "tune.more"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            t("tune.more"), min_value=1, max_value=MOST_MORE, value=MORE, key=key, width=130
        )
        st.button(
            t("tune.add_trials"),
            key="tune.add_trials",
            help=t("tune.add_trials_help"),
            on_click=lambda: change(
                visit, row, lambda: book().add_trials(row.id, int(session.widget(key) or MORE))
            ),
        )


def _own(visit: Session, found: Watched) -> None:
    """A value for each setting that the sweep varies, tried before all others."""
    t, row = visit.t, found.row
    best = found.verdict.best
    settings: dict[str, Any] = {}
    for name, axis in row.plan.space.items():
        present = best.settings[name] if best else getattr(row.plan.config({}), name)
        if is_number(name):
            settings[name] = _typed(visit, row.id, name, "own", plain(visit, name, present))
        else:
            offered: list[Any] = list(choices(name)) or [True, False]
            listed: list[Any] = list(axis) if isinstance(axis, tuple) else offered
            settings[name] = st.selectbox(
                literal(label(t, name)),
                list(dict.fromkeys([*listed, *offered])),
                format_func=partial(plain, visit, name),
                key=f"tune.own.{row.id}.{name}",
            )

    def queue() -> None:
        taken = {
            name: parse(value, int if is_whole(name) else float) if is_number(name) else value
            for name, value in settings.items()
        }
        book().enqueue(row.id, taken)

    st.button(
        t("tune.queue"),
        key="tune.queue",
        help=t("tune.queue_help"),
        on_click=lambda: change(visit, row, queue),
    )


def _adopt(visit: Session, found: Watched) -> None:
    """Count the run that the visit looks at as a trial."""
    t, row, run_id = visit.t, found.row, visit.run_id
    if run_id is None or any(trial.run_id == run_id for trial in found.trials):
        return
    st.button(
        t("tune.adopt"),
        key="tune.adopt",
        help=t("tune.adopt_help"),
        on_click=lambda: change(visit, row, lambda: book().adopt(row.id, run_id)),
    )


def _typed(visit: Session, sweep_id: str, name: str, what: str, text: str) -> str:
    """A box that begins with a text; what it holds now."""
    key = f"tune.{what}.{sweep_id}.{name}.{text}"
    held = visit.page_state(Typed).texts

    def take() -> None:
        visit.act()
        held[key] = session.widget(key) or ""

    said = label(visit.t, name)
    if what != "own":
        said += f", {visit.t(f'tune.form.{what}')}"
    st.text_input(literal(said), text, key=key, on_change=take, autocomplete="off", width=200)
    return held.get(key, text)
