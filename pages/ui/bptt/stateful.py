"""What a carried state is worth: two small nets trained side by side, their curves live."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from pages.ui.bptt.controls import LONGEST, BpttControls
from pages.ui.bptt.figures import stateful as figure
from pages.ui.inspected.preview import corpus_of
from pages.ui.inspected.subject import EXAMPLE, Subject, small_config
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.errors import RnnError
from rnncore.experiments.stateful import CarryPoint, carrying
from rnncore.probes.minibatches.cost import update_cost
from rnncore.text.windows import Windows

QUESTION = "bptt.predict.one_tick"
"""Of the two nets at T = 1."""
TOKENS, WORK = 50_000, 6e9
"""What each net of the pair reads at most, and how many multiply-adds it may spend on it."""
POINTS = 20


class Pair:
    """The two trainings at a window length: their settings, and how to find or begin them.

    A short text is read by fewer streams. Raises TextError if it is shorter than one window.
    """

    def __init__(self, subject: Subject, time_size: int) -> None:
        train = subject.corpus.train
        fitting = max(1, (len(train) - 1) // time_size)
        config = small_config(subject.config, time_size=time_size)
        self.config = config.with_changes(batch_size=min(config.batch_size, fitting))
        Windows(train, self.config.batch_size, time_size, config.window_scheme)
        self.name = f"pair:{self.config.model_dump_json()}"
        cost = update_cost(self.config, len(subject.corpus.vocabulary), time_size)
        self.tokens = int(min(TOKENS, WORK / cost.per_token))

    def run(self) -> Iterator[CarryPoint]:
        return carrying(self.config, corpus_of(self.config), self.tokens, POINTS)

    def points(self, visit: Session) -> list[CarryPoint] | None:
        """All points once both nets are trained; None before."""
        known: SlicedTraining[CarryPoint] | None = training.current(visit, self.name)
        return known.points if known is not None and not known.going else None


def latest(points: list[CarryPoint]) -> tuple[CarryPoint, CarryPoint] | None:
    """Both nets after equally many tokens, the one that carries first, as late as there is; None
    before there are any, and where one of them diverged on its way."""
    on = [point for point in points if point.stateful]
    off = [point for point in points if not point.stateful]
    if abs(len(on) - len(off)) > 1 or not off:
        return None
    return list(zip(on, off, strict=False))[-1]


def carried_state(visit: Session, now: BpttControls, subject: Subject) -> None:
    """Train two small nets on a button, never for an address alone, and compare them."""
    t, T = visit.t, now.time_size
    section(t("bptt.carrying.title"))
    st.caption(t("bptt.carrying.caption", H=EXAMPLE.hidden_size, D=EXAMPLE.embedding_size))
    row = st.container(horizontal=True, gap="small")
    try:
        offered = Pair(subject, T)
        training.buttons(
            visit,
            row,
            offered.name,
            offered.run,
            t("bptt.carrying.train", T=T),
            reveals=QUESTION if T == 1 else None,
            pair=T,
        )
        asked = visit.value("pair", 0)
        if 1 <= asked <= LONGEST and visit.was_set("pair"):
            _follow(visit, Pair(subject, asked), subject)
    except RnnError as error:
        st.warning(t.explain(error), icon=":material/short_text:")


def _follow(visit: Session, pair: Pair, subject: Subject) -> None:
    known: SlicedTraining[CarryPoint] | None = training.current(visit, pair.name)
    under_way = known or training.start(visit, pair.name, pair.run())
    training.poll(under_way, lambda: _course(visit, pair, under_way, subject))


def _course(
    visit: Session, pair: Pair, under_way: SlicedTraining[CarryPoint], subject: Subject
) -> None:
    """The curves so far, and beside them what they say."""
    t, points = visit.t, under_way.points
    text = t.text_read(corpus_of(pair.config).holds_out(pair.config.time_size))
    both = latest(points)
    told, drawn = st.columns([2, 3], gap="large")
    with told:
        if under_way.going:
            read = both[0].tokens if both else 0
            said = t("bptt.carrying.training", T=pair.config.time_size, tokens=f"{read:,}")
            st.progress(min(1.0, read / pair.tokens), said)
        if both:
            on, off = both
            result = t(
                "bptt.carrying.result",
                T=pair.config.time_size,
                tokens=f"{on.tokens:,}",
                carried=f"{on.carried:.3g}",
                fresh=f"{off.fresh:.3g}",
                fresh_carried=f"{off.carried:.3g}",
                text=text,
            )
            st.markdown(result)
        elif not under_way.going:
            st.error(t("bptt.carrying.diverged"), icon=":material/error:")
    grammar = subject.corpus.grammar
    floor = 2 ** grammar.entropy_rate() if grammar else None
    with drawn:
        if both:
            chart(
                figure.figure(points, floor, text, palette(), t),
                key="bptt.pair",
                name=result,
            )
