"""Idea 3, small multiples: the selected trials one by one, all above the same floor."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.tune import chosen, selection
from pages.ui.tune.chosen import choose
from pages.ui.tune.figures import multiples as figure
from pages.ui.tune.watched import Watched
from pages.ui.visit.i18n import literal, unmarked
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.theme import palette
from rnncore.sweeps.trial import Trial


def draw(visit: Session, found: Watched) -> None:
    """Draw a frame for each selected trial, the best first."""
    t, shown = visit.t, found.shown
    trials = [trial for trial in found.selected if trial.curve]
    selection.bar(visit, shown)
    chosen.draw(visit, found)
    if not trials:
        measured = any(trial.curve for trial in found.trials)
        st.info(t(f"tune.{'none_selected' if measured else 'no_result'}"))
        return
    chart(
        figure.figure(
            trials, {trial.number: _title(trial, found) for trial in trials}, shown, palette(), t
        ),
        key="tune.multiples",
        name=t("tune.says_multiples", n=min(len(trials), figure.MOST), of=len(trials)),
        on_click=partial(choose, visit, found),
        needs=900,
    )
    floor = shown.floor is not None
    named = " · ".join(unmarked(shown.names[name]) for name in _titled(found))
    key = f"tune.multiples_{'floor' if floor else 'no_floor'}"
    st.caption(t(key, most=figure.MOST, settings=literal(named)))


def _titled(found: Watched) -> tuple[str, ...]:
    """The settings that stand above a frame."""
    return (
        tuple(found.row.plan.space)[:2]
        if not found.importances.enough
        else (found.importances.order[:2])
    )


def _title(trial: Trial, found: Watched) -> str:
    """Number and result, and below the settings."""
    say = found.shown.say
    value = (
        "–"
        if trial.value is None or trial.status == "diverged"
        else f"{perplexity_of(trial.value):.3g}"
    )
    settings = " · ".join(say(name, trial.settings[name]) for name in _titled(found))
    return f"<b>{trial.number + 1}</b>  {value}<br>{settings}"
