"""What the page's own controls hold: window, streams, state and the update that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.ui.inspected.subject import Subject
from pages.ui.visit import session
from pages.ui.visit.session import Session
from rnncore.paths import assets_dir
from rnncore.probes.minibatches.rows import EPOCHS, Excerpt, excerpt

LONGEST, MOST = 40, 8
"""Largest T and N that the pictures have room for."""
T, N, CARRY, UPDATE = 6, 4, 1, 1
"""What the controls hold at first."""


class Steering(NamedTuple):
    """Window length T, streams N, whether the state is carried, and the update, from 0."""

    time_size: int
    streams: int
    stateful: bool
    update: int
    shown: Excerpt

    @property
    def window(self) -> int:
        """The window's number within its epoch, from 0."""
        return self.update % self.shown.updates_per_epoch

    @property
    def epoch(self) -> int:
        """From 1."""
        return self.update // self.shown.updates_per_epoch + 1


def steering(visit: Session, subject: Subject) -> Steering:
    """What the controls hold, within their bounds whatever the URL says."""
    time_size = _within(visit.value("T", T), LONGEST)
    streams = _within(visit.value("N", N), MOST)
    shown = excerpt(len(subject.corpus.train), streams, time_size)
    update = _within(visit.value("update", UPDATE), EPOCHS * shown.updates_per_epoch)
    return Steering(time_size, streams, visit.value("carry", CARRY) != 0, update - 1, shown)


def controls(visit: Session, now: Steering, subject: Subject) -> None:
    """Draw them in one row, which stays in sight while one scrolls."""
    t = visit.t
    last = EPOCHS * now.shown.updates_per_epoch
    st.html(assets_dir() / "css" / "bptt.css")
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="bptt-steering"
    ):
        _slider(visit, "T", now.time_size, LONGEST, 190)
        own = min(subject.config.time_size, LONGEST)
        st.button(
            f":primary[{t(f'bptt.controls.own_{subject.source}', T=own)}]",
            key="bptt.own",
            type="tertiary",
            help=t("bptt.controls.own_help"),
            disabled=own == now.time_size,
            on_click=partial(visit.set_values, T=own),
        )
        _slider(visit, "N", now.streams, MOST, 100)
        _toggle(visit, now.stateful)
        _slider(visit, "update", now.update + 1, last, 190)
        with st.container(horizontal=True, gap="xsmall", width="content"):
            update = now.update + 1
            _step(visit, "back", "skip_previous", "B", max(1, update - 1), update == 1)
            _step(visit, "next", "skip_next", "N", min(last, update + 1), update == last)
            _step(visit, "first", "restart_alt", "0", 1, update == 1)


def _slider(visit: Session, name: str, value: int, most: int, width: int) -> None:
    key = f"bptt.{name}"
    session.seed(key, value)
    st.slider(
        visit.t(f"bptt.controls.{name}"),
        1,
        max(most, 2),
        key=key,
        help=visit.t(f"bptt.controls.{name}_help"),
        on_change=_keeper(visit, name, key),
        width=width,
    )


def _toggle(visit: Session, value: bool) -> None:
    session.seed("bptt.carry", value)
    st.toggle(
        visit.t("bptt.controls.carry"),
        key="bptt.carry",
        help=visit.t("bptt.controls.carry_help"),
        on_change=_keeper(visit, "carry", "bptt.carry"),
    )


def _keeper(visit: Session, name: str, key: str) -> Callable[[], None]:
    return lambda: visit.set_values(**{name: int(session.widget(key))})


def _step(visit: Session, name: str, icon: str, shortcut: str, update: int, off: bool) -> None:
    st.button(
        visit.t(f"bptt.controls.{name}"),
        key=f"bptt.{name}",
        icon=f":material/{icon}:",
        shortcut=shortcut,
        help=visit.t(f"bptt.controls.{name}_help"),
        disabled=off,
        on_click=partial(visit.set_values, update=update),
    )


def _within(value: int, most: int) -> int:
    return max(1, min(value, most))
