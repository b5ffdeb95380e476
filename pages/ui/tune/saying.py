"""What a person would say of a sweep: how far it is, what it found, and what to try next."""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.tune import plan
from pages.ui.tune.watched import Watched, book, change, plain
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.settings import label
from rnncore.sweeps.advice import Advice
from rnncore.sweeps.trial import Trial, TrialStatus

MORE = 12
ORDER: tuple[TrialStatus, ...] = (
    "running",
    "waiting",
    "complete",
    "pruned",
    "diverged",
    "stopped",
    "failed",
)


def draw(visit: Session, found: Watched) -> None:
    """Draw the state in numbers, the result in a sentence, and a button that follows the advice."""
    t = visit.t
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="tune.state",
    ):
        st.caption(progress(visit, found), width="content")
        if found.mine and found.verdict.advice.kind in ("widen", "narrow", "more", "seeds"):
            st.button(
                t(f"tune.follow_{found.verdict.advice.kind}", n=MORE),
                key="tune.follow",
                type="tertiary",
                icon=":material/arrow_forward:",
                help=t("tune.follow_help"),
                on_click=partial(_follow, visit, found),
            )
    with st.container(key="tune.said"):  # has its room before there is something to say
        st.markdown(result(visit, found) or t("tune.nothing_yet"))


def progress(visit: Session, found: Watched) -> str:
    """How many trials there are, by what they have come to."""
    t, row = visit.t, found.row
    counts = Counter(trial.status for trial in found.trials)
    ended = sum(trial.ended for trial in found.trials)
    parts = [
        t("tune.count", n=counts[status], status=t(f"tune.statuses.{status}"))
        for status in ORDER
        if counts[status]
    ]
    status = t(f"tune.sweep_statuses.{row.status}")
    if row.status == "running" and not row.alive:
        status = t("tune.sweep_statuses.unattended")
    total = max(row.plan.trials, len(found.trials))
    said = t("tune.progress", status=status, ended=ended, trials=total)
    return " · ".join([said, *parts])


def result(visit: Session, found: Watched) -> str:
    """The sentence of result; "" where there is none yet."""
    t, verdict = visit.t, found.verdict
    best = verdict.best
    if best is None or best.value is None:
        return ""
    said = [
        t(
            "tune.result_best",
            perplexity=f"{perplexity_of(best.value):.4g}",
            n=best.number + 1,
            settings=worded(visit, best),
        )
    ]
    if verdict.most is not None:
        most = verdict.most
        values = {"setting": literal(label(t, most.setting)), "share": f"{most.share:.0%}"}
        said.append(t(f"tune.most_{most.sureness}", **values))
    said.append(advice(visit, verdict.advice, tried=verdict.tried))
    return " ".join(said)


def worded(visit: Session, trial: Trial) -> str:
    """The varied settings of a trial, as Markdown."""
    return ", ".join(
        f"{literal(label(visit.t, name))} {literal(plain(visit, name, value))}"
        for name, value in trial.varied.items()
    )


def advice(visit: Session, said: Advice, *, tried: int) -> str:
    """What to try next, as Markdown."""
    t, name = visit.t, said.setting
    values = {"setting": literal(label(t, name)) if name else "", "tried": tried}
    for end in ("low", "high"):
        value = getattr(said, end)
        values[end] = literal(plain(visit, name, value)) if name and value is not None else ""
    return t(f"tune.advice_{said.kind}", **values)


def _follow(visit: Session, found: Watched) -> None:
    """Do what was advised, with some trials more."""
    said, row = found.verdict.advice, found.row

    def follow() -> None:
        if said.setting is not None and said.low is not None and said.high is not None:
            book().set_range(row.id, said.setting, said.low, said.high)
        book().add_trials(row.id, MORE)

    if said.kind == "seeds":
        plan.fill_in(visit, row.plan, seeds=2 * max(2, row.plan.seeds))
    else:
        change(visit, row, follow)
