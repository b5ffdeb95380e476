"""Idea 2: the same sentence, read by models that know more and more of what stands before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.figures.tokens import isolated
from pages.ui.language_models.figures import orders as next_figure
from pages.ui.language_models.figures import table
from pages.ui.language_models.figures.table import Line
from pages.ui.language_models.sentence import Spoken, sentence_row, spoken
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.baselines.kneser_ney import FALLBACK, KneserNey
from rnncore.baselines.language_model import LanguageModel
from rnncore.baselines.orders import Heard, hear, in_turn, swaps
from rnncore.baselines.sentences import factors, perplexity_of
from rnncore.baselines.windows import Kind
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.experiments.readers import (
    ORDERS,
    READERS,
    WINDOWS,
    Made,
    Shelf,
    make,
    soon_made,
    tokens_read,
)
from rnncore.text.corpus import Corpus

QUESTION = "language_models.predict.readers"
WORDS, LEAST, MOST = 3, 2, 8
"""Words of a window: what the control holds at first, and its bounds."""
SHOWN_WORDS = 3
"""Words before the next one that name an order."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw who gives which probability, and what becomes of the same words in another order."""
    now = spoken(visit)
    words = window(visit)
    with row:
        held.select_slider(
            visit, "words", "language_models.readers.words", words, range(LEAST, MOST + 1), str,
            width=180,
        )  # fmt: skip
        _choose_place(visit, now, words)
    sentence_row(visit, now)
    config, corpus = now.subject.config, now.corpus
    shelf = shelf_of(config, corpus, words)
    name = f"readers:{corpus.fingerprint}:{config.model_dump_json()}:{words}"
    under_way: SlicedTraining[Made] | None = training.current(visit, name)

    def start(windows: tuple[Kind, ...]) -> SlicedTraining[Made]:
        work = _making(visit, make(config, corpus, words, shelf, windows))
        return training.start(visit, name, work)

    def go_on() -> None:
        visit.act()
        start(WINDOWS)

    at_once = WINDOWS if soon_made(config, corpus) else ()
    if under_way is None and not {ORDERS[-1], *at_once} <= set(shelf):
        under_way = start(at_once)
    elif not set(READERS) <= set(shelf) and (under_way is None or not under_way.going):
        st.button(
            visit.t("language_models.readers.go_on"),
            key="readers.go_on",
            icon=":material/play_arrow:",
            on_click=go_on,
        )
    training.poll(under_way, partial(_read, visit, now, shelf, words, under_way))


def _making(visit: Session, work: Iterator[Made]) -> Iterator[Made]:
    """The making of the models, to its end or to what stops it, which the page then says."""
    try:
        yield from work
    except RnnError as error:
        visit.problem = error


def answer(visit: Session) -> Answer | None:
    """How the summing model tells the two orders apart; None while it is trained."""
    now, words = spoken(visit), window(visit)
    model = shelf_of(now.subject.config, now.corpus, words).get("summed")
    place = turned_place(visit, now, words)
    if model is None or place is None:
        return None
    heard = hear(model, now.before, now.sentence, place)
    same = sum(heard.same)
    option = "same" if heard.difference == 0 else "other"
    return Answer(option, {"same": str(same), "n": str(len(now.sentence))})


def waits(visit: Session) -> bool:
    """Whether the windows are being trained."""
    now, words = spoken(visit), window(visit)
    return "summed" not in shelf_of(now.subject.config, now.corpus, words)


def window(visit: Session) -> int:
    """Words of the windows, within their bounds whatever the URL says."""
    return min(max(visit.value("words", WORDS), LEAST), MOST)


def turned_place(visit: Session, now: Spoken, words: int) -> int | None:
    """Which two neighbours change places; None where the sentence has none that can."""
    places = swaps(now.sentence, words)
    asked = visit.value("turn", len(now.sentence) // 2)
    return min(places, key=lambda place: abs(place - asked), default=None)


@st.cache_resource(
    max_entries=6,
    show_spinner=False,
    hash_funcs={Config: Config.model_dump_json, Corpus: lambda corpus: corpus.fingerprint},
)
def shelf_of(config: Config, corpus: Corpus, words: int) -> Shelf:
    """The models of a text, for all visits: made once, in slices."""
    return {}


def _read(
    visit: Session,
    now: Spoken,
    shelf: Shelf,
    words: int,
    under_way: SlicedTraining[Made] | None,
) -> None:
    t = visit.t
    made = under_way.points[-1] if under_way is not None and under_way.points else None
    if under_way is not None and under_way.going:
        left, right = st.columns([6, 1], vertical_alignment="center")
        share = made.done / made.of if made else 0.0
        name = _name(visit, made.name, words) if made else "…"
        left.progress(share, t("language_models.readers.making", name=name))
        right.button(t("lab.stop"), key="readers.stop", on_click=under_way.stop)
    models: dict[str, LanguageModel] = {**shelf, "network": now.network}
    read = {name: factors(model, now.before, now.sentence) for name, model in models.items()}
    lines = [
        Line(
            _name(visit, name, words),
            read[name].tolist() if name in read else (),
            _perplexity(read[name]) if name in read else None,
        )
        for name in (*READERS, "network")
    ]
    tokens = now.corpus.vocabulary.decode(now.sentence)
    best = min(read, key=lambda name: _perplexity(read[name]))
    said = t(
        "language_models.readers.best",
        name=_name(visit, best, words),
        perplexity=amount(_perplexity(read[best])),
    )
    chart(
        table.figure(tokens, lines, palette(), t),
        key="language_models.readers",
        name=f"{t('language_models.readers.alt', n=len(tokens))} {said}",
    )
    st.caption(
        " ".join(
            (
                said,
                t("language_models.readers.legend", words=words),
                *_read_less(visit, now),
                *_fallen_back(visit, shelf),
            )
        )
    )
    _orders(visit, now, shelf, words)


def _read_less(visit: Session, now: Spoken) -> list[str]:
    """That of a long text the beginning was read."""
    counted, read = tokens_read(now.subject.config, now.corpus)
    whole = len(now.corpus.train)
    if min(counted, read) == whole:
        return []
    values = {"counted": f"{counted:,}", "read": f"{read:,}", "whole": f"{whole:,}"}
    return [visit.t("language_models.readers.less", **values)]


def _fallen_back(visit: Session, shelf: Shelf) -> list[str]:
    """At which orders the longest n-gram's discounts are no measured ones."""
    longest = shelf.get(ORDERS[-1])
    if not isinstance(longest, KneserNey) or not longest.fallen_back:
        return []
    values = {"longest": longest.order, "orders": ", ".join(map(str, longest.fallen_back))}
    taken = ", ".join(f"{discount:g}" for discount in FALLBACK)
    return [visit.t("language_models.readers.fallen_back", **values, taken=taken)]


def _orders(visit: Session, now: Spoken, shelf: Shelf, words: int) -> None:
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
        next_figure.figure(
            [
                next_figure.next_words(_name(visit, name, words), one, now.tokens)
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
        Line(t(f"{say}.{name}"), p.tolist(), _perplexity(p), order)
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


def _choose_place(visit: Session, now: Spoken, words: int) -> None:
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


def _name(visit: Session, name: str, words: int) -> str:
    return visit.t(f"language_models.readers.{name}", words=words)


def _perplexity(p: Any) -> float:
    return perplexity_of(float(-np.log2(p).sum()), len(p))
