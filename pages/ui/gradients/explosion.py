"""Idea 7: scale Wh and watch the gradients of real windows explode; clip them and watch it hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.gradients import racing
from pages.ui.gradients.figures import decay
from pages.ui.gradients.figures import explosion as norms_figure
from pages.ui.gradients.figures.decay import Line
from pages.ui.gradients.figures.race import Course, Level
from pages.ui.gradients.view import GradientsView, look
from pages.ui.inspected.preview import corpus_of
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.examples import finished, share
from rnncore.experiments.race import RacePoint, clipping_race, last_points, race
from rnncore.memory import parameter_count
from rnncore.probes.explosion import Explosion, explosion, norm_histogram
from rnncore.probes.looking import fitting
from rnncore.text.windows import Windows

QUESTION = "gradients.predict.explosion"
SCALES = (25, 50, 75, 100, 125, 150, 200, 300, 400)
"""Per cent of the network's own Wh."""
WINDOWS, STREAMS, LONGEST = 24, 8, 50
FAR_ABOVE = 3
"""How many times the threshold a gradient has to be that is called exploding."""
TOKENS, EVERY = 40_000, 400
HEIGHT = 235


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw what scaling does to one network, and below what clipping does to a training."""
    t, now = visit.t, look(visit)
    limit = now.subject.config.max_grad_norm or 1.0
    scale = visit.value("scale", 0)
    scale = scale if scale in SCALES else _exploding(now, limit)
    clip = visit.value("clip", 0) != 0
    with row:
        words = "gradients.explosion"
        held.select_slider(
            visit,
            "scale",
            f"{words}.scale",
            scale,
            SCALES,
            lambda per_cent: f"× {per_cent / 100:g}",
            width=210,
        )
        held.toggle(visit, "clip", f"{words}.clip", clip)
    configs = clipping_race()
    under_way = training.buttons(
        visit,
        row,
        "clipping",
        lambda: race(configs, corpus_of(configs[0]), TOKENS, EVERY),
        reveals=QUESTION,
    )
    with st.spinner(t("gradients.explosion.measuring")):
        own = _measure(now.key, 100, limit, now)
        scaled = _measure(now.key, scale, limit, now)
    _figures(visit, own, scaled, clip)
    training.poll(under_way, partial(_course, visit, under_way))


def answer(visit: Session) -> Answer:
    """What became of the unclipped training that is kept."""
    points = finished("clipping").points
    ends = last_points(points)
    bad = ends[0].diverged
    option = "diverges" if bad else "slower" if ends[0].bits > ends[1].bits else "same"
    found = share("clipping.diverges")
    return Answer(
        option, {"step": f"{ends[0].step:,}", "true": str(found.true), "of": str(found.of)}
    )


def _exploding(now: GradientsView, limit: float) -> int:
    """The first scale, from the network's own on, at which most gradients exceed the threshold
    several times; the last if none does."""
    for scale in SCALES[SCALES.index(100) :]:
        if np.median(_measure(now.key, scale, limit, now).norms) > FAR_ABOVE * limit:
            return scale
    return SCALES[-1]


def _figures(visit: Session, own: Explosion, scaled: Explosion, clip: bool) -> None:
    t = visit.t
    shown = scaled.clipped if clip else scaled.norms
    left, right = st.columns(2, gap="medium")
    with left:
        said = {
            "scale": f"{scaled.scales[0]:g}",
            "before": amount(np.median(own.norms)),
            "after": amount(np.median(scaled.norms)),
        }
        flow = t("gradients.explosion.flow", **said)
        st.markdown(flow)
        lines = [
            Line("as_it_is", t("gradients.explosion.as_it_is"), own.profiles[0], "start"),
            Line("scaled", t("gradients.explosion.scaled"), scaled.profiles[0], "gradient"),
        ]
        chart(
            decay.figure(
                lines,
                palette(),
                t,
                quantity=t("gradients.flow.norm"),
                along=t("gradients.flow.distance"),
                height=HEIGHT,
            ),
            key="gradients.explosion.flow",
            name=flow,
        )
    with right:
        share = float((scaled.norms > scaled.limit).mean())
        name = "clipped" if clip else "unclipped"
        norms = t(
            f"gradients.explosion.{name}",
            n=scaled.norms.size,
            share=f"{share:.0%}",
            limit=f"{scaled.limit:g}",
            largest=amount(scaled.norms.max()),
        )
        st.markdown(norms)
        both = norm_histogram(np.stack((own.norms, scaled.norms, shown)), own.limit)
        before, found = (
            both._replace(counts=np.histogram(each, both.edges)[0]) for each in (own.norms, shown)
        )
        chart(
            norms_figure.figure(before, found, clip, palette(), t, HEIGHT),
            key="gradients.explosion.norms",
            name=norms,
        )


def _course(visit: Session, under_way: SlicedTraining[RacePoint] | None) -> None:
    t = visit.t
    if not answered(visit, QUESTION):
        st.caption(t("gradients.explosion.asked"))
        return
    points = under_way.points if under_way else []
    kept = not points
    if kept:
        points = finished("clipping").points
    limit = clipping_race()[1].max_grad_norm
    course = Course(
        (t("gradients.explosion.without"), t("gradients.explosion.with", limit=f"{limit:g}")),
        TOKENS,
        wide=True,
        limits=(Level(limit, t("gradients.explosion.limit", limit=f"{limit:g}"), "floor"),),
    )
    said = divergence(t, points)
    if said:
        st.markdown(f":material/warning: {said}")
    guess = math.log2(len(corpus_of(clipping_race()[0]).vocabulary))
    if any(point.bits > guess for point in points):
        st.markdown(t("gradients.race.wrong", guess=f"{guess:.1f}"))
    going = under_way is not None and under_way.going
    shown = [point for point in points if point.step]
    racing.panels(visit, "clipping", course, shown, going=going, revision="clipping", kept=kept)


@st.cache_data(max_entries=32, show_spinner=False)
def _measure(key: str, per_cent: int, limit: float, _now: GradientsView) -> Explosion:
    subject = _now.subject
    T = min(subject.config.time_size, LONGEST)
    streams = max(1, min(STREAMS, (len(subject.corpus.train) - 1) // T))
    windows = Windows(subject.corpus.train, streams, T, "aligned")
    weights = parameter_count(subject.config, len(subject.corpus.vocabulary))
    most = fitting(3 * T * streams * weights, min(WINDOWS, windows.updates_per_epoch))
    taken = [windows.window(k) for k in range(most)]
    return explosion(subject.model, taken, (per_cent / 100,), limit)


def divergence(t: Texts, points: Iterable[RacePoint]) -> str | None:
    """Which of the two trainings has diverged, the unclipped one (runner 0) or the clipped one."""
    steps = {point.runner: f"{point.step:,}" for point in points if point.diverged}
    if not steps:
        return None
    which = "both" if len(steps) == 2 else "without" if 0 in steps else "with"
    step = steps.get(0, steps.get(1))
    return t(f"gradients.explosion.diverged_{which}", step=step, clipped=steps.get(1))
