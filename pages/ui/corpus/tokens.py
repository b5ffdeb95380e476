"""Idea 1: a text is a row of numbers, and every token but the first is the target of one before."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.corpus.chips import Row, chips
from pages.ui.corpus.view import CorpusView
from pages.ui.figures.tokens import isolated
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer
from rnncore.text.vocabulary import UNKNOWN
from rnncore.text.windows import Windows

FIRST = 120
"""Tokens of a part that are shown."""
TICKS = 12
"""Columns of the first window that are shown, at most."""


def draw(visit: Session, found: CorpusView, row: DeltaGenerator) -> None:
    """Draw the first tokens of a part, and the beginning of the first window of training."""
    t, corpus = visit.t, found.corpus
    names = [part.name for part in found.parts]
    part = visit.value("part", names[0])
    part = part if part in names else names[0]
    with row:
        held.segments(
            visit, "part", "corpus.tokens.part", part, names, lambda one: t(f"corpus.parts.{one}")
        )
    ids = getattr(corpus, part)
    unknown = t("corpus.tokens.unknown") if UNKNOWN in corpus.vocabulary else ""
    said = t(
        "corpus.tokens.first",
        n=f"{min(FIRST, len(ids)):,}",
        of=f"{len(ids):,}",
        part=t(f"corpus.parts.{part}"),
    )
    section(t("corpus.tokens.title"))
    st.markdown(f"{said} {unknown}")
    chips([Row("", ids[:FIRST])], corpus.vocabulary, key="corpus.first", name=said)
    _pairs(visit, found)


def answer(found: CorpusView) -> Answer:
    """How many pairs the training text gives."""
    n = len(found.corpus.train)
    return Answer("less", {"n": f"{n:,}", "pairs": f"{n - 1:,}"})


def _pairs(visit: Session, found: CorpusView) -> None:
    t, corpus = visit.t, found.corpus
    T = visit.config.time_size
    shown = min(T, TICKS, len(corpus.train) - 1)
    first = Windows(corpus.train, 1, shown).window(0)
    x, target = (
        literal(isolated(token))
        for token in corpus.vocabulary.decode(np.array([first.xs[0, 0], first.ts[0, 0]]))
    )
    section(t("corpus.tokens.pairs"))
    said = t("corpus.tokens.shifted", x=x, t=target, shown=shown, T=T)
    st.markdown(said)
    chips(
        [Row("xₜ", first.xs[:, 0]), Row("tₜ", first.ts[:, 0])],
        corpus.vocabulary,
        key="corpus.pairs",
        name=t("corpus.tokens.says_pairs", shown=shown),
        table=True,
    )
