"""A popover that the server can close: it knows whether it is open."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.visit import session
from pages.ui.visit.session import Session


def popover(visit: Session, key: str, label: str, **look: Any) -> Any:
    """The popover of this key; draw into it what it holds."""

    def note() -> None:
        visit.from_widget = True

    return st.popover(label, key=key, on_change=note, **look)


def close(key: str) -> None:
    """Close it. For callbacks alone."""
    session.seed(key, False)
