"""Which network the page looks into: the visit's own, or one of a story that is trained here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.inspected.preview import corpus_of
from pages.ui.inspected.subject import Subject, kept, of_checkpoint, subject
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from rnncore.errors import RnnError
from rnncore.experiments.examples import share
from rnncore.experiments.units import (
    STORIES,
    Progress,
    Stage,
    story_config,
    train_in_stages,
    untrained,
)
from rnncore.model import Rnnlm

OWN = "own"


class Looked(NamedTuple):
    """A network; the `stages` of its training, where it was trained here; and `key`, which differs
    where a weight differs."""

    subject: Subject
    stages: tuple[Stage, ...]
    key: str


@dataclass
class Last:
    """The own network that was looked into last."""

    looked: Looked | None = None


def chosen(visit: Session) -> str:
    """The name of a story, or OWN: without a run, the first story tells more than an example."""
    usual = OWN if visit.run_id else next(iter(STORIES))
    name = visit.value("network", usual)
    return name if name in (OWN, *STORIES) else usual


def choose(visit: Session, row: DeltaGenerator) -> None:
    """Draw the control."""
    with row:
        held.selectbox(
            visit, "network", "states.network.label", chosen(visit), (OWN, *STORIES),
            lambda name: visit.t(f"states.network.{name}"),
            width=250,
        )  # fmt: skip


def said(visit: Session) -> None:
    """Say where the network of the story comes from."""
    st.caption(visit.t("states.network.here"), width="content")


def story(visit: Session) -> list[str]:
    """What is said of the chosen story, and for how many seeds that was true; [] of an own
    network."""
    name = chosen(visit)
    if name == OWN:
        return []
    values = {}
    if name == "number":
        tried = share("units.number")
        values = {"true": tried.true, "of": tried.of}
    return [visit.t(f"states.network.{name}_story", **values)]


def looked(visit: Session) -> Looked | None:
    """The chosen network; None while it has still to be trained."""
    name = chosen(visit)
    return _own(visit) if name == OWN else _trained().get(name)


def train(visit: Session) -> None:
    """Train the chosen story in slices, and say how far it has come."""
    name, t = chosen(visit), visit.t
    under_way = training.current(visit, f"states:{name}")
    if under_way is None:
        under_way = training.start(visit, f"states:{name}", _training(name))

    def draw() -> None:
        last: Progress | None = under_way.points[-1] if under_way.points else None
        share = last.done / last.of if last else 0.0
        st.progress(share, t("states.network.training", name=t(f"states.network.{name}")))

    training.poll(under_way, draw)


def _training(name: str) -> Iterator[Progress]:
    config = story_config(name)
    corpus = corpus_of(config)
    for progress in train_in_stages(config, corpus):
        if progress.done == progress.of:
            last = progress.stages[-1]
            found = Subject(last.model, corpus, config, last.step, "example")
            _trained()[name] = Looked(found, progress.stages, f"story:{name}")
        yield progress


class Moment(NamedTuple):
    """A state of the network on its way: after `step` updates, as `model` gives it."""

    step: int
    model: Callable[[], Rnnlm]


def moments(visit: Session, found: Looked) -> list[Moment]:
    """What the network was, from before its first update to now: the stages of a story, or the
    checkpoints of the run that are no newer."""
    if found.stages:
        return [Moment(stage.step, partial(_same, stage.model)) for stage in found.stages]
    own = found.subject
    between = {} if own.source != "run" else {one.step: one.name for one in kept(visit)}
    return [
        Moment(0, partial(_untrained, found)),
        *(
            Moment(step, partial(_of_checkpoint, visit, found, name))
            for step, name in sorted(between.items(), key=lambda one: one[0] or 0)
            if step is not None and 0 < step < own.step
        ),
        Moment(own.step, partial(_same, own.model)),
    ]


def moment(visit: Session, there: list[Moment]) -> int:
    """The number of the moment that is looked at; at first the last."""
    last = len(there) - 1
    return visit.within("moment", last, 0, last)


def scrubber(visit: Session, there: list[Moment]) -> None:
    """Draw the control that goes through the moments."""
    held.select_slider(
        visit, "moment", "states.network.moment", moment(visit, there), range(len(there)),
        lambda number: visit.t("states.network.update", step=f"{there[number].step:,}"),
        width="stretch",
    )  # fmt: skip


def _same(model: Rnnlm) -> Rnnlm:
    return model


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def _untrained(found: Looked) -> Rnnlm:
    return untrained(found.subject.model)


def _of_checkpoint(visit: Session, found: Looked, name: str) -> Rnnlm:
    """The model of another checkpoint; where it cannot be read any more, that of now."""
    try:
        return of_checkpoint(visit, name).model
    except RnnError as error:
        visit.problem = error
        return found.subject.model


@st.cache_resource(show_spinner=False)
def _trained() -> dict[str, Looked]:
    """The networks of the stories, for all visits: trained once, in slices."""
    return {}


def _own(visit: Session) -> Looked:
    found, last = subject(visit), visit.page_state(Last)
    if last.looked is None or last.looked.subject is not found:
        weights = found.model.parameters.values
        key = hashlib.sha256(weights.tobytes()).hexdigest()
        last.looked = Looked(found, (), f"{key}:{found.corpus.fingerprint}")
    return last.looked
