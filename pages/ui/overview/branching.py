"""Branch here: from a state that the run has kept, with one setting changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.ui.overview.others import Seen
from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.numbers import parse
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.looked_into import which
from pages.ui.widgets.number_box import Drawn, Number, number_box
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import label, worded
from rnncore.config import Config, branch_settings, choices, is_number, usual_values
from rnncore.errors import ConfigError, RnnError, StoreError
from rnncore.runs.branching import prepare
from rnncore.runs.checkpoints import Kept
from rnncore.runs.files import LATEST
from rnncore.runs.row import RunRow

SHOWN_OTHERWISE = {"temperature", "pace"}
"""Settings that leave the weights as they would be."""
OFFERED = sorted(
    set(branch_settings()) - SHOWN_OTHERWISE, key=lambda name: (name != "learning_rate", name)
)


@dataclass
class Draft:
    """The branch that is being written, by setting: the new value, and what was typed where that
    cannot be taken, with the reason."""

    values: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, tuple[str, RnnError]] = field(default_factory=dict)


def branching(visit: Session, run: RunRow | None) -> None:
    """Draw the choice of a state, a setting and its value, and the button that branches."""
    t = visit.t
    states = _states(run) if run is not None else {}
    if run is None or not states:
        st.caption(t("branch.nothing"))
        return
    in_force = Config.parse(server.store().present_settings(run))
    draft = visit.page_state(Draft)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = visit.value("from", LATEST)
        chosen = chosen if chosen in states else next(iter(states))
        held.selectbox(
            visit,
            "from",
            "branch.from",
            chosen,
            list(states),
            lambda name: which(
                t, states[name], run.step if name == LATEST else states[name].step or 0
            ),
            width="stretch",
        )
        name = visit.value("change", OFFERED[0])
        name = name if name in OFFERED else OFFERED[0]
        held.selectbox(
            visit, "change", "branch.change", name, OFFERED, lambda one: label(t, one), width=150
        )
        _value(visit, draft, name, getattr(in_force, name))
    if name in draft.refused:
        st.error(t.explain(draft.refused[name][1]), icon=":material/error:")
    new = draft.values.get(name)
    if new is not None:
        values = {"setting": label(t, name), "new": worded(visit, name, new)}
        st.caption(t("branch.will", old=worded(visit, name, getattr(in_force, name)), **values))
    st.button(
        t("branch.make"),
        key="branch.make",
        icon=":material/call_split:",
        help=t("branch.make_help"),
        disabled=new is None or name in draft.refused,
        on_click=lambda: attempt(visit, lambda: branch_off(visit, run, chosen, {name: new})),
    )


def _states(run: RunRow) -> dict[str, Kept]:
    """The run's checkpoints by name, the latest first."""
    try:
        return {kept.name: kept for kept in server.store().checkpoints.of(run.id)}
    except StoreError:  # said where the run is looked for
        return {}


def _value(visit: Session, draft: Draft, name: str, old: Any) -> None:
    """The box for the new value of a setting: it opens with the one in force."""
    t, key = visit.t, f"branch.value.{name}"
    value = draft.values.get(name, old)
    if not is_number(name):

        def choose() -> None:
            visit.act()
            _take(draft, name, session.widget(key), old)

        st.selectbox(
            t("branch.value"),
            choices(name),
            choices(name).index(value),
            key=key,
            format_func=lambda one: worded(visit, name, one),
            on_change=choose,
            width=150,
        )
        return
    kind = int if isinstance(old, int) else float
    refused = draft.refused.get(name)
    box = Number(value, {*usual_values(name), value}, refused=refused and refused[0])
    visit.page_state(Drawn).numbers[key] = box

    def typed(text: str) -> None:
        visit.act()
        try:
            _take(draft, name, parse(text, kind) if text.strip() else old, old)
        except ConfigError as error:
            draft.refused[name] = (text, error)

    number_box(
        t("branch.value"), box, key=key, help=t("branch.value_help"), on_change=typed, width=120
    )


def _take(draft: Draft, name: str, value: Any, old: Any) -> None:
    """Keep a new value; the one in force changes nothing.  Raises ConfigError if it cannot be."""
    draft.refused.pop(name, None)
    Config.parse({name: value})
    draft.values.pop(name, None)
    if value != old:
        draft.values[name] = value


def branch_off(visit: Session, run: RunRow, name: str, changes: dict[str, Any]) -> None:
    """Enter the branch, show it, and let it train: one that has no updates left makes as many
    epochs again. The run that it leaves is an earlier one from now on. What only shows a run
    otherwise, such as its speed, stays as it is, however old the state."""
    store, owner = server.store(), visit.visitor.id
    present = store.present_settings(run)
    if name != LATEST:
        present = {one: present[one] for one in SHOWN_OTHERWISE}
    branch = prepare(run, name, changes, present)
    visit.state(Seen).add(run.id)
    child = store.branches.enter(branch, owner)
    visit.page_state(Draft).values.clear()
    visit.config = branch.config
    visit.run_id = child
    epochs = server.epochs(run)
    if run.reason == "completed" and branch.step >= run.step:
        server.command(owner, child, "extend", epochs + run.config.epochs)
    server.command(owner, child, "resume")
