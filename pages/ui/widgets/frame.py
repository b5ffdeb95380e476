"""What surrounds every page: its heading for screen readers, its language, presentation mode."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from pages.ui.serving.scripts import component_script
from pages.ui.visit.session import Session
from rnncore.paths import assets_dir

ENLARGED = 1.5
"""How much larger letters are where a page is presented (frame.css)."""


def frame(visit: Session, title: str) -> None:
    """Draw the frame of the page with this title; it takes no room."""
    _component()(
        key="page_frame",
        data={"language": visit.language, "presenting": visit.presenting, "title": title},
    )


def present_button(visit: Session) -> None:
    """Begin or end presenting, by a click or by the key P."""
    name = "present_end" if visit.presenting else "present"
    st.button(
        visit.t(f"app.{name}"),
        key="present",
        icon=":material/close_fullscreen:" if visit.presenting else ":material/present_to_all:",
        type="tertiary",
        shortcut="P",
        help=visit.t(f"app.{name}_help"),
        on_click=lambda: _turn(visit),
    )


def _turn(visit: Session) -> None:
    visit.act()
    visit.presenting = not visit.presenting


@cache
def _component() -> Any:
    """The component, registered once a server."""
    style = (assets_dir() / "js" / "frame.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "page_frame", js=component_script("frame"), css=style, isolate_styles=False
    )
