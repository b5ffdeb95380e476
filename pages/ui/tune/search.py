"""Idea 1, the search: settings on one side, curves on the other; a box on one selects in both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.tune import chance, chosen, selection
from pages.ui.tune.chosen import choose
from pages.ui.tune.figures import columns, curves, parallel
from pages.ui.tune.samples import samples
from pages.ui.tune.watched import Watched, plain
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.one_row import one_row
from pages.ui.widgets.settings import label
from pages.ui.widgets.theme import palette
from rnncore.sweeps.analysis import RESULT

VIEWS = {"parallel": parallel, "columns": columns}
BELOW = ("table", "best", "texts")


def draw(visit: Session, found: Watched) -> None:
    """Draw settings and curves beside each other, what is selected, and the trials below."""
    t, shown = visit.t, found.shown
    name = visit.value("view", "parallel")
    name = name if name in VIEWS else "parallel"
    left, right = st.columns([3, 2], gap="small")
    with left:
        with st.container(height=46, border=False):
            held.segments(
                visit, "view", "tune.view", name, tuple(VIEWS), lambda one: t(f"tune.views.{one}")
            )
        _settings(visit, found, name)
    with right:
        with st.container(height=46, border=False):
            st.caption(t("tune.curves"))
        chart(
            curves.figure(shown, palette(), t, chance.band(visit, found)),
            key="tune.curves",
            name=t("tune.says_curves", n=len(shown.kept), of=len(shown.trials)),
            on_click=partial(choose, visit, found),
        )
    selection.bar(visit, shown)
    chosen.draw(visit, found)
    _below(visit, found)


def _settings(visit: Session, found: Watched, name: str) -> None:
    t, shown = visit.t, found.shown
    ready = bool(shown.scales) and shown.scales[-1].name == RESULT and len(shown.scales) > 1
    if not ready:
        st.info(t("tune.no_result"), icon=":material/hourglass_top:")
        return

    def brush(told: Mapping[str, Any]) -> None:
        selection.keep(visit, VIEWS[name].brushed(told, shown.scales, shown.brushes))

    chart(
        VIEWS[name].figure(shown, palette(), t),
        key=f"tune.{name}",
        name=t(
            f"tune.says_{name}",
            n=len(shown.kept),
            of=len(shown.trials),
            settings=", ".join(shown.names[scale.name] for scale in shown.scales),
        ),
        on_click=partial(choose, visit, found),
        on_brush=brush,
    )


def _below(visit: Session, found: Watched) -> None:
    """The trials as a table, the best of them so far, or what they write."""
    t = visit.t
    name = visit.value("below", BELOW[0])
    name = name if name in BELOW else BELOW[0]
    held.segments(visit, "below", "tune.below", name, BELOW, lambda one: t(f"tune.belows.{one}"))
    if name == "table":
        _table(visit, found)
    elif name == "texts":
        samples(visit, found)
    else:
        told = [trial for trial in found.trials if trial.told is not None]
        if not told:
            st.info(t("tune.no_result"), icon=":material/hourglass_top:")
            return
        chart(
            curves.best(found.trials, found.shown.floor, palette(), t),
            key="tune.best",
            name=t("tune.says_best", n=len(told)),
            on_click=partial(choose, visit, found),
        )


def _table(visit: Session, found: Watched) -> None:
    """The selected trials, the best first; a click on one makes it the visit's run."""
    t = visit.t
    trials = found.selected
    numbers = [trial.number for trial in trials]
    sound = [
        None if trial.value is None or trial.status == "diverged" else perplexity_of(trial.value)
        for trial in trials
    ]
    columns: dict[str, Any] = {t("tune.columns.trial"): [number + 1 for number in numbers]}
    columns[t("tune.perplexity")] = pd.Series(sound, dtype="float64")
    for name in found.row.plan.space:
        columns[label(t, name)] = [plain(visit, name, trial.settings[name]) for trial in trials]
    if found.row.plan.seeds > 1:
        columns[t("settings.seed.label")] = [trial.settings["seed"] for trial in trials]
    columns[t("tune.columns.status")] = [t(f"tune.statuses.{trial.status}") for trial in trials]
    columns[t("tune.columns.updates")] = [trial.step for trial in trials]
    columns[t("tune.columns.seconds")] = [round(trial.seconds, 2) for trial in trials]
    columns[t("tune.columns.tokens")] = [trial.tokens for trial in trials]
    config = {
        t("tune.perplexity"): st.column_config.NumberColumn(format="%.4g"),
        t("tune.columns.updates"): st.column_config.NumberColumn(format="localized"),
        t("tune.columns.tokens"): st.column_config.NumberColumn(format="localized"),
    }
    one_row(
        pd.DataFrame(columns),
        numbers,
        found.shown.chosen,
        partial(choose, visit, found),
        key="tune.table",
        column_config=config,
        placeholder="–",
    )
