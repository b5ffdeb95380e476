"""Predict, then check: choose an answer and say why, look, and hear what was measured.

A question that is asked beside its answer asks nothing: a page keeps back what answers it until it
is `answered`, or until somebody wants to be shown. Where the answer is off the screen until Check
sets the controls, there is nothing to keep back. An answer given after what answers the question
was on the page is told, and not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
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
    hides    whether the page keeps something back, which one may ask to be shown
    """

    words: str
    options: tuple[str, ...]
    measure: Callable[[], Answer | None]
    show: Callable[[], None] = lambda: None
    waits: Callable[[], bool] = lambda: False
    hides: bool = False


class Question(NamedTuple):
    """A question of a page, before it is known what it is asked of.

    measure, waits   as in `Prediction`, of what the question is asked of
    stands           whether the page has the settings that the question speaks of
    """

    options: tuple[str, ...]
    measure: Callable[..., Answer | None]
    waits: Callable[..., bool] = lambda *seen: False
    hides: bool = True
    stands: Callable[..., bool] = lambda *seen: True


@dataclass
class Predicted:
    """What somebody said, and why; whether it is checked, and what was measured then.

    `unmeasured` says that it was checked where nothing could be measured; `late` that what answers
    it was on the page before.
    """

    said: str = ""
    why: str = ""
    checked: bool = False
    answer: Answer | None = None
    unmeasured: bool = False
    late: bool = False


@dataclass
class Predictions:
    """Of the whole visit, by question."""

    by_words: dict[str, Predicted] = field(default_factory=dict)

    def of(self, words: str) -> Predicted:
        return self.by_words.setdefault(words, Predicted())

    @property
    def score(self) -> tuple[int, int]:
        """How many were right, of how many that were checked and not late."""
        told = [
            one.said == one.answer.option
            for one in self.by_words.values()
            if one.checked and one.answer is not None and not one.late
        ]
        return sum(told), len(told)


def answered(visit: Session, words: str) -> bool:
    """Whether what answers the question may be on the screen."""
    found = visit.state(Predictions).of(words)
    return found.checked or found.unmeasured or _name(words) in _shown(visit)


def reveal(visit: Session, words: str) -> None:
    """Let what answers the question come on the page, as "Show me" does, where it has no answer
    yet."""
    if not answered(visit, words):
        visit.set_values(shown=",".join((*_shown(visit), _name(words))))


def kept_back(visit: Session) -> None:
    """Say, in the place of what answers the page's question, why it is not there."""
    st.caption(visit.t("predict.kept_back"))


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


def ask(visit: Session, name: str, asked: Question, *seen: object) -> None:
    """Draw a question of the page, asked of what is `seen`, where it stands; the locale has
    its texts under the page's name."""
    if not asked.stands(*seen):
        return
    predict(
        visit,
        Prediction(
            f"{visit.page}.predict.{name}",
            asked.options,
            partial(asked.measure, *seen),
            waits=partial(asked.waits, *seen),
            hides=asked.hides,
        ),
    )


def predict(visit: Session, asked: Prediction) -> None:
    """Draw the question in one row; once it is checked, what was said and what was measured. Where
    a step of a tour shows what answers it, nothing is asked."""
    found = visit.state(Predictions).of(asked.words)
    if visit.tour and asked.hides and not found.checked and _name(asked.words) in _shown(visit):
        return
    if found.checked and found.answer is None:
        found.answer = asked.measure()
    if found.checked and found.answer is not None:
        _tell(visit, asked, found, found.answer)
    elif found.checked and asked.waits():
        st.info(visit.t(f"{asked.words}.waits"), icon=":material/hourglass_top:")
    else:
        found.unmeasured = found.unmeasured or (found.checked and asked.hides)
        found.checked = False
        _ask(visit, asked, found)
        if found.unmeasured:
            st.caption(visit.t("predict.unmeasured"))


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
        found.late = answered(visit, asked.words)
        found.checked = bool(found.said)
        if found.checked:
            asked.show()

    # Where not all of it fits into one row, the answers stay together in the next.
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{t(f'{asked.words}.question')}**", width="content")
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            st.segmented_control(
                t("predict.answers"),
                asked.options,
                default=found.said or None,
                format_func=lambda option: t(f"{asked.words}.{option}"),
                key=f"{key}.said",
                on_change=note,
                label_visibility="collapsed",
                width="content",
            )
            st.text_input(
                t("predict.why"),
                found.why,
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
            if asked.hides and not answered(visit, asked.words):
                st.button(
                    t("predict.show"),
                    key=f"{key}.show",
                    help=t("predict.show_help"),
                    type="tertiary",
                    on_click=partial(reveal, visit, asked.words),
                )


def _tell(visit: Session, asked: Prediction, found: Predicted, answer: Answer) -> None:
    t, key = visit.t, f"predict.{asked.words}"
    right, of = visit.state(Predictions).score
    score = t("predict.late") if found.late else t("predict.score", right=right, of=of)

    def again() -> None:
        visit.state(Predictions).by_words.pop(asked.words)
        left = [name for name in _shown(visit) if name != _name(asked.words)]
        visit.set_values(shown=",".join(left) or None)

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
                        "✓" if found.said == answer.option else "✗",
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
            st.caption(score, width="content")
            st.button(t("predict.again"), key=f"{key}.again", type="tertiary", on_click=again)


def _shown(visit: Session) -> list[str]:
    """Names of the page's questions that somebody wanted to see answered; the address has them."""
    return [name for name in visit.value("shown", "").split(",") if name]


def _name(words: str) -> str:
    return words.rpartition(".")[2]
