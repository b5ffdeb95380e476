"""Idea 5: where the text comes from, and what is the best that anyone can do on it."""

from __future__ import annotations

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.corpus import counted, states
from pages.ui.corpus.figures import ladder
from pages.ui.corpus.view import CorpusView
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.text.catalog import catalog
from rnncore.text.grammar import Grammar

NEAR = 0.01
"""Bits above the floor that count as having reached it."""
FEW = 4
"""Tokens back that are few."""


def draw(visit: Session, found: CorpusView, row: DeltaGenerator) -> None:
    """Draw a grammar's automaton and ladder; of another text say so, and what counting reaches."""
    grammar = found.corpus.grammar
    if grammar is not None:
        states.draw(visit, grammar, row)
        _ladder(visit, grammar)
        return
    info = catalog().get(found.config.corpus)
    drawn = info is not None and info.kind == "grammar"
    st.markdown(visit.t(f"corpus.source.{'other_tokens' if drawn else 'unknown'}"))
    counted.draw(visit, found, row)


def of_grammar(found: CorpusView) -> Answer | None:
    """How many tokens back the best predictor must see to come near the floor."""
    grammar = found.corpus.grammar
    if grammar is None:
        return None
    rungs, floor = grammar.ladder(), grammar.entropy_rate()
    k = next((k for k, bits in enumerate(rungs) if bits - floor <= NEAR), None)
    values = {"floor": f"{floor:.3f}", "last": f"{rungs[-1]:.3f}", "longest": str(len(rungs) - 1)}
    if k is None:
        return Answer("never", {**values, "k": f"> {len(rungs) - 1}"})
    return Answer("one" if k <= 1 else "few" if k <= FEW else "many", {**values, "k": str(k)})


def of_text(found: CorpusView) -> Answer | None:
    """By what factor one token back lowers the perplexity of counting; None where it is not
    counted."""
    rungs = counted.rungs(found)
    if len(rungs) < 2:
        return None
    alone, after_one = rungs[0].perplexity, rungs[1].perplexity
    factor = alone / after_one
    option = "little" if factor < 2 else "some" if factor < 5 else "much"
    values = {"alone": f"{alone:,.1f}", "one": f"{after_one:,.1f}", "factor": f"{factor:.1f}"}
    return Answer(option, values)


def _ladder(visit: Session, grammar: Grammar) -> None:
    t, rungs, floor = visit.t, grammar.ladder(), grammar.entropy_rate()
    known = rungs if answered(visit, "corpus.predict.source") else rungs[:1]
    section(t("corpus.ladder.title"))
    said = t(
        "corpus.ladder.sentence",
        floor=f"{floor:.4f}",
        perplexity=f"{2**floor:.2f}",
        none=f"{rungs[0]:.3f}",
        last=f"{rungs[-1]:.3f}" if len(known) > 1 else "?",
        k=len(rungs) - 1,
    )
    st.markdown(said)
    left, right = st.columns([3, 2])
    with left:
        drawn = ladder.figure(known, floor, t("corpus.ladder.memory_axis"), palette(), t)
        chart(drawn, key="corpus.ladder", name=said)
    with right:
        rows = [*enumerate(known), (None, floor)]
        st.table(
            {
                t("corpus.ladder.memory"): [
                    t("corpus.ladder.floor") if k is None else str(k) for k, _ in rows
                ],
                t("corpus.ladder.bits"): [f"{bits:.4f}" for _, bits in rows],
                t("corpus.ladder.perplexity"): [f"{math.pow(2, bits):.3f}" for _, bits in rows],
                t("corpus.ladder.above"): [f"{max(bits - floor, 0):.4f}" for _, bits in rows],
            },
            hide_index=True,
            border="horizontal",
            alt=t("corpus.ladder.says"),
        )
