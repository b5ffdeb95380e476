"""Overview: train an RNN language model live and look inside it while it learns."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.overview import questions, repeating, scene, transport, tuning
from pages.ui.overview.earlier import earlier
from pages.ui.overview.others import others
from pages.ui.overview.seeds import seeds
from pages.ui.overview.sharing import sharing
from pages.ui.overview.trouble import trouble
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import fitting, header, settings
from pages.ui.widgets.frame import present_button
from pages.ui.widgets.offers import absent
from pages.ui.widgets.own_text import own_text
from rnncore.presets import STORIES


def draw(visit: Session) -> None:
    """Settings, buttons and notices above the four live panels."""
    repeating.advance(visit)
    run = transport.watched(visit)
    mine = run is not None and transport.controlled(visit, run)
    watching = run is not None and not mine

    def on_change(name: str) -> None:
        transport.act_at_once(visit, name)
        fitting.fit_again(visit, name)

    head, form = st.container(), st.container()
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport")
    if visit.presenting:  # all in one row
        form = row.container(width="content")
    # Two places: what is open on the right stays open when something comes to the left.
    buttons, more = (
        row.container(horizontal=True, vertical_alignment="center", gap="small", width=width)
        for width in ("content" if visit.presenting else "stretch", "content")
    )
    unfolded, notices, live = st.container(), st.container(), st.container()
    # The panels first: what a press of Start starts is seen while the rest is on its way.
    shown = scene.scene(visit, run)
    before = earlier(visit, run)
    if shown is not None:
        with live:
            scene.panels(visit, run, shown, before, mine=mine)
    if not visit.presenting:
        with head:
            header.head(visit, stories=STORIES, ask=partial(questions.ask, visit))
    with form:
        settings.open_settings(visit, on_change, fixed=watching)
    with buttons:
        transport.bar(visit, run, ready=shown is not None and shown.true, mine=mine)
        if not watching and shown is not None:
            seeds(visit, run.config if run else visit.config, shown.run.vocabulary_size)
        others(visit)
    with more:
        settings.folded_settings(visit, on_change, fixed=watching)
        if visit.presenting:
            present_button(visit)
        else:
            if not watching:
                tuning.button(visit)
            own_text(visit, watching=watching)
            if run is not None and mine:
                sharing(visit, run)
    if not watching:
        with unfolded:
            tuning.row(visit, run, before, on_change)
    with notices:
        repeating.offer(visit, run)
        header.problem(visit)
        absent(visit)
        settings.refusals(visit)
        trouble(visit, run, mine=mine)
        fitting.said(visit, run)
        scene.left_to_the_run(visit, shown)


if __name__ == "__main__":
    draw(session.current())
