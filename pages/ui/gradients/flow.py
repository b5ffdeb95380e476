"""Idea 1: the matrix of |dL_t/dh_k| on real tokens, anew with every checkpoint of the run."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from time import monotonic
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures import gradient_profile
from pages.ui.figures.mathematics import amount
from pages.ui.figures.palette import PALETTES
from pages.ui.gradients.figures import gradient_matrix
from pages.ui.gradients.figures.gradient_matrix import FlowFrame
from pages.ui.gradients.view import GradientsView, look
from pages.ui.serving import server
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import GOING, PHASES, Progress, moving_panels, panel, readout, skeleton
from pages.ui.widgets.predictions import Answer, answered
from rnncore.paths import assets_dir
from rnncore.probes.gradient_flow import FlowView, gradient_flow
from rnncore.probes.reading import running_text, text_is_held_out
from rnncore.runs.budget import TimeBudget
from rnncore.runs.row import RunRow
from rnncore.shapes import Array
from rnncore.text.windows import Windows
from rnncore.views import FAR_BACK, gradient_share

QUESTION = "gradients.predict.flow"
TICKS, STRETCHES = 24, 16
SECONDS = 1.0
"""Between two looks at the run's checkpoint."""
SHARE = 0.035
"""Share of the time that looking may take, the sending left out: with it, one twentieth. The
machine is there to train."""


class Measured(NamedTuple):
    """A stretch's frame, what was measured on it, and over how many stretches the profile goes."""

    frame: FlowFrame
    view: FlowView
    stretches: int


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw matrix and profile; they follow the run by themselves while it trains."""
    t = visit.t
    st.html(assets_dir() / "css" / "gradients.css")
    row.button(
        t("gradients.flow.other"),
        key="gradients.stretch",
        icon=":material/shuffle:",
        shortcut="N",
        help=t("gradients.flow.other_help"),
        on_click=partial(visit.set_values, stretch=(visit.value("stretch", 0) + 1) % STRETCHES),
    )
    run = server.find_or_none(visit.run_id)
    moves = run is not None and PHASES[run.status] in (*GOING, "paused")
    looking = TimeBudget(SHARE, 0.8 * SECONDS, monotonic())
    opened = False  # the first look is not paid for: drawing anew costs more than following

    @st.fragment(run_every=SECONDS if moves else None)
    def follow() -> None:
        nonlocal opened
        run = server.find_or_none(visit.run_id)
        training = run is not None and run.status == "running"
        newest = not training or looking.due(monotonic())
        with looking.spending() if opened else nullcontext():
            now = look(visit, newest=newest)
            _panels(visit, now, run)
        opened = True

    follow()


def _panels(visit: Session, now: GradientsView, run: RunRow | None) -> None:
    t, subject = visit.t, now.subject
    stretch = visit.value("stretch", 0)
    frame, view, stretches = _measure(now.key, stretch, now)
    asked = not answered(visit, QUESTION)
    colours = {palette.name: gradient_profile.scale(palette) for palette in PALETTES}
    matrix = panel(
        t,
        gradient_matrix.MATRIX,
        skeleton(gradient_matrix.matrix, frame, t),
        [],
        scale=colours,
        says=None if asked else _matrix(t, view),
    )
    named = [readout(t, gradient_matrix.PROFILE, "start", None, lambda p: p.start)]
    if not asked:
        named.append(readout(t, gradient_matrix.PROFILE, "mean", None, lambda p: p.gradient))
    config = subject.config
    windows = Windows(
        subject.corpus.train, config.batch_size, config.time_size, config.window_scheme
    )
    far, share = gradient_share((view.start if asked else view.mean).tolist())
    profile = panel(
        t,
        gradient_matrix.PROFILE,
        skeleton(gradient_matrix.profile, frame, t),
        named,
        variant="asked" if asked else None,
        far=far,
        n=stretches,
        text=t.text_read(text_is_held_out(subject.corpus, TICKS)),
        share=amount(share or 0.0),
    )
    moving_panels(
        [matrix, profile],
        gradient_matrix.ops(view, trained=not asked),
        Progress(
            run.status if run and subject.source == "run" else "finished",
            subject.step,
            subject.config.epochs * windows.updates_per_epoch,
        ),
        t("gradients.flow.place"),
        t,
        key="gradients.flow",
        revision=f"{now.owner}:{stretch}:{asked}",
        batch=subject.step,
    )


def _matrix(t: Texts, view: FlowView) -> str:
    """The matrix in words: what arrives at the loss's own state and ten ticks before it."""
    far = min(FAR_BACK, len(view.norms) - 1)
    near, there = (np.median(np.diagonal(view.norms, -ticks)) for ticks in (0, far))
    return t(
        "figures.flow_matrix.says", n=len(view.norms), near=amount(near), far=amount(there), d=far
    )


def answer(visit: Session) -> Answer:
    """How much arrives ten ticks back."""
    now = look(visit)
    mean = _measure(now.key, visit.value("stretch", 0), now).view.mean
    far, found = gradient_share(mean.tolist())
    share = found or 0.0
    option = "much" if share >= 0.5 else "some" if share >= 0.1 else "little"
    return Answer(option, {"share": amount(share), "d": str(far)})


@st.cache_data(max_entries=16, show_spinner=False)
def _measure(key: str, stretch: int, _now: GradientsView) -> Measured:
    """Cached by the network's name and update."""
    subject = _now.subject
    text = running_text(subject.model, subject.corpus, TICKS, STRETCHES)
    measured = gradient_flow(text.model, text.xs, text.ts)
    vocabulary = subject.corpus.vocabulary.tokens
    one = measured.stream(stretch % text.xs.shape[1], text.xs, text.ts, vocabulary)
    frame = FlowFrame(one.state_read, one.loss_of, subject.config.time_size)
    start = _start(_now.owner, _now)
    return Measured(
        frame,
        FlowView(subject.step, one.norms, measured.profile(), measured.quantiles(), start),
        text.xs.shape[1],
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _start(owner: str, _now: GradientsView) -> Array:
    text = running_text(_now.untrained, _now.subject.corpus, TICKS, STRETCHES)
    return gradient_flow(text.model, text.xs, text.ts).profile()
