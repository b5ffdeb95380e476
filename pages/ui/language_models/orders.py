"""The same words in another order: where a sum hears no difference, and what remains of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.figures.mathematics import amount
from pages.ui.figures.tokens import isolated
from pages.ui.language_models.figures import orders as figure
from pages.ui.language_models.figures import table
from pages.ui.language_models.figures.table import Line
from pages.ui.language_models.sentence import Spoken
from pages.ui.visit.i18n import Texts, literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import answered
from pages.ui.widgets.theme import palette
from rnncore.baselines.language_model import LanguageModel
from rnncore.baselines.orders import Heard, hear, in_turn, swaps
from rnncore.baselines.sentences import perplexity
from rnncore.experiments.readers import WINDOWS, Shelf

QUESTION = "language_models.predict.readers"


def draw(visit: Session, now: Spoken, shelf: Shelf, words: int) -> None:
    """The place at which two windows hold the same words, and the two whole sentences."""
    t = visit.t
    say = "language_models.orders"
    section(t(f"{say}.title"))
    place = turned_place(visit, now, words)
    if place is None:
        st.info(t(f"{say}.none"))
        return
    tokens = now.corpus.vocabulary.decode(now.sentence)
    known: dict[str, LanguageModel] = {name: shelf[name] for name in WINDOWS if name in shelf}
    if len(known) < len(WINDOWS):
        st.caption(t(f"{say}.waits"))
        return
    models: dict[str, LanguageModel] = {**known, "network": now.network}
    heard = {name: hear(model, now.before, now.sentence, place) for name, model in models.items()}
    both = tokens, now.corpus.vocabulary.decode(in_turn(now.sentence, place))
    names = tuple(_before(one, place) for one in both)
    told = answered(visit, QUESTION)
    summed = heard["summed"]
    said = t(
        f"{say}.{'said' if told else 'asked'}",
        words=words,
        first=literal(names[0]),
        second=literal(names[1]),
        difference=amount(summed.difference),
        kept=amount(heard["concatenated"].difference),
    )
    st.markdown(said)
    chart(
        figure.figure(
            [
                figure.next_words(reader(t, name, words), one, now.tokens)
                for name, one in heard.items()
                if told or name != "summed"
            ],
            (names[0], names[1]),
            palette(),
            t,
        ),
        key="language_models.next",
        name=said,
    )
    if told:
        _whole(visit, now, summed, both)


def _whole(visit: Session, now: Spoken, summed: Heard, both: tuple[list[str], list[str]]) -> None:
    """Why the summing model gives the two whole sentences different probabilities."""
    t, say = visit.t, "language_models.orders"
    lines = [
        Line(t(f"{say}.{name}"), p.tolist(), perplexity(p), order)
        for name, p, order in zip(("written", "turned"), summed.factors, both, strict=True)
    ]
    same = [i for i, equal in enumerate(summed.same) if equal]
    ratio = 2.0 ** float(np.clip(np.log2(summed.factors[0] / summed.factors[1]).sum(), -999, 999))
    said = t(f"{say}.whole", same=len(same), n=len(both[0]), ratio=amount(ratio))
    st.markdown(said)
    chart(
        table.figure(
            [str(i + 1) for i in range(len(both[0]))],
            lines,
            palette(),
            t,
            [(line, i) for i in same for line in (0, 1)],
        ),
        key="language_models.whole",
        name=said,
    )


def choose(visit: Session, now: Spoken, words: int) -> None:
    place = turned_place(visit, now, words)
    if place is None:
        return
    tokens = now.corpus.vocabulary.decode(now.sentence)
    names = {
        i: f"{i + 1}: {isolated(tokens[i])} ↔ {isolated(tokens[i + 1])}"
        for i in swaps(now.sentence, words)
    }
    held.selectbox(
        visit, "turn", "language_models.orders.place", place, tuple(names), names.__getitem__,
        width=200,
    )  # fmt: skip


def _before(tokens: list[str], place: int) -> str:
    """What stands before the next word, as far as it names the order."""
    return " ".join(isolated(token) for token in tokens[max(place - 1, 0) : place + 2])


def turned_place(visit: Session, now: Spoken, words: int) -> int | None:
    """Which two neighbours change places; None where the sentence has none that can."""
    places = swaps(now.sentence, words)
    asked = visit.value("turn", len(now.sentence) // 2)
    return min(places, key=lambda place: abs(place - asked), default=None)


def reader(t: Texts, name: str, words: int) -> str:
    """What a model is called whose windows have so many words."""
    return t(f"language_models.readers.{name}", words=words)
