"""What the page's own controls hold: window, streams, state and the update that is looked at."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.ui.inspected.subject import Subject
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from rnncore.paths import assets_dir
from rnncore.probes.minibatches.rows import EPOCHS, Excerpt, excerpt

LONGEST, MOST = 40, 8
"""Largest T and N that the pictures have room for."""
T, N, CARRY, UPDATE = 6, 4, 1, 1
"""What the controls hold at first."""


class BpttControls(NamedTuple):
    """Window length T, streams N, whether the state is carried, and the update, from 0; the tick of
    its window that a link points at, from 1, or 0 for none."""

    time_size: int
    streams: int
    stateful: bool
    update: int
    shown: Excerpt
    tick: int = 0

    @property
    def window(self) -> int:
        """The window's number within its epoch, from 0."""
        return self.update % self.shown.updates_per_epoch

    @property
    def epoch(self) -> int:
        """From 1."""
        return self.update // self.shown.updates_per_epoch + 1


def values(visit: Session, subject: Subject) -> BpttControls:
    """What the controls hold, within their bounds whatever the URL says."""
    time_size = visit.within("T", T, 1, LONGEST)
    streams = visit.within("N", N, 1, MOST)
    shown = excerpt(len(subject.corpus.train), streams, time_size)
    update = visit.within("update", UPDATE, 1, EPOCHS * shown.updates_per_epoch)
    carried, tick = visit.value("carry", CARRY) != 0, visit.within("tick", 0, 0, time_size)
    return BpttControls(time_size, streams, carried, update - 1, shown, tick)


def controls(visit: Session, now: BpttControls, subject: Subject) -> None:
    """Draw them in one row, which stays in sight while one scrolls."""
    t = visit.t
    last = EPOCHS * now.shown.updates_per_epoch
    st.html(assets_dir() / "css" / "bptt.css")
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="bptt-steering"
    ):
        words = "bptt.controls"
        held.slider(visit, "T", f"{words}.T", now.time_size, 1, LONGEST, width=190)
        own = min(subject.config.time_size, LONGEST)
        st.button(
            t(f"{words}.own_{subject.source}", T=own),
            key="bptt.own",
            type="tertiary",
            help=t(f"{words}.own_help"),
            disabled=own == now.time_size,
            on_click=partial(visit.set_values, T=own),
        )
        held.slider(visit, "N", f"{words}.N", now.streams, 1, MOST, width=100)
        held.toggle(visit, "carry", f"{words}.carry", now.stateful)
        update = now.update + 1
        held.slider(visit, "update", f"{words}.update", update, 1, last, width=190)
        with st.container(horizontal=True, gap="xsmall", width="content"):
            for name, icon, shortcut, to in (
                ("back", "skip_previous", "B", max(1, update - 1)),
                ("next", "skip_next", "N", min(last, update + 1)),
                ("first", "restart_alt", "0", 1),
            ):
                held.button(
                    visit,
                    name,
                    f"{words}.{name}",
                    {"update": to},
                    off=to == update,
                    icon=f":material/{icon}:",
                    shortcut=shortcut,
                )
