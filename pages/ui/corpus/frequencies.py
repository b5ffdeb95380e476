"""Idea 3: a few types are most of the text, and new ones keep turning up."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.corpus.figures import growth, ranks
from pages.ui.corpus.view import CorpusView
from pages.ui.figures.mathematics import percent
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.text.statistics import zipf_top

TOP, TENTH = 10, 0.1
LITTLE, MOST = 1 / 3, 2 / 3
"""Shares of the text, between which the answers of the question lie."""


def draw(visit: Session, found: CorpusView, row: DeltaGenerator) -> None:
    """Draw how often the types stand in the training text, and how many there are so far."""
    t, corpus, ranked = visit.t, found.corpus, found.ranking
    colours, types = palette(), len(ranked.ids)
    told = answered(visit, "corpus.predict.frequencies")
    left, right = st.columns(2)
    with left:
        section(t("corpus.frequencies.title"))
        said = t(
            "corpus.frequencies.sentence",
            k=min(TOP, types),
            share=f"{ranked.top(TOP):.0%}" if told else "?",
            zipf=f"{zipf_top(TOP, types):.0%}",
            of=percent(min(TOP, types) / types),
        )
        st.markdown(said)
        drawn = ranks.figure(ranked, corpus.vocabulary, colours, t)
        chart(drawn, key="corpus.ranks", name=said)
    with right:
        section(t("corpus.growth.title"))
        said = t(
            "corpus.growth.sentence",
            share=f"{found.growth.after(TENTH):.0%}",
            types=f"{types:,}",
            n=f"{ranked.tokens:,}",
        )
        st.markdown(said)
        chart(growth.figure(found.growth, colours, t), key="corpus.growth", name=said)


def answer(found: CorpusView) -> Answer:
    """How much of the text the ten most frequent types make up."""
    share = found.ranking.top(TOP)
    option = "little" if share < LITTLE else "half" if share < MOST else "most"
    return Answer(option, {"share": f"{share:.0%}", "k": str(min(TOP, len(found.ranking.ids)))})
