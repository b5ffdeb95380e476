"""Idea 4: all units at once, what they do at a word and in a span, and the words themselves."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.tokens import isolated
from pages.ui.states import blocks
from pages.ui.states.figures import units as figure
from pages.ui.states.labels import value_name
from pages.ui.states.network import Looked
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from rnncore.probes.excerpt import PLACES, Excerpt, excerpt, read_excerpt
from rnncore.probes.properties import classes_of
from rnncore.probes.responses import ON, Seen, neighbours, on_in_span, response, seen
from rnncore.probes.states import principal_plane

QUESTION = "states.predict.units"
SHOWN = 40
"""Rows of the heat map, tokens of it, and words of the map, at most."""
TOKENS = 60
WORDS = 80
BARS, NEAR = 16, 8
SPAN = 2, 4


def draw(visit: Session, row: DeltaGenerator, found: Looked) -> None:
    """Draw the heat map with its span, the response to a word, the map of words, and blocks of
    both."""
    words = _words(found)
    word = visit.value("word", words[0])
    word = word if word in words else words[0]
    known = found.subject.corpus.vocabulary.tokens
    with row:
        held.selectbox(
            visit, "word", "states.units.word", word, words,
            lambda number: isolated(known[number]), width=170,
        )  # fmt: skip
    if answered(visit, QUESTION):
        _heat_map(visit, found)
    else:
        section(visit.t("states.units.title"))
        kept_back(visit)
    left, right = st.columns(2, gap="medium")
    with left:
        _response(visit, found, word)
    with right:
        _words_near(visit, found, words, word)
    blocks.draw(visit, _seen(found), found.subject.corpus, words)


def answer(visit: Session, found: Looked) -> Answer | None:
    """How many units are on at a token, on average."""
    states = _seen(found).states
    share = float((np.abs(states) > ON).mean())
    option = "few" if share < 0.2 else "some" if share < 0.6 else "most"
    H = states.shape[1]
    return Answer(option, {"share": f"{share:.0%}", "units": f"{share * H:.0f}", "of": str(H)})


def _heat_map(visit: Session, found: Looked) -> None:
    t, corpus = visit.t, found.subject.corpus
    number = visit.value("place", 0) % PLACES
    whole = excerpt(found.subject.config, corpus, number)
    text = Excerpt(whole.before, whole.shown[:TOKENS])
    activity = read_excerpt(found.subject.model, text).hidden
    tokens = corpus.vocabulary.decode(text.shown)
    first, last = _span(visit, len(tokens))
    matches = on_in_span(activity, first, last)
    section(t("states.units.title"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, value in (("first", first), ("last", last)):
            held.select_slider(
                visit, name, f"states.units.{name}", value, range(len(tokens)),
                lambda i: f"{i + 1}: {isolated(tokens[i])}", width=260,
            )  # fmt: skip
        held.button(
            visit, "place", "states.text_other",
            {"place": (number + 1) % PLACES, "first": None, "last": None},
            icon=":material/shuffle:", type="tertiary", shortcut="N",
        )  # fmt: skip
    best = "; ".join(
        t(
            "states.units.match",
            unit=match.unit,
            sign="+" if match.sign > 0 else "−",
            inside=f"{match.inside:.0%}",
            outside=f"{match.outside:.0%}",
        )
        for match in matches[:4]
    )
    span = " ".join(literal(isolated(token)) for token in tokens[first : last + 1])
    said = t("states.units.found", span=span, best=best)
    st.markdown(said)
    chart(
        figure.heat_map(
            activity,
            [match.unit for match in matches[:SHOWN]],
            tokens,
            (first, last),
            palette(),
            t,
        ),
        key="states.heat_map",
        name=said,
        width="content",
        on_click=lambda clicked: _mark(visit, int(clicked), first, last),
    )
    st.caption(t("states.units.caption", shown=min(SHOWN, len(matches)), H=len(matches)))


def _mark(visit: Session, token: int, first: int, last: int) -> None:
    """A click on a token begins a span there; one further right ends it."""
    if first == last and token > first:
        visit.set_values(first=first, last=token)
    else:
        visit.set_values(first=token, last=token)


def _span(visit: Session, length: int) -> tuple[int, int]:
    ends = [
        visit.within(name, usual, 0, length - 1)
        for name, usual in zip(("first", "last"), SPAN, strict=True)
    ]
    return min(ends), max(ends)


def _response(visit: Session, found: Looked, word: int) -> None:
    t, token = visit.t, found.subject.corpus.vocabulary.tokens[word]
    section(t("states.units.response"))
    values = response(_seen(found), word)
    if values is None:
        st.info(t("states.units.absent"))
        return
    order = np.argsort(-np.abs(values), kind="stable")[:BARS]
    said = t(
        "states.units.responds",
        word=literal(isolated(token)),
        unit=int(order[0]),
        value=f"{values[order[0]]:+.2f}",
    )
    st.markdown(said)
    chart(
        figure.bars(order.tolist(), values[order].tolist(), palette(), t),
        key="states.response",
        name=said,
    )


def _words_near(visit: Session, found: Looked, words: list[int], word: int) -> None:
    t, known = visit.t, found.subject.corpus.vocabulary.tokens
    section(t("states.units.words"))
    table = found.subject.model.embedding_table
    near = ", ".join(
        f"{literal(isolated(known[other]))} {cosine:.2f}"
        for other, cosine in neighbours(table, word, NEAR)
    )
    said = t("states.units.near", word=literal(isolated(known[word])), near=near)
    st.markdown(said)
    if len(words) < 2:
        return
    rows = table[words]
    points = principal_plane(rows).project(rows - rows.mean(axis=0)).tolist()
    classes = classes_of(found.subject.corpus)
    kinds = [value_name("class", classes.get(known[i], known[i]), t) for i in words]
    chart(
        figure.word_map(
            [(x, y) for x, y in points], [known[i] for i in words], kinds, words.index(word),
            palette(),
        ),
        key="states.words",
        name=said,
        on_click=lambda clicked: visit.set_values(word=words[int(clicked)]),
    )  # fmt: skip


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def _seen(found: Looked) -> Seen:
    model, corpus, config, *_ = found.subject
    return seen(model, config, corpus)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def _words(found: Looked) -> list[int]:
    """The most frequent tokens of the training text, the first of them first."""
    corpus = found.subject.corpus
    counts = np.bincount(corpus.train, minlength=len(corpus.vocabulary))
    order = np.argsort(-counts, kind="stable")[:WORDS]
    return [int(i) for i in order]
