"""The two measurements of the page: what a window costs, and what carrying the state is worth."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.bptt.steering import LONGEST, Steering
from pages.ui.chart import chart
from pages.ui.figures import carrying as carrying_figure
from pages.ui.figures import cost as cost_figure
from pages.ui.figures.cost import Curve
from pages.ui.i18n import Texts
from pages.ui.preview import TEXT_SETTINGS, corpus_of
from pages.ui.session import Session
from pages.ui.subject import EXAMPLE, Subject
from pages.ui.theme import palette
from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.probes.carrying import CarryPoint, carrying
from rnncore.probes.cost import Measured, Memory, measure, update_cost

COMPUTED = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 56, 80, 100)
MEASURED = (1, 2, 5, 10, 20, 50, 100)
REPEATS = 5
QUICK = 3e9
"""Multiply-adds that measuring may spend unasked: a fraction of a second."""
MEGABYTE = 1e6
LESSON_TOKENS, LESSON_WORK = 50_000, 6e9
"""What each net of the pair reads at most, and how many multiply-adds it may spend on it."""
POINTS = 14


def window_cost(t: Texts, now: Steering, subject: Subject) -> None:
    """Memory and arithmetic of one update by T, in the subject's own sizes."""
    config, size = subject.config, len(subject.corpus.vocabulary)
    found = _measured(config, size)
    speed = max(
        update_cost(config, size, each.time_size).work.total / each.seconds for each in found
    )
    computed = [update_cost(config, size, T) for T in COMPUTED]
    here, single = (update_cost(config, size, T) for T in (now.time_size, 1))
    memory = Curve(
        COMPUTED,
        [_held(each.memory) / MEGABYTE for each in computed],
        [(each.time_size, each.bytes / MEGABYTE) for each in found],
        now.time_size,
        [(each.time_size, each.reserved / MEGABYTE) for each in found],
    )
    work = Curve(
        COMPUTED,
        [each.work.total / speed * 1e3 for each in computed],
        [(each.time_size, each.seconds * 1e3) for each in found],
        now.time_size,
    )
    st.subheader(t("bptt.cost.title"), anchor=False)
    st.caption(
        t(
            "bptt.cost.caption",
            N=config.batch_size,
            H=config.hidden_size,
            T=now.time_size,
            window=f"{here.memory.window / MEGABYTE:.3g}",
            ratio=f"{here.memory.window / single.memory.window:.3g}",
            per_token=f"{here.per_token:,.0f}",
            one=f"{single.per_token:,.0f}",
        )
    )
    values = {"speed": f"{speed / 1e9:.2g}", "work": f"{here.work.total:,}"}
    left, right = st.columns(2, gap="large")
    with left:
        _curve(t, "memory", memory, values)
    with right:
        _curve(t, "work", work, values)


def _curve(
    t: Texts, quantity: Literal["memory", "work"], curve: Curve, values: dict[str, str]
) -> None:
    title = t(f"bptt.cost.{quantity}", **values)
    st.markdown(title)
    chart(
        cost_figure.figure(curve, quantity, palette(), t),
        key=f"bptt.cost.{quantity}",
        name=title,
    )


@st.fragment
def carried_state(visit: Session, now: Steering, subject: Subject) -> None:
    """Train two small nets on a button and compare them on held-out text."""
    t, T = visit.t, now.time_size
    trained = visit.held("pair", 0)
    st.subheader(t("bptt.carrying.title"), anchor=False)
    st.caption(t("bptt.carrying.caption", H=EXAMPLE.hidden_size, D=EXAMPLE.embedding_size))
    told, drawn = st.columns([2, 3], gap="large")
    with told:
        st.button(
            t("bptt.carrying.train", T=T),
            key="bptt.train",
            type="primary",
            icon=":material/play_arrow:",
            shortcut="Space",
            help=t("bptt.carrying.train_help"),
            disabled=trained == T,
            on_click=partial(visit.hold, pair=T),
        )
    if 1 <= trained <= LONGEST:
        try:
            with told, st.spinner(t("bptt.carrying.training", T=trained)):
                points = trained_pair(subject, trained)
            _compare(t, trained, points, subject, told, drawn)
        except TextError as error:
            told.warning(t.explain(error), icon=":material/short_text:")
    visit.leave()


def _compare(
    t: Texts,
    time_size: int,
    points: list[CarryPoint],
    subject: Subject,
    told: DeltaGenerator,
    drawn: DeltaGenerator,
) -> None:
    on, off = points[-2:]
    if not on.stateful or off.stateful:
        told.error(t("bptt.carrying.diverged"), icon=":material/error:")
        return
    told.markdown(
        t(
            "bptt.carrying.result",
            T=time_size,
            tokens=f"{on.tokens:,}",
            carried=f"{on.carried:.3g}",
            fresh=f"{off.fresh:.3g}",
            fresh_carried=f"{off.carried:.3g}",
        )
    )
    grammar = subject.corpus.grammar
    floor = 2 ** grammar.entropy_rate() if grammar else None
    drawn.plotly_chart(
        carrying_figure.figure(points, floor, palette(), t),
        key="bptt.pair",
        alt=t("bptt.carrying.title"),
    )


def trained_pair(subject: Subject, time_size: int) -> list[CarryPoint]:
    """How both nets do after ever more tokens, trained here and now if they have not been.

    A short text is read by fewer streams. Raises TextError if it is shorter than one window.
    """
    fitting = max(1, (len(subject.corpus.train) - 1) // time_size)
    config = pair_config(subject.config, time_size)
    config = config.with_changes(batch_size=min(config.batch_size, fitting))
    return _pair(config, len(subject.corpus.vocabulary))


def pair_config(config: Config, time_size: int) -> Config:
    """The pair's settings: the text, cell and seed of `config` in the example's small sizes."""
    text = {name: getattr(config, name) for name in (*TEXT_SETTINGS, "cell", "seed")}
    small = ("hidden_size", "embedding_size", "learning_rate")
    sizes = {name: getattr(EXAMPLE, name) for name in small}
    return Config.parse({**text, **sizes, "time_size": time_size})


def _held(memory: Memory) -> int:
    """Bytes of what was measured: all but the optimizer's."""
    return memory.total - memory.optimizer


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Config: Config.model_dump_json})
def _measured(config: Config, size: int) -> list[Measured]:
    spent = 0.0
    chosen: list[int] = []
    for T in MEASURED:
        spent += update_cost(config, size, T).work.total * (REPEATS + 1)
        if spent < QUICK or not chosen:
            chosen.append(T)
    return list(measure(config, size, chosen, REPEATS))


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Config: Config.model_dump_json})
def _pair(config: Config, size: int) -> list[CarryPoint]:
    per_token = update_cost(config, size, config.time_size).per_token
    tokens = int(min(LESSON_TOKENS, LESSON_WORK / per_token))
    return list(carrying(config, corpus_of(config), tokens, POINTS))
