"""The switch to three dimensions, which a browser may not be able to draw."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import held

TURNED = 30
"""Degrees from which the scene is seen at first."""


@dataclass
class Lacking:
    """What the browser lacks for three dimensions, "webgl" or "script"; nothing so far."""

    what: str = ""


def switch(visit: Session) -> bool:
    """Draw the switch, and where it is on the scene's turn; whether to draw three dimensions."""
    on, lacking = visit.value("space", 0) == 1, visit.state(Lacking)
    held.toggle(visit, "space", "states.clouds.space", on)
    if not on:
        lacking.what = ""
        return False
    if not lacking.what:
        held.slider(visit, "turn", "states.clouds.turn", turn(visit), 0, 359, width=190)
    return not lacking.what


def turn(visit: Session) -> int:
    """Degrees from which the scene is seen."""
    return visit.within("turn", TURNED, 0, 359)


def failed(visit: Session, what: str) -> None:
    """Note that the browser could not draw it: from now on the plane stands in."""
    visit.act()
    visit.state(Lacking).what = what


def explain(visit: Session) -> None:
    """Say why the plane is drawn where the switch is on."""
    what = visit.state(Lacking).what
    if what in ("webgl", "script"):
        st.warning(visit.t(f"states.clouds.lacks_{what}"), icon=":material/info:")
