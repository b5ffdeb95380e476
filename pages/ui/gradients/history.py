"""The spectrum of Wh over training: from the first update to the newest one that is known."""

from __future__ import annotations

import streamlit as st

from pages.ui.gradients.looking import Look
from pages.ui.preview import corpus_of
from pages.ui.subject import EXAMPLE
from rnncore.probes.spectra import Spectrum, spectra
from rnncore.training.trainer import Trainer

SPACING = 1.2
"""A checkpoint is kept when the update is so much later than the one kept before."""
EVERY = 27
"""Updates of the example between two moments of its history."""

History = dict[int, tuple[Spectrum, ...]]


def history(now: Look) -> History:
    """By update, the spectra of every gate: untrained, what was seen on the way, and now.

    An example is trained once more to see all of its way. A run leaves only its newest checkpoint,
    so its history is what visitors of this server looked at while it trained.
    """
    if now.subject.source == "example":
        return _of_example()
    seen = _seen(now.owner)
    step = now.subject.step
    if not seen:
        seen[0] = spectra(now.untrained)
    for later in [kept for kept in seen if kept > step]:  # the run was rewound
        del seen[later]
    if step in seen:
        return seen
    shown = spectra(now.subject.model)
    if step >= SPACING * max(seen) + 1:
        seen[step] = shown
    return {**seen, step: shown}


def keep(now: Look) -> None:
    """Remember this update if it is time to."""
    if now.subject.step >= SPACING * max(_seen(now.owner), default=0) + 1:
        history(now)


@st.cache_resource(max_entries=16, show_spinner=False)
def _seen(owner: str) -> History:
    return {}


@st.cache_resource(show_spinner=False)
def _of_example() -> History:
    trainer = Trainer(EXAMPLE, corpus_of(EXAMPLE))
    found = {0: spectra(trainer.model)}
    for _ in trainer.events(evaluate=False):
        if trainer.steps % EVERY == 0:
            found[trainer.steps] = spectra(trainer.model)
    return found
