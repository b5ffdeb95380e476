"""What every unit is worth, measured once for a network, in slices where it is large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import streamlit as st

from pages.ui.states.network import Looked
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from rnncore.probes.passages import profiled_text
from rnncore.probes.silencing import Costs, each_silenced
from rnncore.probes.tracking import memory_tracking
from rnncore.shapes import Array, Ids
from rnncore.text.agreement import CONDITIONS, Agreement, agreement

MOST_TEXT = 20_000
"""Held-out tokens of which the places are known where tokens have to agree."""
RANKS = ("bits", *CONDITIONS, "tracking")
"""By what units are ranked: what silencing them costs, and what they go with."""


class Known(NamedTuple):
    """What does not depend on the silenced unit: the held-out text, where tokens have to agree in
    it, and how well each unit tells what has to be remembered."""

    text: Ids
    where: Agreement | None
    tracking: Array | None


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Looked: lambda one: one.key})
def known(found: Looked) -> Known:
    """The same for all visits that look into the same network."""
    model, corpus, config, *_ = found.subject
    text = profiled_text(config, corpus)[:MOST_TEXT]
    where = agreement(corpus.grammar, text) if corpus.grammar is not None else None
    return Known(text, where, memory_tracking(model, config, corpus))


def measured(visit: Session, found: Looked) -> Costs | None:
    """What silencing costs. While that is being measured None, and how far it has come is said.
    Where somebody has stopped it, what was known by then."""
    shelf, name = _shelf(found.key), f"silencing:{found.key}"
    if shelf:
        return shelf[-1]
    under_way = training.current(visit, name)
    if under_way is None:
        under_way = training.start(visit, name, _measuring(found, shelf))
        under_way.advance()  # of a small network that is all
        if shelf:
            return shelf[-1]
    if not under_way.going and under_way.points and under_way.points[-1].tokens:
        last: Costs = under_way.points[-1]
        return last

    def draw() -> None:
        done = under_way.points[-1].done if under_way.points else 0.0
        left, right = st.columns([6, 1], vertical_alignment="center")
        H = found.subject.config.hidden_size
        left.progress(done, visit.t("states.unit.measuring", units=H))
        right.button(visit.t("lab.stop"), key="states.stop", on_click=under_way.stop)

    training.poll(under_way, draw)
    return None


def complete(found: Looked) -> Costs | None:
    """What was measured of the network to the end; None where that has still to be done."""
    shelf = _shelf(found.key)
    return shelf[-1] if shelf else None


def order(costs: Costs, tracked: Array | None, by: str) -> list[int]:
    """Units, the one that matters most first; of equal ones that of the lower number."""
    worth = columns(costs, tracked)[by]
    sign = 1 if by in CONDITIONS else -1
    return sorted(range(len(worth)), key=lambda unit: (sign * worth[unit], unit))


def columns(costs: Costs, tracked: Array | None) -> dict[str, list[float]]:
    """What is known of each unit, by name of RANKS: extra bits, agreement left, tracking."""
    found = {"bits": costs.extra_bits.tolist()}
    for number, name in enumerate(CONDITIONS):
        if costs.places[number]:
            found[name] = costs.agreement[1:, number].tolist()
    if tracked is not None:
        found["tracking"] = tracked.tolist()
    return found


@st.cache_resource(max_entries=32, show_spinner=False)
def _shelf(key: str) -> list[Costs]:
    """What was measured of a network, once it is complete, for all visits."""
    return []


def _measuring(found: Looked, shelf: list[Costs]) -> Iterator[Costs]:
    about = known(found)
    for costs in each_silenced(found.subject.model, about.text, about.where):
        if costs.done == 1:
            shelf.append(costs)
        yield costs
