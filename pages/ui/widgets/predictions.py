"""Predict, then check: choose an answer and say why, look, and hear what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from pages.ui.visit import session
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held


class Answer(NamedTuple):
    """Which of the offered answers the measurement gives, and the values its sentence names."""

    option: str
    values: dict[str, str]


class Prediction(NamedTuple):
    """A question with answers to choose from.

    words    where its texts stand in the locale: `question`, `measured`, and one for each option
    measure  gives the answer, once somebody has checked; None where nothing can be measured with
             the present network
    show     sets the page's controls, when somebody checks, so that one sees the answer
    waits    whether the answer is being measured, so that it is worth waiting for
    """

    words: str
    options: tuple[str, ...]
    measure: Callable[[], Answer | None]
    show: Callable[[], None] = lambda: None
    waits: Callable[[], bool] = lambda: False


@dataclass
class Predicted:
    """What somebody said, and why; whether it is checked, and was right when last looked at."""

    said: str = ""
    why: str = ""
    checked: bool = False
    right: bool = False


@dataclass
class Predictions:
    """Of the whole visit, by question."""

    by_words: dict[str, Predicted] = field(default_factory=dict)

    def of(self, words: str) -> Predicted:
        return self.by_words.setdefault(words, Predicted())

    @property
    def score(self) -> tuple[int, int]:
        """How many were right, of how many that were checked."""
        checked = [one.right for one in self.by_words.values() if one.checked]
        return sum(checked), len(checked)


def one_of(visit: Session, asked: Mapping[str, Prediction], first: str | None = None) -> None:
    """Draw one question of a page, and which ones there are: the address says which it is, so that
    each has a link of its own. Where it says none it is `first`."""
    first = first or next(iter(asked))
    chosen = visit.value("asked", first)
    chosen = chosen if chosen in asked else first
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        held.segments(
            visit,
            "asked",
            "predict.which",
            chosen,
            list(asked),
            lambda name: visit.t(f"{asked[name].words}.name"),
        )
    predict(visit, asked[chosen])


def predict(visit: Session, asked: Prediction) -> None:
    """Draw the question in one row; once it is checked, what was said and what was measured."""
    found = visit.state(Predictions).of(asked.words)
    answer = asked.measure() if found.checked else None
    if answer is None and found.checked and asked.waits():
        st.info(visit.t(f"{asked.words}.waits"), icon=":material/hourglass_top:")
    elif answer is None:
        found.checked = False
        _ask(visit, asked, found)
    else:
        _tell(visit, asked, found, answer)


def _ask(visit: Session, asked: Prediction, found: Predicted) -> None:
    t, key = visit.t, f"predict.{asked.words}"
    session.seed(f"{key}.said", found.said or None)
    session.seed(f"{key}.why", found.why)

    def note() -> None:
        visit.act()
        found.said = session.widget(f"{key}.said") or ""
        found.why = session.widget(f"{key}.why") or ""

    def check() -> None:
        note()
        found.checked = bool(found.said)
        if found.checked:
            asked.show()

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{t(f'{asked.words}.question')}**", width="content")
        st.segmented_control(
            t("predict.answers"),
            asked.options,
            format_func=lambda option: t(f"{asked.words}.{option}"),
            key=f"{key}.said",
            on_change=note,
            label_visibility="collapsed",
            width="content",
        )
        st.text_input(
            t("predict.why"),
            key=f"{key}.why",
            on_change=note,
            placeholder=t("predict.why"),
            label_visibility="collapsed",
            width=200,
        )
        st.button(
            t("predict.check"),
            key=f"{key}.check",
            help=t("predict.check_help"),
            on_click=check,
            disabled=not found.said,
        )


def _tell(visit: Session, asked: Prediction, found: Predicted, answer: Answer) -> None:
    t, key = visit.t, f"predict.{asked.words}"
    found.right = found.said == answer.option
    right, of = visit.state(Predictions).score

    def again() -> None:
        visit.act()
        visit.state(Predictions).by_words.pop(asked.words)

    values = {
        "said": t(f"{asked.words}.{found.said}"),
        "measured": t(f"{asked.words}.{answer.option}"),
    }
    because = t("predict.because", why=literal(found.why)) if found.why.strip() else ""
    with st.container(border=True, gap="xsmall"):
        st.markdown(
            " ".join(
                filter(
                    None,
                    (
                        "✓" if found.right else "✗",
                        t("predict.told", **values),
                        because,
                        t(f"{asked.words}.measured", **answer.values),
                    ),
                )
            )
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text_input(
                t("predict.seen"),
                key=f"{key}.seen",
                placeholder=t("predict.seen"),
                label_visibility="collapsed",
                persist_state="session",
            )
            st.caption(t("predict.score", right=right, of=of), width="content")
            st.button(t("predict.again"), key=f"{key}.again", type="tertiary", on_click=again)
