"""Idea 2: the vocabulary: every type with its id and how often it stands in the training text."""

from __future__ import annotations

import unicodedata
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.corpus.view import CorpusView
from pages.ui.figures.tokens import visible
from pages.ui.inspected.preview import HASHED
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from rnncore.text.corpus import Corpus
from rnncore.text.jamo import letter
from rnncore.text.normalisation import normalised
from rnncore.text.statistics import entries

HEIGHT = 420
FEW, MANY = 0.25, 0.5
"""Shares of the types, between which the answers of the question lie."""


class Listed(NamedTuple):
    """The vocabulary in columns, the most frequent type first, and what a search compares."""

    columns: dict[str, list[Any]]
    keys: list[str]

    def rows(self, keep: list[int]) -> dict[str, list[Any]]:
        return {name: [column[i] for i in keep] for name, column in self.columns.items()}


def draw(visit: Session, found: CorpusView, row: DeltaGenerator) -> None:
    """Draw the table, of what is looked for."""
    t, ranked = visit.t, found.ranking
    told = answered(visit, "corpus.predict.vocabulary")
    with row:
        find = visit.value("find", "")
        held.search(
            visit,
            "find",
            "corpus.vocabulary.find",
            find,
            placeholder=t("corpus.vocabulary.find"),
            label_visibility="collapsed",
            width=260,
        )
    V = len(found.corpus.vocabulary)
    section(t("corpus.vocabulary.title"))
    st.markdown(
        t(
            "corpus.vocabulary.sentence",
            V=f"{V:,}",
            once=f"{ranked.once:,}" if told else "?",
            share=f"{ranked.once / V:.0%}" if told else "?",
            n=f"{ranked.tokens:,}",
        )
    )
    listed = _listed(found.corpus)
    shown = listed.columns
    if find:
        shown = listed.rows(matches(find, listed.keys, shown["token"]))
        st.caption(t("corpus.vocabulary.found", n=f"{len(shown['rank']):,}", V=f"{V:,}"))
    most = max(listed.columns["share"])
    number = st.column_config.NumberColumn
    st.dataframe(
        shown,
        key="corpus.table",
        hide_index=True,
        height=min(HEIGHT, 36 * (len(shown["rank"]) + 1) + 2),
        alt=t("corpus.vocabulary.says", n=f"{len(shown['rank']):,}"),
        column_config={
            "rank": number(t("corpus.vocabulary.rank"), width="small", format="localized"),
            "token": st.column_config.TextColumn(t("corpus.vocabulary.token"), width="medium"),
            "id": number(t("corpus.vocabulary.id"), width="small", format="plain"),
            "train": number(t("corpus.vocabulary.train"), width="small", format="localized"),
            "share": st.column_config.ProgressColumn(
                t("corpus.vocabulary.share"), format="percent", min_value=0.0, max_value=most
            ),
            "held_out": number(t("corpus.vocabulary.held_out"), width="small", format="localized"),
        },
    )


def answer(found: CorpusView) -> Answer:
    """How many of the types occur only once."""
    once, V = found.ranking.once, len(found.corpus.vocabulary)
    share = once / V
    option = "none" if not once else "few" if share < FEW else "many" if share < MANY else "most"
    return Answer(option, {"once": f"{once:,}", "V": f"{V:,}", "share": f"{share:.0%}"})


def matches(find: str, keys: list[str], shown: list[str]) -> list[int]:
    """Places of the tokens that hold what is looked for, whatever its case or form of Unicode; a
    token without ink is found by its sign, too."""
    plain = key(find)
    return [i for i, one in enumerate(keys) if plain in one or find == shown[i]]


def key(text: str) -> str:
    """What a search compares."""
    letters = letter(text) if len(text) == 1 else text
    return unicodedata.normalize("NFC", normalised(letters).casefold())


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=HASHED)
def _listed(corpus: Corpus) -> Listed:
    found = entries(corpus)
    tokens = corpus.vocabulary.decode(found.ids)
    columns: dict[str, list[Any]] = {
        "rank": list(range(1, len(tokens) + 1)),
        "token": [visible(token) for token in tokens],
        "id": found.ids.tolist(),
        "train": found.train.tolist(),
        "share": (found.train / len(corpus.train)).tolist(),
        "held_out": found.held_out.tolist(),
    }
    return Listed(columns, [key(token) for token in tokens])
