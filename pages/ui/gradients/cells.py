"""Idea 7: one cell against the other, on the same text and seed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.figures.palette import Palette
from pages.ui.gradients import racing
from pages.ui.gradients.figures import decay
from pages.ui.gradients.figures.decay import Line
from pages.ui.gradients.figures.race import Course, Level, role
from pages.ui.gradients.view import look
from pages.ui.inspected.subject import small_config
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.panels import panel, skeleton
from pages.ui.widgets.training import SlicedTraining
from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.experiments.race import RacePoint, race
from rnncore.model import Rnnlm
from rnncore.probes.gradient_flow import gradient_flow
from rnncore.probes.reading import running_text
from rnncore.shapes import Array
from rnncore.text.corpus import Corpus

TOKENS, EVERY = 300_000, 10_000
TICKS, STREAMS, FAR = 24, 16, 20


class Profile(NamedTuple):
    """Mean gradient norm by distance, at h, and at the memory c where the cell has one."""

    hidden: Array
    memory: Array | None


Profiles = dict[int, Profile]
"""By runner, once it is trained."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the race, and how far the gradient of each cell reaches before and after it."""
    found = look(visit).subject
    configs = tuple(small_config(found.config, cell=cell) for cell in CELLS)
    name = f"cells:{configs[0].model_dump_json()}"
    under_way = training.buttons(visit, row, name, lambda: _race(configs, found.corpus))
    untrained = [_untrained(config, found.corpus) for config in configs]
    training.poll(under_way, partial(_course, visit, found.corpus, untrained, under_way, name))


def _race(configs: tuple[Config, ...], corpus: Corpus) -> Iterator[tuple[RacePoint, Profiles]]:
    """The points, each with the profiles of those that are trained by then."""
    profiles: Profiles = {}

    def measure(runner: int, model: Rnnlm) -> None:
        profiles[runner] = _profile(model, corpus)

    for point in race(configs, corpus, TOKENS, EVERY, on_finish=measure):
        yield point, dict(profiles)


def _course(
    visit: Session,
    corpus: Corpus,
    untrained: list[Profile],
    under_way: SlicedTraining[tuple[RacePoint, Profiles]] | None,
    revision: str,
) -> None:
    t = visit.t
    points = under_way.points if under_way else []
    trained = points[-1][1] if points else {}
    levels: tuple[Level, ...] = ()
    if corpus.grammar is not None:
        floor = corpus.grammar.entropy_rate()
        levels = (Level(floor, t("gradients.race.floor", bits=f"{floor:.3f}"), "floor"),)
    names = [t.label("cell.names", cell) for cell in CELLS]
    course = Course(tuple(names), TOKENS, levels)
    profiles = [trained.get(runner, before) for runner, before in enumerate(untrained)]
    lines, shares = [], []
    for runner, (cell, name, profile) in enumerate(zip(CELLS, names, profiles, strict=True)):
        dash = "solid" if runner in trained else "dot"
        lines.append(Line(cell, name, profile.hidden, role(runner), dash))
        if profile.memory is not None:
            said = t("gradients.race.memory", cell=name)
            lines.append(Line(f"{cell}_memory", said, profile.memory, role(runner), "dash", 1.2))
        share = amount(profile.hidden[-1] / max(float(profile.hidden[0]), 1e-30))
        shares.append(t("gradients.race.share", cell=name, share=share))
    reach = panel(
        t,
        "cells_reach",
        skeleton(_reach, lines, t),
        [],
        d=len(profiles[0].hidden) - 1,
        shares=", ".join(shares),
        remembering=", ".join(
            name
            for name, profile in zip(names, profiles, strict=True)
            if profile.memory is not None
        ),
    )
    racing.panels(
        visit,
        "cells",
        course,
        [point for point, _ in points if point.step],
        going=under_way is not None and under_way.going,
        revision=revision,
        beside=reach,
    )


def _reach(lines: list[Line], palette: Palette, t: Texts) -> go.Figure:
    return decay.figure(
        lines,
        palette,
        t,
        quantity=t("gradients.flow.norm"),
        along=t("gradients.flow.distance"),
        height=300,
    )


@st.cache_data(
    max_entries=16,
    show_spinner=False,
    hash_funcs={Config: Config.model_dump_json, Corpus: lambda corpus: corpus.name},
)
def _untrained(config: Config, corpus: Corpus) -> Profile:
    return _profile(Rnnlm(config, len(corpus.vocabulary)), corpus)


def _profile(model: Rnnlm, corpus: Corpus) -> Profile:
    text = running_text(model, corpus, TICKS, STREAMS)
    flow = gradient_flow(text.model, text.xs, text.ts)
    memory = flow.memory_profile()
    return Profile(flow.profile()[: FAR + 1], None if memory is None else memory[: FAR + 1])
