"""The spectrum of Wh over training: from the first update to the one that is looked into."""

from __future__ import annotations

import streamlit as st

from pages.ui.gradients.view import GradientsView
from pages.ui.inspected.preview import corpus_of
from pages.ui.inspected.subject import EXAMPLE
from pages.ui.serving import server
from rnncore.probes.spectra import Spectrum, from_plain, spectra
from rnncore.training.trainer import Trainer

EVERY = 27
"""Updates of the example between two moments of its history."""

History = dict[int, tuple[Spectrum, ...]]


def history(now: GradientsView) -> History:
    """By update, the spectra of every gate: untrained, on the way, and at what is looked into.

    A run records them while it trains; an example is trained once more to see all of its way.
    Raises   StoreError if the run's records cannot be read.
    """
    if now.subject.source == "example":
        return _of_example()
    places = tuple(server.store().places(now.owner, "spectrum"))
    known = {**_recorded(now.owner, places), **_measured(now.owner, now.key, now)}
    return {step: known[step] for step in sorted(known)}


@st.cache_data(max_entries=8, show_spinner=False)
def _recorded(run_id: str, places: tuple[tuple[int, int], ...]) -> History:
    """What the run has written; `places` change with it."""
    records = server.store().records_after(run_id, kinds=("spectrum",))
    return {record.step: from_plain(record.payload) for record in records}


@st.cache_data(max_entries=8, show_spinner=False)
def _measured(owner: str, key: str, _now: GradientsView) -> History:
    return {0: _untrained(owner, _now), _now.subject.step: spectra(_now.subject.model)}


@st.cache_data(max_entries=8, show_spinner=False)
def _untrained(owner: str, _now: GradientsView) -> tuple[Spectrum, ...]:
    return spectra(_now.untrained)


@st.cache_resource(show_spinner=False)
def _of_example() -> History:
    trainer = Trainer(EXAMPLE, corpus_of(EXAMPLE))
    found = {0: spectra(trainer.model)}
    for _ in trainer.events(evaluate=False):
        if trainer.steps % EVERY == 0:
            found[trainer.steps] = spectra(trainer.model)
    return found
