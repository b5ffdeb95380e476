"""Idea 2: states as places in a plane, a sentence as a path through them."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.tokens import isolated
from pages.ui.states import network, space
from pages.ui.states.figures import clouds as plane_figure
from pages.ui.states.figures import space as space_figure
from pages.ui.states.figures.clouds import Frame, Group, Path, frame_of
from pages.ui.states.labels import value_name
from pages.ui.states.network import Looked
from pages.ui.states.sentences import Sentences, boxes, sentences
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from rnncore.model import Rnnlm
from rnncore.probes.cloud import cloud_states, cloud_stretches
from rnncore.probes.excerpt import Excerpt, read_excerpt
from rnncore.probes.properties import Property, properties
from rnncore.probes.states import (
    Subspace,
    apart,
    parting_plane,
    principal_plane,
    principal_space,
)
from rnncore.shapes import Array
from rnncore.text.twins import parted

QUESTION = "states.predict.clouds"
UNIT = "unit"
AXES = ("variance", "parting")
MET, PARTED = 0.25, 0.1
"""Paths have met again where they are at most this share of their greatest distance apart; and have
never parted where that is less than this share of the distance of any two states."""


class States(NamedTuple):
    """States of the cloud (n, H), and after each token of the sentence and of its twin."""

    cloud: Array
    sentence: Array
    twin: Array


def draw(visit: Session, row: DeltaGenerator, found: Looked) -> None:
    """Draw the cloud and the paths, at the moment that is chosen, in a frame that stays."""
    t, corpus = visit.t, found.subject.corpus
    there = network.moments(visit, found)
    at = network.moment(visit, there)
    both = sentences(visit, found)
    known = _properties(found)
    colour = _colour(visit, known)
    H = found.subject.config.hidden_size
    unit = visit.within("unit", 0, 0, H - 1)
    axes = visit.value("axes", AXES[0])
    axes = axes if axes in AXES else AXES[0]
    with row:
        held.selectbox(
            visit, "colour", "states.clouds.colour", colour, (*known, UNIT),
            lambda name: t(f"states.properties.{name}"), width=190,
        )  # fmt: skip
        if colour == UNIT:
            held.selectbox(
                visit, "unit", "states.unit.unit", unit, range(H),
                lambda number: t("states.unit.name", unit=number), width=120,
            )  # fmt: skip
        solid = space.switch(visit)
        if not solid:
            held.selectbox(
                visit, "axes", "states.clouds.axes", axes, AXES,
                lambda name: t(f"states.clouds.{name}"), width=190,
            )  # fmt: skip
    space.explain(visit)
    boxes(visit, found)
    network.scrubber(visit, there)
    last = _read(there[-1].model(), found, both)
    now = _read(there[at].model(), found, both)
    plane = principal_space(last.cloud) if solid else _plane(last, both, axes)
    frame = _frame(plane, _read(there[0].model(), found, both), last)
    told_apart = answered(visit, QUESTION)
    paths = [
        Path(corpus.vocabulary.decode(ids), _points(plane, states))
        for ids, states in ((both.sentence, now.sentence), (both.twin, now.twin))
        if len(ids) and told_apart
    ]
    points = _points(plane, now.cloud)
    told = _told(visit, found, known)
    if colour == UNIT:
        groups = [Group(t("states.unit.name", unit=unit), points, told)]
        activity = now.cloud[:, unit].tolist()
    else:
        groups, activity = _groups(visit, colour, known[colour], points, told), []
    share = plane.variance_share(now.cloud)
    said = t(
        "states.clouds.said_space" if solid else "states.clouds.said",
        n=len(points),
        step=f"{there[at].step:,}",
        share=f"{share:.0%}",
        property=t(f"states.properties.{colour}"),
    )
    st.markdown(f"{said} {_parting(visit, now)}" if told_apart else said)
    if solid:
        chart(
            space_figure.figure(groups, paths, frame, palette(), t, activity, space.turn(visit)),
            key="states.scene",
            name=said,
            bundle="gl3d",
            on_failure=partial(space.failed, visit),
        )
        st.caption(t("states.clouds.space_caption"))
    else:
        chart(
            plane_figure.figure(groups, paths, frame, palette(), t, activity),
            key="states.clouds",
            name=said,
        )
    if not told_apart:
        kept_back(visit)
    if corpus.grammar is None:
        st.caption(t("states.clouds.no_grammar"))


def answer(visit: Session, found: Looked) -> Answer | None:
    """What becomes of the two paths after the word in which they differ."""
    both = sentences(visit, found)
    now = _read(found.subject.model, found, both)
    distances = _distances(now)
    if distances is None:
        return None
    most, end = float(distances.max()), float(distances[-1])
    option = "never" if most < PARTED else "meet" if end <= MET * most else "stay"
    first = parted(both.sentence.tolist(), both.twin.tolist()).start
    tokens = found.subject.corpus.vocabulary.decode(both.sentence)
    place = int(distances.argmax())
    return Answer(
        option,
        {
            "word": isolated(tokens[first]) if first < len(tokens) else "",
            "most": f"{most:.2f}",
            "place": isolated(tokens[place]),
            "end": f"{end:.2f}",
        },
    )


def _parting(visit: Session, now: States) -> str:
    distances = _distances(now)
    if distances is None:
        return ""
    return visit.t(
        "states.clouds.parting_said", most=f"{distances.max():.2f}", end=f"{distances[-1]:.2f}"
    )


def _distances(now: States) -> Array | None:
    """How far the two paths are apart after each token, as far as both go; None without a twin."""
    length = min(len(now.sentence), len(now.twin))
    return apart(now.sentence[:length], now.twin[:length], now.cloud) if length else None


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def _properties(found: Looked) -> dict[str, Property]:
    places = cloud_stretches(found.subject.config, found.subject.corpus)
    return properties(found.subject.corpus, places)


def _colour(visit: Session, known: dict[str, Property]) -> str:
    usual = next(iter(known), UNIT)
    colour = visit.value("colour", usual)
    return colour if colour in (*known, UNIT) else usual


def _read(model: Rnnlm, found: Looked, both: Sentences) -> States:
    chosen = cloud_stretches(found.subject.config, found.subject.corpus)
    paths = [
        read_excerpt(model, Excerpt(both.before, ids)).hidden for ids in (both.sentence, both.twin)
    ]
    return States(cloud_states(model.twin(), chosen), *paths)


def _plane(last: States, both: Sentences, axes: str) -> Subspace:
    """The axes, from the states of now: those of all moments are drawn in them."""
    if axes == "parting" and len(both.twin) == len(both.sentence):
        where = parted(both.sentence.tolist(), both.twin.tolist())
        if len(where):
            parting = (last.twin - last.sentence)[list(where)].mean(axis=0)
            return parting_plane(last.cloud, parting)
    return principal_plane(last.cloud)


def _frame(plane: Subspace, *moments: States) -> Frame:
    """A frame that holds all states of these moments."""
    return frame_of(
        np.concatenate([plane.project(np.concatenate(states)) for states in moments]).tolist()
    )


def _points(plane: Subspace, states: Array) -> list[tuple[float, ...]]:
    return [tuple(point) for point in plane.project(states).astype(float).round(4).tolist()]


def _told(visit: Session, found: Looked, known: dict[str, Property]) -> list[str]:
    """What is told of each point: its token, and its true state where there is one."""
    corpus = found.subject.corpus
    places = cloud_stretches(found.subject.config, corpus)
    tokens = corpus.vocabulary.decode(places.text[places.read])
    if corpus.grammar is None:
        return [isolated(token) for token in tokens]
    along = corpus.grammar.states_along(corpus.vocabulary.decode(places.text))
    return [
        f"{isolated(token)} → {value_name('state', corpus.grammar.state_names[along[i]], visit.t)}"
        for token, i in zip(tokens, places.read.tolist(), strict=True)
    ]


def _groups(
    visit: Session,
    name: str,
    known: Property,
    points: list[tuple[float, ...]],
    told: list[str],
) -> list[Group]:
    groups = []
    for number, value in enumerate(known.values):
        own = [i for i, of in enumerate(known.of) if of == number]
        if own:
            label = value_name(name, value, visit.t)
            groups.append(Group(label, [points[i] for i in own], [told[i] for i in own]))
    return groups
