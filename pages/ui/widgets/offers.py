"""Buttons that offer a way out of what went wrong, and actions whose failure is said."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui.visit.session import Session
from rnncore.errors import RnnError
from rnncore.text.ptb import fetch_ptb


def attempt(visit: Session, action: Callable[[], None]) -> None:
    """Do what a person asked for; the page says why where it cannot be done."""
    visit.act()
    try:
        action()
    except RnnError as error:
        visit.problem = error


def offer(visit: Session, name: str, action: Callable[[], None]) -> None:
    """Draw a button; its words stand in the locale under offers."""
    st.button(
        visit.t(f"offers.{name}"), key=f"offer.{name}", on_click=lambda: attempt(visit, action)
    )


def absent(visit: Session) -> None:
    """Offer to fetch the text that is not on this machine yet."""
    if visit.problem is not None and visit.problem.code == "ptb_absent":
        offer(visit, "fetch", fetch_ptb)
