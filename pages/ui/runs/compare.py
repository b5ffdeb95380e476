"""Two or three runs side by side in all four panels: at the same update, or live."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.runs import beside, questions, view
from pages.ui.runs.chosen_runs import MOST_BESIDE
from pages.ui.serving import server
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import label
from rnncore.errors import StoreError
from rnncore.runs.claim import CommandName
from rnncore.runs.row import RunRow
from rnncore.runs.summary import Summary, changes, differing
from rnncore.runs.troubles import unknown_run


def draw(visit: Session, row: DeltaGenerator, found: list[Summary]) -> None:
    """Draw the runs that the address names, whoever began them; else let some be chosen."""
    t = visit.t
    shown = _shown(visit)
    known = {one.run.id: one for one in (*found, *shown)}
    with row:
        held.picks(
            visit,
            "compare",
            "runs.compare.which",
            [one.run.id for one in shown],
            list(known),
            lambda run_id: known[run_id].run.called,
            MOST_BESIDE,
            label_visibility="collapsed",
            placeholder=t("runs.compare.which"),
            width=430,
        )
    if len(shown) < 2:
        st.info(t("runs.compare.choose" if known else "runs.empty.says"), icon=":material/flag:")
        return
    pair = _branching(shown)
    open_ = questions.ask_branch(visit, *pair) if pair else True
    live = any(view.going(one.run) for one in shown)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _buttons(visit, shown)
        at = _moment(visit, [one.run for one in shown]) if open_ and not live else None
    if not open_ and pair is not None:
        st.caption(t("runs.compare.kept_back"))
        at = min(pair[0].run.branched or 0, *(one.run.step for one in shown))
    differ, last = differing(shown), max(one.run.step for one in shown)
    if not open_:
        last = at or 0
    columns = st.columns(len(shown), gap="medium")
    for place, (column, one) in enumerate(zip(columns, shown, strict=True)):
        with column:
            _head(visit, one, differ, pair)
            beside.panels(visit, one.run, key=f"beside{place}", at=at, beyond=open_, last=last)
    view.follow(visit, [], lambda: _stand(visit, [one.run for one in shown], pair))


def _shown(visit: Session) -> list[Summary]:
    """The runs to show; one that is not there is said."""
    ids = view.named(visit, "compare")[:MOST_BESIDE]
    try:
        store = server.store()
        heads = store.heads(ids)
        missing = [run_id for run_id in ids if run_id not in heads]
        if missing:
            visit.problem = unknown_run(missing[0])
        return store.summaries.of([heads[run_id] for run_id in ids if run_id in heads])
    except StoreError as error:
        visit.problem = error
        return []


def _branching(shown: Sequence[Summary]) -> tuple[Summary, Summary] | None:
    """The first branch among them whose parent is there, too."""
    by_id = {one.run.id: one for one in shown}
    return next(
        ((one, by_id[one.run.parent]) for one in shown if one.run.parent in by_id),
        None,
    )


def _head(
    visit: Session,
    one: Summary,
    differ: Sequence[str],
    pair: tuple[Summary, Summary] | None,
) -> None:
    """What a run is called, and in what it differs."""
    t = visit.t
    if pair is not None and one is pair[0]:
        changed = view.changes_text(visit, changes(*pair)) or t("runs.compare.nothing")
        said = t("runs.compare.branched", step=f"{one.run.branched or 0:,}", changed=changed)
    else:
        said = ", ".join(
            f"{label(t, name)} {view.value_text(visit, name, one.settings.get(name, ''))}"
            for name in differ
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            visit.pages["overview"],
            label=f"**{literal(one.run.called)}**",
            help=t("runs.chosen.open_help"),
            query_params=view.link_to(visit, one.settings, one.run.id),
        )
        st.caption(literal(said), width="content")


def _moment(visit: Session, runs: Sequence[RunRow]) -> int:
    """The update at which all are shown: the last that all have made, or one before."""
    last = min(run.step for run in runs)
    at = visit.within("at", last, 0, last)
    held.slider(visit, "at", "runs.compare.at", at, 0, last, disabled=last < 1, width=430)
    return at


def _buttons(visit: Session, shown: Sequence[Summary]) -> None:
    """Start and pause those that are the visitor's, together."""
    t = visit.t
    own = [one.run for one in shown if view.may_control(visit, one.run)]
    to_start = [run for run in own if _starting(run) is not None]
    to_pause = [run for run in own if view.going(run)]
    if not own:
        st.caption(t("runs.compare.watching"), width="content")
        return

    def start() -> None:
        for run in to_start:
            _send(visit, run, _starting(run) or "resume")

    def pause() -> None:
        for run in to_pause:
            _send(visit, run, "pause")

    for name, icon, act, which in (
        ("start", "play_arrow", start, to_start),
        ("pause", "pause", pause, to_pause),
    ):
        st.button(
            t(f"runs.compare.{name}", n=len(which) or len(own)),
            key=f"runs.{name}",
            icon=f":material/{icon}:",
            type="primary" if name == "start" and not to_pause else "secondary",
            disabled=not which,
            on_click=lambda act=act: attempt(visit, act),
        )


def _starting(run: RunRow) -> CommandName | None:
    """What makes the run go on; None where it is going or over."""
    if view.going(run) or (run.status == "finished" and run.reason == "completed"):
        return None
    return "start" if run.status == "ready" else "resume"


def _send(visit: Session, run: RunRow, command: CommandName) -> None:
    server.command(visit.visitor.id, run.id, command)


def _stand(visit: Session, runs: Sequence[RunRow], pair: tuple[Summary, Summary] | None) -> object:
    """What the page depends on while the panels move by themselves: how the runs stand, whether
    they have anything to show, and whether the question can be answered by now."""
    store = server.store()
    heads = store.heads([run.id for run in runs])
    told = pair and questions.told(visit, *store.summaries.of([heads[one.run.id] for one in pair]))
    return told, sorted((run.id, run.status, run.last_seq > 0) for run in heads.values())
