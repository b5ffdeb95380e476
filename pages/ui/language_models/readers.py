"""Idea 2: the same sentence, read by models that know more and more of what stands before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.inspected.preview import HASHED
from pages.ui.language_models import orders
from pages.ui.language_models.figures import table
from pages.ui.language_models.figures.table import Line
from pages.ui.language_models.orders import reader
from pages.ui.language_models.sentence import Spoken, sentence_row, spoken
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.baselines.kneser_ney import FALLBACK, KneserNey
from rnncore.baselines.language_model import LanguageModel
from rnncore.baselines.orders import hear
from rnncore.baselines.sentences import factors, perplexity
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

WORDS, LEAST, MOST = 3, 2, 8
"""Words of a window: what the control holds at first, and its bounds."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw who gives which probability, and what becomes of the same words in another order."""
    now = spoken(visit)
    words = window(visit)
    with row:
        held.select_slider(
            visit, "words", "language_models.readers.words", words, range(LEAST, MOST + 1), str,
            width=180,
        )  # fmt: skip
        orders.choose(visit, now, words)
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
    place = orders.turned_place(visit, now, words)
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
    return visit.within("words", WORDS, LEAST, MOST)


@st.cache_resource(
    max_entries=6,
    show_spinner=False,
    hash_funcs=HASHED,
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
        name = reader(t, made.name, words) if made else "…"
        left.progress(share, t("language_models.readers.making", name=name))
        right.button(t("lab.stop"), key="readers.stop", on_click=under_way.stop)
    models: dict[str, LanguageModel] = {**shelf, "network": now.network}
    read = {name: factors(model, now.before, now.sentence) for name, model in models.items()}
    lines = [
        Line(
            reader(t, name, words),
            read[name].tolist() if name in read else (),
            perplexity(read[name]) if name in read else None,
        )
        for name in (*READERS, "network")
    ]
    tokens = now.corpus.vocabulary.decode(now.sentence)
    best = min(read, key=lambda name: perplexity(read[name]))
    said = t(
        "language_models.readers.best",
        name=reader(t, best, words),
        perplexity=amount(perplexity(read[best])),
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
    orders.draw(visit, now, shelf, words)


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
