"""A link that repeats a branch from nothing: both trainings, on any machine that runs this app."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

import streamlit as st

from pages.ui.overview.branching import branch_off
from pages.ui.serving import server
from pages.ui.visit.address import write_page_values, write_settings
from pages.ui.visit.request import page_url
from pages.ui.visit.session import Session
from pages.ui.widgets.link import link
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import label, worded
from rnncore.config import MOST, Config, branch_settings
from rnncore.errors import ConfigError, RnnError, StoreError
from rnncore.runs.files import LATEST
from rnncore.runs.row import RunRow
from rnncore.runs.summary import changes
from rnncore.text.own_texts import is_own

NAME = "repeat"
"""Value of the page that a link holds: update, setting and its new value, as in 200,dropout,0.5."""


class Experiment(NamedTuple):
    """After so many updates, one setting changes."""

    step: int
    setting: str
    value: Any


@dataclass
class Repeating:
    """The run that is on its way to where it branches, and what changes there."""

    run_id: str = ""
    experiment: Experiment | None = None


def offer(visit: Session, run: RunRow | None) -> None:
    """Say what the address asks for, where nothing is shown yet, with the button that does it."""
    t, asked = visit.t, read(visit.value(NAME, ""))
    if asked is None or run is not None:
        return
    said = t(
        "repeat.says",
        step=f"{asked.step:,}",
        setting=label(t, asked.setting),
        old=worded(visit, asked.setting, getattr(visit.config, asked.setting)),
        new=worded(visit, asked.setting, asked.value),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(said, width="content")
        st.button(
            t("repeat.start"),
            key="repeat.start",
            icon=":material/replay:",
            on_click=lambda: attempt(visit, partial(_begin, visit, asked)),
        )


def advance(visit: Session) -> None:
    """Branch, once the run that was begun for it has come to its update."""
    repeating = visit.state(Repeating)
    if repeating.experiment is None or visit.run_id != repeating.run_id:
        return
    try:
        run = server.find(repeating.run_id)
        if run is None or run.status != "finished":
            return
        step, setting, value = repeating.experiment
        repeating.experiment = None
        if run.step == step:
            branch_off(visit, run, LATEST, {setting: value})
            server.command(visit.visitor.id, run.id, "resume")
    except RnnError as error:
        visit.problem = error


def hand_on(visit: Session, run: RunRow) -> None:
    """Show the link that repeats this branch and the run that it began from, where one can: with
    one change, and a parent that nobody altered before it."""
    found = _experiment(run)
    if found is None:
        return
    config, experiment = found
    value = ",".join(map(str, experiment))
    query = write_settings(config.differences()) | write_page_values("overview", {NAME: value})
    st.caption(visit.t("repeat.link"))
    address = f"{page_url()}?{urlencode(query)}"
    link(visit.t, address, key="repeat.link", label=visit.t("repeat.link_label"))


def read(text: str) -> Experiment | None:
    """What the value of an address means; None where it means nothing."""
    step, _, rest = text.partition(",")
    setting, _, value = rest.partition(",")
    if not step.isdecimal() or len(step) > 12 or not 0 < int(step) <= MOST:
        return None
    if setting not in branch_settings():
        return None
    try:
        return Experiment(int(step), setting, getattr(Config.parse({setting: value}), setting))
    except ConfigError:
        return None


def _begin(visit: Session, asked: Experiment) -> None:
    """Train as far as the branch, and stop there."""
    owner = visit.visitor.id
    run_id = server.store().create_run(visit.config, owner=owner)
    visit.run_id = run_id
    kept = visit.state(Repeating)
    kept.run_id, kept.experiment = run_id, asked
    server.command(owner, run_id, "stop", {"updates": asked.step})
    server.command(owner, run_id, "start")


def _experiment(run: RunRow) -> tuple[Config, Experiment] | None:
    """The settings that the parent began with, and what the branch does otherwise."""
    store = server.store()
    try:
        parent = store.run(run.parent) if run.parent else None
        if parent is None or parent.parent or is_own(parent.config.corpus):
            return None
        child, origin = store.summaries.of([run, parent])
    except StoreError:  # said where the run is looked for
        return None
    step = run.branched or 0
    if not step or any(each.step < step for each in origin.facts.changed):
        return None
    found = changes(child, origin)
    if len(found) != 1:
        return None
    return parent.config, Experiment(step, found[0].setting, found[0].new)
