"""Idea 1: the probability of a sentence is a product of conditional probabilities."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount, percent
from pages.ui.figures.tokens import isolated
from pages.ui.language_models import candidates
from pages.ui.language_models.figures import product as figure
from pages.ui.language_models.sentence import Spoken, extended, sentence_row, spoken
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer
from pages.ui.widgets.theme import palette
from rnncore.baselines.orders import in_turn
from rnncore.baselines.sentences import Reading, most_natural, read_sentence


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the sentence, its factors and fans, and how natural other sentences are."""
    now = spoken(visit)
    sentence_row(visit, now)
    reading = read_sentence(now.network, now.before, now.sentence)
    st.markdown(_said(visit, now, reading))
    chart(
        figure.figure(figure.columns(reading, now.tokens), reading.perplexity, palette(), visit.t),
        key="language_models.product",
        name=_in_words(visit, now, reading),
        width="content",
        on_click=partial(_choose, visit, now),
    )
    candidates.draw(visit, now)


def answer(visit: Session) -> Answer | None:
    """How many times less probable the sentence is with two of its words in turn; None where it
    has none that can change places."""
    now = spoken(visit)
    place = candidates.turned(now)
    if place is None:
        return None
    pair = now.sentence, in_turn(now.sentence, place)
    one, other = sorted(most_natural(now.network, now.before, pair), key=lambda found: found.number)
    times = 2.0 ** min(other.bits - one.bits, 1000)
    option = "same" if times < 2 else "tens" if times < 100 else "thousands"
    texts = (literal(candidates.shown(now, ids)) for ids in pair)
    return Answer(
        option,
        {**dict(zip(("one", "other"), texts, strict=True)), "times": amount(times)},
    )


def _choose(visit: Session, now: Spoken, clicked: Any) -> None:
    """Let the sentence go on from a word that might come."""
    place, token = clicked
    visit.set_values(sentence=extended(now, int(place), int(token)))


def _said(visit: Session, now: Spoken, reading: Reading) -> str:
    """The product as a formula with its numbers."""
    shown = [figure.factor(place.probability) for place in reading.places[:6]]
    dots = r" \times \cdots" if len(reading.places) > len(shown) else ""
    numbers = r" \times ".join(_latex(number) for number in shown) + dots
    return visit.t(
        "language_models.product.formula",
        n=len(reading.places),
        numbers=numbers,
        product=_latex(f"{2.0 ** -min(reading.bits, 1000):.3g}"),
        bits=f"{reading.bits:.1f}",
        perplexity=f"{reading.perplexity:.3g}",
    )


def _latex(number: str) -> str:
    digits, _, power = number.partition("e")
    return rf"{digits}\cdot 10^{{{int(power)}}}" if power else digits


def _in_words(visit: Session, now: Spoken, reading: Reading) -> str:
    least = min(reading.places, key=lambda place: place.probability)
    return visit.t(
        "language_models.product.says",
        sentence=isolated(now.text),
        n=len(reading.places),
        perplexity=amount(reading.perplexity),
        word=isolated(now.tokens[least.token]),
        p=percent(least.probability),
        rank=least.rank,
    )
