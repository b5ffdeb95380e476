"""The visit's earlier runs: grey curves beneath the present one, and what to know of each."""

from __future__ import annotations

from string import ascii_uppercase
from typing import NamedTuple

import streamlit as st

from pages.ui.overview.others import Seen
from pages.ui.serving import server
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import label, worded
from rnncore.config import Config, text_settings
from rnncore.errors import StoreError
from rnncore.runs.row import RunRow
from rnncore.views import Ghost

MOST = 4
"""Earlier runs that are shown: the pinned ones, then the newest."""
POINTS = 80
"""Most points of a grey curve."""
NAMED = 3
"""Differing settings that a chip names."""
ASIDE = ("temperature", "pace", "threads")
"""Settings that leave a run's curves as they are."""


class Course(NamedTuple):
    """What a run's held-out text has said of it. Bits are per token."""

    updates: tuple[int, ...]
    bits: tuple[float, ...]
    best: int  # update of the lowest
    perplexity: float
    seconds: float


class Earlier(NamedTuple):
    """An earlier run, the letter that it goes by, and its course, if it has one."""

    run: RunRow
    letter: str
    settings: Config
    course: Course | None


def earlier(visit: Session, run: RunRow | None) -> list[Earlier]:
    """The runs that the visit has seen before this one, with a letter each that stays the same."""
    ids = [one for one in visit.state(Seen).ids if run is None or one != run.id]
    if not ids:
        return []
    try:
        found = server.store().heads(ids)
        there = [found[one] for one in ids if one in found and found[one].settings]
        chosen = sorted(there, key=lambda one: (not one.pinned, -one.created))[:MOST]
        return [
            Earlier(
                one,
                _letter(visit, one.id),
                Config.parse(server.store().present_settings(one)),
                _course(one.id, one.last_seq),
            )
            for one in chosen
        ]
    except StoreError:  # said where the page's own run is looked for
        return []


def ghosts(runs: list[Earlier], config: Config) -> tuple[Ghost, ...]:
    """The curves of those that read the same text: bits of another text compare to nothing."""
    return tuple(
        Ghost(one.letter, one.course.updates, one.course.bits)
        for one in runs
        if one.course is not None and not set(text_settings()) & set(_differing(one, config))
    )


def chips(visit: Session, runs: list[Earlier]) -> None:
    """Draw what to know of each, with a way back to it and a pin."""
    t = visit.t
    if not runs:
        st.caption(t("earlier.none"))
    for one in runs:
        with st.container(gap="xxsmall", key=f"earlier.{one.letter}"):
            st.markdown(_said(visit, one))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(
                    visit.pages["here"],
                    label=t("earlier.open"),
                    icon=":material/undo:",
                    help=t("earlier.open_help"),
                    query_params=visit.link(one.settings) | {"run": one.run.id},
                )
                _pin(visit, one)


def _said(visit: Session, one: Earlier) -> str:
    """The letter, the settings that differ from those above, and how far it came."""
    t = visit.t
    names = [name for name in _differing(one, visit.config) if name not in ASIDE]
    parts = [
        f"{literal(label(t, name))} {worded(visit, name, getattr(one.settings, name))}"
        for name in names[:NAMED]
    ]
    if len(names) > NAMED:
        parts.append(t("earlier.more", n=len(names) - NAMED))
    name = literal(one.run.name) if one.run.name else ""
    what = " · ".join(filter(None, [name, *parts])) or t("earlier.same")
    if one.course is None:
        came = t("earlier.nothing")
    else:
        came = t(
            "earlier.came",
            perplexity=f"{one.course.perplexity:.4g}",
            update=f"{one.course.best:,}",
            seconds=f"{one.course.seconds:.3g}",
        )
    return f"**{one.letter}** {what}  \n{came}"


def _pin(visit: Session, one: Earlier) -> None:
    pinned = bool(one.run.pinned)
    st.button(
        visit.t(f"earlier.{'unpin' if pinned else 'pin'}"),
        key=f"earlier.pin.{one.run.id}",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        type="tertiary",
        on_click=lambda: attempt(visit, lambda: server.store().labels.pin(one.run.id, not pinned)),
    )


def _differing(one: Earlier, config: Config) -> list[str]:
    return [
        name for name in Config.model_fields if getattr(one.settings, name) != getattr(config, name)
    ]


def _letter(visit: Session, run_id: str) -> str:
    """A, B, ... in the order in which the runs were seen."""
    place = visit.state(Seen).ids.index(run_id)
    return ascii_uppercase[place % len(ascii_uppercase)]


@st.cache_data(max_entries=64, show_spinner=False)
def _course(run_id: str, last_seq: int) -> Course | None:
    """What the run reported up to its record `last_seq`; None where nothing was measured."""
    store = server.store()
    found = store.records_after(run_id, kinds=("evaluation",), damaged=[])
    valid = [one for one in found if one.payload["split"] == "valid" and one.step]
    if not valid:
        return None
    best = min(valid, key=lambda one: float(one.payload["bits"]))
    seqs = [seq for seq, _ in store.places(run_id, "steps")][-1:]
    last = [*store.records_after(run_id, seqs[0] - 1, kinds=("steps",), damaged=[])] if seqs else []
    stride = max(1, -(-len(valid) // POINTS))
    drawn = [*valid[:-1:stride], valid[-1]]
    return Course(
        tuple(one.step for one in drawn),
        tuple(float(one.payload["bits"]) for one in drawn),
        best.step,
        float(best.payload["perplexity"]),
        float(last[0].payload["seconds"]) if last else 0.0,
    )
