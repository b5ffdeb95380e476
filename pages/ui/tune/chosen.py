"""The trial that is looked at: it is the visit's run on every page, and one may go on by hand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.serving import server
from pages.ui.tune import chance
from pages.ui.tune.saying import worded
from pages.ui.tune.watched import Watched, book, change
from pages.ui.visit.address import check_corpus
from pages.ui.visit.session import Session
from pages.ui.widgets.offers import attempt
from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.runs.branching import prepare
from rnncore.runs.files import LATEST
from rnncore.runs.row import RunRow
from rnncore.runs.troubles import unknown_run, watched_only
from rnncore.sweeps.trial import Trial

OTHERS = ("overview", "states", "generation", "gradients")
"""Pages that look into a run."""
EPOCHS = 40
"""Passes over the text that a run may make when it is gone on with by hand."""


def choose(visit: Session, found: Watched, number: int | None) -> None:
    """Make a trial the visit's run, with its settings; None lets go of it."""
    trial = next((one for one in found.trials if one.number == number), None)

    def take() -> None:
        if trial is None:
            visit.run_id = None
            return
        if trial.run_id is None:
            return  # it has not begun
        run = _run(trial.run_id)
        visit.run_id = run.id
        with suppress(TextError):  # the text is another visitor's: their run may be looked at
            check_corpus({"corpus": run.config.corpus}, visit.visitor)
            visit.config = Config.parse(server.store().present_settings(run))

    attempt(visit, take)


def draw(visit: Session, found: Watched) -> None:
    """Draw the trial in a row, with what one can do with it; how to choose one where none is."""
    t, trial = visit.t, found.chosen
    if trial is None or trial.run_id is None:
        st.caption(t("tune.choose"))
        return
    with st.container(border=True, gap="xsmall", key="tune.chosen"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_said(visit, trial), width="content")
            if found.mine and not trial.ended:
                st.button(
                    t("tune.stop_trial"),
                    key="tune.stop_trial",
                    icon=":material/stop:",
                    help=t("tune.stop_trial_help"),
                    on_click=lambda: change(
                        visit, found.row, lambda: book().stop_trial(found.row.id, trial.number)
                    ),
                )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("tune.by_hand"),
                key="tune.by_hand",
                icon=":material/call_split:",
                type="primary",
                help=t("tune.by_hand_help"),
                disabled=trial.step == 0,
                on_click=partial(_by_hand, visit, trial),
            )
            for name in OTHERS:
                st.page_link(
                    visit.pages[name],
                    label=t(f"{name}.title"),
                    help=t("tune.open_help"),
                    query_params=visit.link_to(name),
                )
        if trial.ended and trial.step and trial.status != "diverged":
            chance.draw(visit, found, trial)


@dataclass
class ByHand:
    """The run that was begun by hand, and is to be opened."""

    run_id: str | None = None


def follow(visit: Session) -> None:
    """Open the Overview, where somebody has just begun to go on by hand."""
    state = visit.page_state(ByHand)
    if state.run_id is not None:
        state.run_id = None
        st.switch_page(visit.pages["overview"], query_params=visit.link_to("overview"))


def _said(visit: Session, trial: Trial) -> str:
    t = visit.t
    if trial.status == "diverged" or trial.value is None:
        came = t(f"tune.statuses.{trial.status}")
    else:
        came = t(
            "tune.came",
            perplexity=f"{perplexity_of(trial.value):.4g}",
            updates=f"{trial.step:,}",
            seconds=f"{trial.seconds:.3g}",
            status=t(f"tune.statuses.{trial.status}"),
        )
    return f"**{t('tune.trial', n=trial.number + 1)}**  {worded(visit, trial)} · {came}"


def _by_hand(visit: Session, trial: Trial) -> None:
    """Enter a run that goes on from the trial's newest checkpoint. It is paused, so that one sees
    it and can change its settings before it goes on: its epochs may last a second."""

    def enter() -> None:
        assert trial.run_id is not None
        store, owner, run = server.store(), visit.visitor.id, _run(trial.run_id)
        if run.owner not in (None, owner) and not server.controls(owner, run):
            raise watched_only(run.id)
        check_corpus({"corpus": run.config.corpus}, visit.visitor)
        branch = prepare(run, LATEST, {}, store.present_settings(run))
        child = store.branches.enter(branch, owner)
        called = visit.t("tune.by_hand_name", n=trial.number + 1)
        store.labels.name(child, store.labels.free_name(owner, called))
        server.command(owner, child, "extend", run.config.epochs + EPOCHS)
        visit.run_id = child
        visit.config = branch.config
        visit.page_state(ByHand).run_id = child

    attempt(visit, enter)


def _run(run_id: str) -> RunRow:
    """Raises StoreError if it is not there any more."""
    run = server.find(run_id)
    if run is None:
        raise unknown_run(run_id)
    return run
