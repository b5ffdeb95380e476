"""A box for a number: whatever is typed or pasted into it is taken, and arrow keys step on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NamedTuple

import streamlit as st

from pages.ui.serving.scripts import component_script
from pages.ui.visit import session
from pages.ui.visit.i18n import unmarked
from pages.ui.visit.numbers import written
from pages.ui.visit.session import Session
from rnncore.paths import assets_dir

START = "primary"
"""Key of the button that Space in a number box presses."""


class Number(NamedTuple):
    """What a box holds.

    value     the value in force
    usual     values to step through and to pick from; any other may be typed
    zero      the word for 0, if 0 has one
    refused   what was typed and could not be taken: it stays in the box, to be mended
    """

    value: int | float
    usual: Collection[int | float]
    zero: str | None = None
    refused: str | None = None

    @property
    def text(self) -> str:
        """The value as the box shows it."""
        return written(self.value, self.zero)


def number_box(
    label: str,
    number: Number,
    *,
    key: str,
    help: str,
    on_change: Callable[[str], None],
    width: int | Literal["stretch"] = "stretch",
    disabled: bool = False,
) -> None:
    """Draw the box. `on_change` gets the text that a person gave, by Enter or by going on.

    It is Streamlit's own text input, for that neither completes nor rounds what is typed.
    """
    text = number.text if number.refused is None else number.refused
    session.seed(key, text)
    st.text_input(
        label,
        text,  # for a folded box, which the browser makes long after it was seeded
        key=key,
        help=help,
        autocomplete="off",
        on_change=lambda: on_change(session.widget(key) or ""),
        width=width,
        disabled=disabled,
    )


@dataclass
class Drawn:
    """Controls that the page has drawn, by their keys: what its number boxes hold, and what the
    question marks of all of them tell the mouse."""

    numbers: dict[str, Number] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)


def keys(visit: Session) -> None:
    """Give the number boxes of the page their arrow keys and lists of usual values, and let Tab
    stop once at each control: what its question mark says becomes part of it. Draw it after all.

    Space in a box that holds a new number takes it and presses the button START.
    """
    drawn = visit.page_state(Drawn)
    _component()(
        key="number_keys",
        data={
            "boxes": {
                _css_class(key): {
                    "text": box.text,
                    "value": box.value,
                    "refused": box.refused is not None,
                    "usual": [[value, written(value, box.zero)] for value in sorted(box.usual)],
                    "whole": isinstance(box.value, int),
                }
                for key, box in drawn.numbers.items()
            },
            "start": _css_class(START),
            "presenting": visit.presenting,  # where it changes, boxes are made anew
            "helps": {_css_class(key): unmarked(help) for key, help in drawn.helps.items()},
        },
    )


def _css_class(key: str) -> str:
    """The class that Streamlit gives to the element with this key."""
    return "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key)


@cache
def _component() -> Any:
    """The component, registered once a server."""
    style = (assets_dir() / "js" / "number_keys.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "number_keys", js=component_script("number_keys"), css=style, isolate_styles=False
    )
