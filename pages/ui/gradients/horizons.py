"""Idea 5: how far the gradient reaches, beside how far back a changed token still matters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.gradients.figures import decay
from pages.ui.gradients.figures.decay import Line, Reach
from pages.ui.gradients.view import GradientsView, look
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.memory import parameter_count
from rnncore.probes.looking import fitting
from rnncore.probes.memory import Horizon, horizon, memory_profile
from rnncore.probes.reading import running_text
from rnncore.shapes import Array

QUESTION = "gradients.predict.horizons"
DISTANCES = 32
WORK = 3e7
"""Changed copies times hidden units times ticks that one look may cost."""
LEVEL = 5
LEVELS = (1, 2, 5, 10, 20)
"""Hundredths of a bit."""
HEIGHT = 410


class Effects(NamedTuple):
    """Mean effect of a changed token on the last loss by distance, in bits, over P contexts."""

    surprise: Array  # (L,) measured: the token is really changed
    foreseen: Array  # (L,) what the gradient foresees of that very change
    contexts: int


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw both curves and the distances at which they fall below a level."""
    t, now = visit.t, look(visit)
    level = visit.value("level", LEVEL)
    level = level if level in LEVELS else LEVEL
    with row:
        held.selectbox(
            visit,
            "level",
            "gradients.horizons.level",
            level,
            LEVELS,
            lambda value: t("gradients.horizons.bits", bits=f"{value / 100:g}"),
            width=150,
        )
    with st.spinner(t("gradients.horizons.measuring")):
        effects = _measure(now.key, now)
    memory = horizon(effects.surprise, level / 100)
    gradient = horizon(effects.foreseen, level / 100)
    asked = not answered(visit, QUESTION)
    if asked:
        contexts = effects.contexts
        said = t("gradients.horizons.asked", level=f"{gradient.level:g}", contexts=contexts)
    else:
        said = _sentence(visit, gradient, memory, effects)
    st.markdown(said)
    first, second, third = st.columns(3)
    T = now.subject.config.time_size
    first.metric(t("gradients.horizons.gradient"), _ticks(visit, gradient), border=True)
    second.metric(
        t("gradients.horizons.memory"), "?" if asked else _ticks(visit, memory), border=True
    )
    third.metric(t("gradients.horizons.window"), _said(visit, T), border=True)
    lines = [
        Line("memory", t("gradients.horizons.curve_memory"), effects.surprise, "held_out"),
        Line("gradient", t("gradients.horizons.curve_gradient"), effects.foreseen, "gradient"),
    ]
    reaches = [
        Reach(found.distance, t(f"gradients.horizons.{name}"), role)
        for found, name, role in (
            (gradient, "gradient", "gradient"),
            (memory, "memory", "held_out"),
        )
        if found.distance is not None
    ]
    if asked:
        lines, reaches = lines[1:], [one for one in reaches if one.role == "gradient"]
    chart(
        decay.figure(
            lines,
            palette(),
            t,
            quantity=t("gradients.horizons.quantity"),
            along=t("gradients.horizons.along"),
            height=HEIGHT,
            reaches=reaches,
            level=level / 100,
        ),
        key="gradients.horizons.chart",
        name=f"{t('gradients.horizons.alt')} {said}",
    )


def answer(visit: Session) -> Answer | None:
    """Whether memory reaches farther than the gradient at the page's first threshold."""
    now = look(visit)
    effects = _measure(now.key, now)
    memory, gradient = (
        horizon(curve, LEVEL / 100).distance for curve in (effects.surprise, effects.foreseen)
    )
    if memory is None or gradient is None:
        return None
    option = "farther" if memory > gradient else "equal" if memory == gradient else "nearer"
    return Answer(option, {"memory": str(memory), "gradient": str(gradient)})


def _sentence(visit: Session, gradient: Horizon, memory: Horizon, effects: Effects) -> str:
    t = visit.t
    far, near = memory.distance, gradient.distance
    values = {"level": f"{memory.level:g}", "contexts": effects.contexts}
    if far is None or near is None:
        return t("gradients.horizons.none", **values)
    name = "equal" if far == near else "farther" if far > near else "nearer"
    at = min(max(far, near), len(effects.surprise) - 1)
    foreseen = float(effects.foreseen[: at + 1].sum())
    ratio = float(effects.surprise[: at + 1].sum()) / max(foreseen, 1e-30)
    return t(
        f"gradients.horizons.{name}",
        difference=_said(visit, abs(far - near)),
        ratio=amount(ratio),
        **values,
    )


def _ticks(visit: Session, found: Horizon) -> str:
    if found.distance is None:
        return "–"
    if found.open:
        return visit.t("gradients.horizons.ticks_open", d=found.distance)
    return _said(visit, found.distance)


def _said(visit: Session, ticks: int) -> str:
    return visit.t(f"gradients.horizons.{'tick' if ticks == 1 else 'ticks'}", d=ticks)


@st.cache_data(max_entries=16, show_spinner=False)
def _measure(key: str, _now: GradientsView) -> Effects:
    subject = _now.subject
    per_context = DISTANCES**2 * subject.config.hidden_size * subject.config.layers
    weights = parameter_count(subject.config, len(subject.corpus.vocabulary))
    contexts = fitting(DISTANCES**2 / 2 * weights, int(min(64, max(4, WORK / per_context))))
    text = running_text(subject.model, subject.corpus, DISTANCES, contexts)
    window = np.concatenate((text.xs, text.ts[-1:]))
    counts = np.bincount(subject.corpus.train, minlength=len(subject.corpus.vocabulary))
    found = memory_profile(text.model, window, counts, DISTANCES, np.random.default_rng(0))
    return Effects(found.surprise.mean(axis=1), found.foreseen.mean(axis=1), text.xs.shape[1])
