"""Finding a learning rate: a range test on a twin of the run, and one click that takes its rate."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from pages.ui.overview.figures import range_test as drawing
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.config import Config
from rnncore.experiments.examples import share
from rnncore.experiments.range_test import Found, RangePoint, found, fresh_twin, range_test
from rnncore.probes.snapshot import unigram_perplexity
from rnncore.text.corpus import load_corpus


def finding_rate(visit: Session, on_change: Callable[[str], None]) -> None:
    """Draw the button, then the curve as it grows and what it points to."""
    t, config = visit.t, visit.config.with_changes(learning_rate=1.0)
    name = f"rates:{config.model_dump_json()}"  # whatever the rate in the box is
    lab: SlicedTraining[RangePoint] | None = training.current(visit, name)
    going = lab is not None and lab.going

    def begin() -> None:
        training.start(visit, name, range_test(fresh_twin(config)))

    st.button(
        t("rates.find"),
        key="rates.find",
        icon=":material/speed:",
        help=t("rates.find_help"),
        disabled=going,
        on_click=lambda: attempt(visit, begin),
    )
    if lab is not None:
        training.poll(lab, lambda: _course(visit, lab, on_change))


def _course(
    visit: Session, lab: SlicedTraining[RangePoint], on_change: Callable[[str], None]
) -> None:
    t, config = visit.t, visit.config
    told = None if lab.going else found(lab.points, _unigram(config))
    rate = told and told.recommended(config.optimizer)
    said = t("rates.going") if lab.going else t("rates.nothing")
    if told is not None and rate:
        said = _said(visit, told, rate)
    if lab.points:
        drawn = drawing.figure(lab.points, told, config.learning_rate, palette(), t)
        chart(drawn, key="rates.curve", name=said)
    st.caption(said)
    if rate:
        _offer(visit, float(_short(rate)), on_change)


def _said(visit: Session, told: Found, rate: float) -> str:
    """What the curve points to, and how sure that is."""
    t, optimizer = visit.t, visit.config.optimizer
    point = "lowest" if rate == told.lowest else "steepest"
    sentence = t(f"rates.told_{point}", rate=_short(rate), lowest=_short(told.lowest))
    try:
        known = share(f"rates.{optimizer}")
    except KeyError:  # nobody has compared it with a sweep
        return f"{sentence} {t('rates.unchecked')}"
    name = t.label("settings.optimizer", optimizer)
    return f"{sentence} {t('rates.checked', true=known.true, of=known.of, optimizer=name)}"


def _offer(visit: Session, rate: float, on_change: Callable[[str], None]) -> None:
    def take() -> None:
        if visit.choose(learning_rate=rate):
            on_change("learning_rate")

    st.button(
        visit.t("rates.take", rate=f"{rate:g}"),
        key="rates.take",
        icon=":material/check:",
        disabled=rate == visit.config.learning_rate,
        on_click=take,
    )


def _short(rate: float) -> str:
    """Two digits are all that a range test can say."""
    return f"{float(f'{rate:.2g}'):g}"


def _unigram(config: Config) -> float:
    """Bits of a model that knows how frequent each token is."""
    return math.log2(unigram_perplexity(load_corpus(config)))
