"""Idea 4: the book's figure, gradient times Wh.T again and again, beside the true way back."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.gradients.figures import decay
from pages.ui.gradients.figures.decay import Line
from pages.ui.gradients.view import GradientsView, look
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.probes.jacobians import BookFigure, book_example, book_figure
from rnncore.probes.reading import running_text

QUESTION = "gradients.predict.book"
TICKS, STREAMS = 20, 8
SCALE, MOST = 100, 200
"""Per cent of the book's Wh."""
HEIGHT = 400


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the book's numbers at the left, the network's at the right, and say the difference."""
    t, now = visit.t, look(visit)
    asked = not answered(visit, QUESTION)
    said = [t("gradients.book.sentence")]
    if not asked:
        said.append(t("gradients.book.verdict"))
    st.markdown(" ".join(said))
    scale = visit.within("book", SCALE, 5, MOST)
    with row:
        held.slider(
            visit,
            "book",
            "gradients.book.scale",
            scale,
            5,
            MOST,
            step=5,
            format="%d %%",
            width=210,
        )
    left, right = st.columns(2, gap="medium")
    with left:
        section(t("gradients.book.example"))
        _chart(visit, "example", book_example(TICKS, scale / 100), asked=asked)
    with right:
        section(t(f"gradients.book.own_{now.subject.source}"))
        _chart(visit, "own", _measure(now.key, now), asked=asked)


def answer(visit: Session) -> Answer:
    """Whether tanh' keeps the book's exploding gradient from growing."""
    found = book_example(TICKS, SCALE / 100)
    assert found.without_slope is not None
    book, true = (norms[-1] / norms[0] for norms in (found.without_slope, found.along_tokens))
    option = "grows" if true > 1 else "shrinks"
    return Answer(option, {"book": amount(book), "true": amount(true), "d": str(TICKS)})


def _chart(visit: Session, name: str, found: BookFigure, *, asked: bool) -> None:
    """The book's way, where there is one, and the true one unless it is `asked` for."""
    t = visit.t
    said, lines = [], []
    if found.without_slope is None:
        said.append(t("gradients.book.gated"))
    else:
        book = amount(found.without_slope[-1] / found.without_slope[0])
        said.append(t("gradients.book.way", d=TICKS, book=book))
        lines.append(Line("book", t("gradients.book.wrong"), found.without_slope, "rung", "dash"))
    if not asked:
        true = amount(found.along_tokens[-1] / found.along_tokens[0])
        said.append(t("gradients.book.truth", d=TICKS, true=true))
        words = t("gradients.book.true")
        lines.append(Line("true", words, found.along_tokens, "gradient", width=2.6))
    caption = " ".join(said)
    st.caption(caption)
    if not lines:
        return
    chart(
        decay.figure(
            lines,
            palette(),
            t,
            quantity=t("gradients.book.quantity"),
            along=t("gradients.book.along"),
            height=HEIGHT,
            floor=1e-30,
        ),
        key=f"gradients.book.{name}",
        name=caption,
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _measure(key: str, _now: GradientsView) -> BookFigure:
    subject = _now.subject
    text = running_text(subject.model, subject.corpus, TICKS, STREAMS)
    return book_figure(text.model, text.xs)
