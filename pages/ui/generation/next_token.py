"""Idea 1: from scores to the distribution that the next token is drawn from."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.ui.figures.mathematics import percent, told_apart
from pages.ui.figures.tokens import isolated
from pages.ui.generation.controls import legal, sampling, sampling_row
from pages.ui.generation.figures import next_token as figure
from pages.ui.generation.prompt import Prompted, extended, prompt_row, prompted
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer
from pages.ui.widgets.theme import palette
from rnncore.probes.continuations import Next, next_token
from rnncore.probes.surprise import divergence
from rnncore.sampling import Sampling
from rnncore.text.entropy import entropy

HOT = 2.0
"""The temperature of the question."""


def draw(visit: Session) -> None:
    """Draw the prompt, the controls, and the columns."""
    now = prompted(visit)
    prompt_row(visit, now)
    sampling_row(visit, now)
    chosen = sampling(visit)
    steps = next_token(now.model, now.start, chosen, legal(visit, now))
    true = _truth(now)
    said = _said(visit, now, steps)
    st.markdown(said)
    if true is not None:
        st.markdown(_distance(visit, steps, true))
    elif now.tables is not None:
        st.caption(visit.t("generation.illegal_prompt"))
    chart(
        figure.figure(figure.rows(steps, true, now.tokens), chosen.temperature, palette(), visit.t),
        key="generation.next",
        name=said,
        width="content",
        on_click=partial(_choose, visit, now),
    )
    st.caption(visit.t("generation.next.caption"))


def answer(visit: Session) -> Answer:
    """What becomes of the odds of the two likeliest tokens at twice the temperature."""
    now = prompted(visit)
    cool, hot = (
        next_token(now.model, now.start, Sampling(temperature)).tempered
        for temperature in (1.0, HOT)
    )
    first, second = (-cool).argsort(kind="stable")[:2]
    odds = told_apart(*(float(p[first] / p[second]) for p in (cool, hot)))
    return Answer(
        "root",
        {
            "first": literal(isolated(now.tokens[first])),
            "second": literal(isolated(now.tokens[second])),
            **dict(zip(("cool", "hot"), odds, strict=True)),
        },
    )


def _truth(now: Prompted) -> Any:
    return None if now.legal is None else now.legal.tables.p[now.legal.state]


def _choose(visit: Session, now: Prompted, token: Any) -> None:
    """Let the prompt go on with a token."""
    visit.set_values(prompt=extended(now, int(token)), given=None, place=None)


def _said(visit: Session, now: Prompted, steps: Next) -> str:
    left = steps.final > 0
    best = int(steps.final.argmax())
    return visit.t(
        "generation.next.said",
        word=literal(isolated(now.tokens[best])),
        raw=percent(steps.raw[best]),
        final=percent(steps.final[best]),
        left=f"{int(left.sum()):,}",
        of=f"{len(left):,}",
        share=percent(round(float(steps.raw[left].sum()), 9)),
        entropy=f"{entropy(steps.raw):.2f}",
    )


def _distance(visit: Session, steps: Next, true: Any) -> str:
    t, final = visit.t, divergence(true, steps.final)
    lost = true[steps.final == 0].sum()
    words = "generation.next.infinite" if lost > 0 else "generation.next.divergence"
    return t(
        words,
        raw=f"{divergence(true, steps.raw):.3f}",
        final=f"{final:.3f}",
        lost=percent(lost),
        entropy=f"{entropy(true):.2f}",
    )
