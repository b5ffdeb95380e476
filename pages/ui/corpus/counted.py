"""What n-grams reach on a text whose source nobody knows: the ladder that counting makes."""

from __future__ import annotations

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.corpus.figures import ladder
from pages.ui.corpus.view import CorpusView
from pages.ui.inspected.preview import HASHED
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import answered
from pages.ui.widgets.theme import palette
from rnncore.baselines.ladder import counted_rungs
from rnncore.text.corpus import Corpus
from rnncore.views import Rung


def draw(visit: Session, found: CorpusView, row: DeltaGenerator) -> None:
    """Draw the held-out perplexity of every order as curve and table."""
    t = visit.t
    section(t("corpus.counted.title"))
    if len(found.corpus.valid) < 2:
        st.info(t("corpus.counted.nothing_held_out"), icon=":material/content_cut:")
        return
    with st.spinner(t("corpus.counted.counting"), show_time=True):
        reached = rungs(found)
    if not reached:
        st.info(t("corpus.counted.too_long"), icon=":material/hourglass_empty:")
        return
    best = min(reached, key=lambda rung: rung.perplexity)
    told = answered(visit, "corpus.predict.counted")
    said = t(
        "corpus.counted.sentence",
        first=f"{reached[0].perplexity:,.1f}",
        order=best.memory + 1 if told else "?",
        best=f"{best.perplexity:,.1f}" if told else "?",
        longest=reached[-1].memory + 1,
    )
    reached = reached if told else reached[:1]
    st.markdown(said)
    left, right = st.columns([3, 2])
    bits = [math.log2(rung.perplexity) for rung in reached]
    with left:
        drawn = ladder.figure(bits, None, t("corpus.counted.memory_axis"), palette(), t)
        chart(drawn, key="corpus.counted", name=said)
    with right:
        st.table(
            {
                t("corpus.counted.order"): [str(rung.memory + 1) for rung in reached],
                t("corpus.ladder.memory"): [str(rung.memory) for rung in reached],
                t("corpus.ladder.bits"): [f"{each:.4f}" for each in bits],
                t("corpus.ladder.perplexity"): [f"{rung.perplexity:,.2f}" for rung in reached],
            },
            hide_index=True,
            border="horizontal",
            alt=t("corpus.counted.says"),
        )


def rungs(found: CorpusView) -> tuple[Rung, ...]:
    """What n-grams of rising order reach on the held-out text."""
    return _rungs(found.corpus)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=HASHED)
def _rungs(corpus: Corpus) -> tuple[Rung, ...]:
    return counted_rungs(corpus)
