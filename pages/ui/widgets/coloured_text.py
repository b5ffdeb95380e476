"""A text as it is read, each of its tokens on a colour that says how much of something it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import streamlit as st

from pages.ui.figures.palette import Palette, ink, thinned
from pages.ui.figures.tokens import visible
from pages.ui.serving.scripts import component_script
from pages.ui.visit import session
from pages.ui.visit.i18n import unmarked
from rnncore.paths import assets_dir
from rnncore.text.excerpts import LINE_ENDS

STRONGEST = 0.85
"""Share of the full colour at the end of the scale: black or white can be read on it."""


class Coloured(NamedTuple):
    """A token: its colour #rrggbb, "" for none, and what is said of it when it is pointed at.
    `kind` says whether it belongs to the prompt or is a note, or was given and not chosen; `ends`
    that a line ends here."""

    token: str
    ground: str = ""
    title: str = ""
    kind: Literal["plain", "prompt", "given"] = "plain"
    ends: bool = False


def shade(value: float, most: float, palette: Palette) -> str:
    """A colour for a value from -most to most: the more of it, the stronger; of another hue below
    zero."""
    share = min(abs(value) / most, 1.0) * STRONGEST if most > 0 else 0.0
    return thinned(palette.held_out if value > 0 else palette.train, share, palette)


def coloured_text(
    tokens: Sequence[Coloured],
    *,
    key: str,
    name: str,
    spaced: bool,
    chosen: int | None = None,
    on_click: Callable[[int], None] | None = None,
) -> None:
    """Draw the tokens, with blanks between them where they are words (`spaced`). `name` is what a
    screen reader says of it; a click calls `on_click` with a token's number."""

    def note() -> None:
        clicked = session.widget(key).click
        if on_click is not None and clicked is not None:
            on_click(int(clicked))

    _component()(
        key=key,
        data={
            "name": unmarked(name),
            "spaced": spaced,
            "chosen": chosen,
            "tokens": [
                {
                    "text": visible(one.token),
                    "ground": one.ground,
                    "ink": ink(one.ground) if one.ground else "",
                    "title": one.title,
                    "kind": one.kind,
                    "ends": one.ends or one.token in LINE_ENDS,
                }
                for one in tokens
            ],
        },
        on_click_change=note,
    )


@cache
def _component() -> Any:
    """The component, registered once a server."""
    style = (assets_dir() / "js" / "coloured_text.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "coloured_text", js=component_script("coloured_text"), css=style, isolate_styles=False
    )
