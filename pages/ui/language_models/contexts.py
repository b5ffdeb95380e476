"""Idea 3: what one more word of context is worth, to whom, at which price in parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.inspected.preview import corpus_of
from pages.ui.inspected.subject import subject
from pages.ui.language_models.figures import contexts as figure
from pages.ui.language_models.figures.contexts import Frame
from pages.ui.language_models.judging import is_complete, named, reasons, table, verdict
from pages.ui.streaming.operations import readout
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.panels import Progress, moving_panels, panel, skeleton
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.settings import corpus_title
from pages.ui.widgets.training import SlicedTraining
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.experiments.contexts import (
    Comparison,
    ContextPoint,
    Equal,
    comparison,
    settings,
    text_config,
    texts_of,
)
from rnncore.experiments.examples import compared, share
from rnncore.experiments.standings import TIE, of_kind
from rnncore.paths import assets_dir
from rnncore.runs.row import Status

QUESTION = "language_models.predict.contexts"
MODES: tuple[Equal, ...] = ("parameters", "sizes")
SAYS = "{standing}"
"""What a screen reader says of the panels: how all stand, anew with every point."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the controls, who wins, and both figures: of a training, or of one that was kept."""
    t = visit.t
    equal = next((mode for mode in MODES if mode == visit.value("equal", "")), MODES[0])
    config = text_config(subject(visit).config)
    try:
        corpus = corpus_of(config)
        parts = texts_of(comparison(config, corpus, equal).most)
        part = visit.value("part", 1)
        part = part if part in parts else 1
        setup = comparison(config, corpus, equal, part)
    except RnnError as error:
        st.warning(t.explain(error), icon=":material/short_text:")
        return
    with row:
        held.segments(
            visit, "equal", "language_models.contexts.equal", equal, MODES,
            lambda mode: t(f"language_models.contexts.equal_{mode}"),
        )  # fmt: skip
        if len(parts) > 1:
            held.select_slider(
                visit, "part", "language_models.contexts.part", part, sorted(parts, reverse=True),
                lambda of: f"{parts[of]:,}", width=240,
            )  # fmt: skip
    name = f"contexts:{equal}:{part}:{corpus.fingerprint}:{setup.config.model_dump_json()}"
    under_way = training.buttons(visit, row, name, setup.run)
    st.html(assets_dir() / "css" / "contexts.css")
    usual = settings(config) == settings(text_config(Config()))
    kept = compared(f"contexts.{equal}.{part}") if usual else None
    training.poll(under_way, partial(_course, visit, setup, under_way, kept, name))


def answer(visit: Session) -> Answer | None:
    """What a third word does to the window that adds up, in the kept comparison."""
    kept = compared(f"contexts.{MODES[0]}.1")
    if kept is None:
        return None
    summed = of_kind(kept, "summed")
    two, three = summed[2].bits, summed[3].bits
    option = "same" if abs(three - two) <= TIE else "worse" if three > two else "better"
    worse = share("contexts.third_word_hurts_a_sum")
    values = {"two": f"{two:.2f}", "three": f"{three:.2f}"}
    return Answer(option, {**values, "true": str(worse.true), "of": str(worse.of)})


def _course(
    visit: Session,
    setup: Comparison,
    under_way: SlicedTraining[ContextPoint] | None,
    kept: list[ContextPoint] | None,
    name: str,
) -> None:
    t = visit.t
    going = under_way is not None and under_way.going
    points: Sequence[ContextPoint] = under_way.points if under_way else []
    source = "trained" if points else "kept" if kept else "counted"
    if not points:
        points = kept or _counted(name, setup)
    said = verdict(t, setup, points)
    done = is_complete(setup, points)
    if not answered(visit, QUESTION):
        points = [point for point in points if not _answers(point)]
    note = "" if source == "trained" else " " + t(f"language_models.contexts.{source}")
    st.caption(_setting(visit, setup) + note)
    st.markdown(said or t("language_models.contexts.known_to_nobody"))
    _panels(visit, setup, points, said, f"{name}:{source}", going=going, done=done)
    if is_complete(setup, points):
        st.markdown(reasons(t, points))
    table(t, setup, points)


def _answers(point: ContextPoint) -> bool:
    """Whether a point says what a third word does to a sum."""
    return point.kind == "summed" and point.words is not None and point.words > 2


def _panels(
    visit: Session,
    setup: Comparison,
    points: Sequence[ContextPoint],
    said: str,
    revision: str,
    *,
    going: bool,
    done: bool,
) -> None:
    t, frame = visit.t, _frame(visit, setup)
    grammar = "grammar" if frame.ladder else "text"
    panels = [
        panel(t, figure.BITS, skeleton(figure.bits, frame, t), [], variant=grammar, says=SAYS),
        panel(
            t,
            figure.PARAMETERS,
            skeleton(figure.parameters, frame, t),
            [],
            variant=setup.equal,
        ),
    ]
    networks = [point for point in points if point.kind != "ngram"]
    last = {(point.kind, point.words, point.ticks): point.tokens for point in networks}
    status: Status = "running" if going else "finished" if done else "paused"
    if not networks:
        status = "ready"
    read = setup.tokens if done else sum(last.values())
    moving_panels(
        panels,
        [*figure.ops(points, frame, t), readout(figure.BITS, "standing", said)],
        Progress(status, read, setup.tokens),
        t("language_models.contexts.place"),
        t,
        key="language_models.contexts",
        revision=revision,
        batch=len(points),
    )


def _frame(visit: Session, setup: Comparison) -> Frame:
    t, V = visit.t, len(setup.corpus.vocabulary)
    names = [(kind, t(f"language_models.contexts.kinds.{kind}")) for kind in figure.CURVES]
    for uid, network in zip(figure.POINTS, setup.recurrent, strict=False):
        names.append((uid, named(t, "recurrent", None, setup, network.config.time_size)))
    return Frame(
        setup.ladder,
        setup.floor,
        tuple(names),
        tuple((*network.reads, network.parameters(V)) for network in setup.networks),
    )


def _setting(visit: Session, setup: Comparison) -> str:
    """What all read alike, and how much of the text that is."""
    t, config = visit.t, setup.config
    key = "setting" if setup.text == setup.whole else "setting_part"
    said = t(
        f"language_models.contexts.{key}",
        title=literal(corpus_title(visit, config.corpus)),
        text=f"{setup.text:,}",
        whole=f"{setup.whole:,}",
        held_out=f"{len(setup.corpus.valid) - 1:,}",
        epochs=config.epochs,
        N=config.batch_size,
        T=config.time_size,
    )
    if setup.most < setup.whole:
        said += " " + t("language_models.contexts.affordable", most=f"{setup.most:,}")
    return said


@st.cache_data(max_entries=16, show_spinner=False)
def _counted(name: str, _setup: Comparison) -> list[ContextPoint]:
    """The n-grams, which are there before anything is trained."""
    return _setup.counted()
