"""The form of a sweep: an example that one click starts, and all that may be changed of it."""

from __future__ import annotations

from functools import partial
from math import ceil

import streamlit as st

from pages.ui.tune import axes, plan, watched
from pages.ui.tune.plan import Draft
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, offers
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.pending import listed
from pages.ui.widgets.settings import corpus_title, label
from rnncore.errors import RnnError
from rnncore.sweeps.book import MOST_WORKERS
from rnncore.sweeps.plan import Plan

MINUTE, HOUR = 60, 3600


def draw(visit: Session) -> None:
    """Draw what the sweep would do, its start, and below what may be changed."""
    t, made = visit.t, plan.draft(visit)
    refused = made.refused or (plan.refusal(made.plan.model_dump_json()) if made.plan else None)
    with st.container(border=True, gap="small"):
        st.markdown(_said(visit, made))
        if refused is not None:
            st.error(t.explain(refused), icon=":material/error:")
            if refused.code == "ptb_absent":
                offers.absent(visit)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("tune.form.start"),
                key="primary",
                type="primary",
                icon=":material/play_arrow:",
                help=t("tune.form.start_help"),
                disabled=refused is not None,
                on_click=partial(_start, visit, made),
            )
            room = st.empty()
        with st.expander(
            t("tune.form.change"), icon=":material/tune:", expanded=_changed(visit) or bool(refused)
        ):
            axes.draw(visit, made)
            _manner(visit, made)
    with st.container(key="tune.steps"):
        for column, step in zip(st.columns(3), ("first", "second", "third"), strict=True):
            column.caption(t(f"tune.form.{step}"))
    if made.plan is not None and refused is None:
        with room:
            _estimate(visit, made.plan, made.workers)


def duration(visit: Session, seconds: float) -> str:
    """A time as people say it."""
    if seconds < MINUTE:
        return visit.t("tune.form.seconds_long", n=f"{max(1.0, seconds):.2g}")
    if seconds < HOUR:
        return visit.t("tune.form.minutes_long", n=f"{seconds / MINUTE:.2g}")
    return visit.t("tune.form.hours_long", n=f"{seconds / HOUR:,.2g}")


def _said(visit: Session, made: Draft) -> str:
    """The plan in a sentence or two."""
    t = visit.t
    settings = ", ".join(
        f"**{literal(label(t, name))}** {literal(axes.shown(visit, name, given))}"
        for name, given in made.space.items()
    )
    budget = t(
        f"tune.form.budget_{made.budget}",
        n=f"{made.updates if made.budget == 'updates' else made.seconds:,}",
    )
    values = {
        "trials": f"{made.trials:,}",
        "budget": budget,
        "text": literal(corpus_title(visit, visit.config.corpus)),
    }
    said = t("tune.form.said", settings=settings or "–", **values)
    if made.seeds > 1:
        tried = ceil(made.trials / made.seeds)
        said += " " + t("tune.form.said_seeds", seeds=made.seeds, settings=f"{tried:,}")
    others = [
        name for name in visit.config.differences() if name not in made.space and name != "corpus"
    ]
    fixed = t("tune.form.others", settings=listed(visit, others)) if others else ""
    return "  \n".join(filter(None, [said, fixed or t("tune.form.defaults")]))


def _estimate(visit: Session, made: Plan, workers: int) -> None:
    t = visit.t
    try:
        taken = plan.seconds(made.model_dump_json(), workers)
    except RnnError as error:
        st.caption(t.explain(error))
        return
    st.markdown(t("tune.form.estimate", time=duration(visit, taken), workers=workers))


def _manner(visit: Session, made: Draft) -> None:
    """How the space is searched, and what each trial gets."""
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        held.number(
            visit, "trials", "tune.form.trials", made.trials, 1, plan.MOST_TRIALS, width=120
        )
        held.number(visit, "seeds", "tune.form.seeds", made.seeds, 1, plan.MOST_SEEDS, width=120)
        held.selectbox(
            visit, "budget", "tune.form.budget", made.budget, plan.BUDGETS,
            lambda name: t(f"tune.form.in_{name}"), width=150,
        )  # fmt: skip
        if made.budget == "updates":
            most = plan.MOST_UPDATES
            held.number(visit, "updates", "tune.form.each", made.updates, 1, most, width=130)
        else:
            most = plan.MOST_SECONDS
            held.number(visit, "seconds", "tune.form.each", made.seconds, 1, most, width=130)
        held.selectbox(
            visit, "sampler", "tune.form.sampler", made.sampler, plan.SAMPLERS,
            lambda name: t(f"tune.samplers.{name}"), width=170,
        )  # fmt: skip
        held.selectbox(
            visit, "pruner", "tune.form.pruner", made.pruner, plan.PRUNERS,
            lambda name: t(f"tune.pruners.{name}"), width=190,
        )  # fmt: skip
        held.number(visit, "workers", "tune.form.workers", made.workers, 1, MOST_WORKERS, width=120)
        if _changed(visit):
            held.button(
                visit, "example", "tune.form.example", dict.fromkeys(plan.VALUES),
                type="tertiary", icon=":material/undo:",
            )  # fmt: skip


def _changed(visit: Session) -> bool:
    """Whether the form describes anything but the example."""
    return any(visit.value(name, "") for name in plan.VALUES)


def _start(visit: Session, made: Draft) -> None:
    def start() -> None:
        assert made.plan is not None
        owner = visit.visitor.id
        found = watched.book().create(made.plan, workers=made.workers, owner=owner)
        visit.set_values(sweep=found, brush=None, top=None, idea=None)

    attempt(visit, start)
