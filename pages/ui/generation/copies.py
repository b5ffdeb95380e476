"""Idea 5: what of the generated text is the network's own, and what temperature does to it."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from pages.ui.figures.mathematics import percent
from pages.ui.generation.controls import sampling, sampling_row
from pages.ui.generation.figures import shares as figure
from pages.ui.inspected.preview import HASHED
from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.coloured_text import Coloured, coloured_text, shade
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.config import MOST
from rnncore.probes.novelty import (
    TEMPERATURES,
    AtTemperature,
    Judged,
    Known,
    Share,
    by_temperature,
    shares,
    write_strings,
)
from rnncore.text.corpus import Corpus
from rnncore.text.excerpts import LINE_ENDS

QUESTION = "generation.predict.copies"
SHOWN = 8
"""Strings that are listed."""


def draw(visit: Session) -> None:
    """Draw some strings with what is copied, and the shares by temperature."""
    t, found = visit.t, subject(visit)
    known = known_of(found.corpus)
    seed = visit.within("seed", 0, 0, MOST)
    sampling_row(visit)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        held.number(visit, "seed", "generation.branches.seed", seed, 0, MOST, width=150)
        held.button(
            visit, "reseed", "generation.branches.reseed", {"seed": seed + 1 if seed < MOST else 0},
            icon=":material/casino:", shortcut="D",
        )  # fmt: skip
    rng = np.random.default_rng(seed)
    strings = write_strings(found.model.twin(), known, sampling(visit), rng, SHOWN)
    under_way = _under_way(visit, found, known)
    if not answered(visit, QUESTION):
        _list(visit, known, strings, t("generation.copies.written", n=len(strings)), told=False)
        kept_back(visit)
        return
    said = _said(visit, strings)
    _list(visit, known, strings, said, told=True)
    st.markdown(said)
    st.caption(t("generation.copies.caption"))
    section(t("generation.copies.by_temperature"))
    training.poll(under_way, partial(_curve, visit, under_way))


def answer(visit: Session) -> Answer | None:
    """How many strings at temperature 1 are new; None while they are being written."""
    found = subject(visit)
    points = _under_way(visit, found, known_of(found.corpus)).points
    point = next((one for one in points if one.temperature == 1), None)
    if point is None:
        return None
    new = point.new
    seen = 1 - new.value
    option = "few" if seen < 1 / 3 else "most" if seen > 2 / 3 else "half"
    values = {"n": str(new.of - new.hits), "of": str(new.of), "share": percent(seen)}
    return Answer(option, {**values, "range": f"{percent(1 - new.high)}–{percent(1 - new.low)}"})


def waits(visit: Session) -> bool:
    """Whether the strings are being written."""
    found = subject(visit)
    return _under_way(visit, found, known_of(found.corpus)).going


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=HASHED)
def known_of(corpus: Corpus) -> Known:
    """What strings are held against, made once for all visits."""
    return Known.of(corpus)


def _under_way(visit: Session, found: Subject, known: Known) -> SlicedTraining[AtTemperature]:
    """The strings at all temperatures, begun where they are not."""
    name = f"copies:{visit.run_id}:{found.checkpoint}:{found.step}:{found.corpus.fingerprint}"
    current: SlicedTraining[AtTemperature] | None = training.current(visit, name)
    if current is None:
        current = training.start(
            visit, name, by_temperature(found.model.twin(), known, found.config.seed)
        )
        current.advance()
    return current


def _list(visit: Session, known: Known, strings: list[Judged], said: str, *, told: bool) -> None:
    """Draw the strings; with what is copied, if that may be `told`."""
    colours, tokens, drawn = palette(), known.corpus.vocabulary.tokens, list[Coloured]()
    marked = shade(0.5, 1.0, colours)
    for string in strings:
        piece = known.copies.longest(string.ids)
        title = visit.t("generation.copies.pointed", n=piece.end - piece.start)
        ids = string.ids
        if len(ids) > 1 and tokens[ids[-1]] in LINE_ENDS:
            ids = ids[:-1]  # what is said of the string stands in its line
        for number, token in enumerate(ids):
            inside = told and piece.start <= number < piece.end
            drawn.append(
                Coloured(
                    tokens[token],
                    marked if inside else "",
                    title if inside else "",
                    weight=0.0 if inside else 1.0,  # a syllable of which all is copied is marked
                )
            )
        drawn.append(Coloured(_verdict(visit, string, told=told), kind="prompt", ends=True))
    coloured_text(drawn, key="generation.samples", name=said, tokenizer=known.corpus.tokenizer)


def _verdict(visit: Session, string: Judged, *, told: bool) -> str:
    t = visit.t
    if not string.ended:
        return t("generation.copies.cut_off")
    parts = [t(f"generation.copies.{'seen' if string.seen else 'new'}")] if told else []
    if string.legal is not None:
        parts.append(t(f"generation.copies.{'legal' if string.legal else 'illegal'}"))
    return f"  — {', '.join(parts)}" if parts else "  ↵"


def _said(visit: Session, strings: list[Judged]) -> str:
    t, found = visit.t, shares(1.0, strings)
    said = t("generation.copies.said", n=len(strings), ended=found.new.of, new=found.new.hits)
    if found.legal is not None:
        said += " " + t("generation.copies.said_legal", legal=found.legal.hits)
    return said


def _curve(visit: Session, under_way: SlicedTraining[AtTemperature]) -> None:
    t, points = visit.t, under_way.points
    if not points:
        st.caption(t("generation.copies.writing"))
        return
    if under_way.going:
        st.progress(len(points) / len(TEMPERATURES), t("generation.copies.writing"))
    last = points[min(range(len(points)), key=lambda i: abs(points[i].temperature - 1))]
    said = t(
        "generation.copies.curve",
        temperature=f"{last.temperature:g}",
        new=_share(last.new),
        n=max(point.new.of for point in points),
    )
    if last.legal is not None:
        said += " " + t("generation.copies.curve_legal", legal=_share(last.legal))
    st.markdown(said)
    chart(
        figure.figure(points, TEMPERATURES, palette(), t),
        key="generation.shares",
        name=said,
    )


def _share(one: Share) -> str:
    return f"**{percent(one.value)}** ({percent(one.low)}–{percent(one.high)})"
