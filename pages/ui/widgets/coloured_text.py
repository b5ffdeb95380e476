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
from rnncore.text.tokenizers import WORDS, Tokenizer

STRONGEST = 0.85
"""Share of the full colour at the end of the scale: black or white can be read on it."""


class Coloured(NamedTuple):
    """A token: its colour #rrggbb, "" for none, and what is said of it when it is pointed at.
    `kind` says whether it belongs to the prompt or is a note, or was given and not chosen; `ends`
    that a line ends here. Of tokens that are shown as one character, as the jamo of a syllable are,
    the one with the greatest `weight` gives the colour."""

    token: str
    ground: str = ""
    title: str = ""
    kind: Literal["plain", "prompt", "given"] = "plain"
    ends: bool = False
    weight: float = 0.0


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
    tokenizer: Tokenizer,
    chosen: int | None = None,
    on_click: Callable[[int], None] | None = None,
) -> None:
    """Draw the tokens of a text that `tokenizer` has split. `name` is what a screen reader says of
    it; a click calls `on_click` with a token's number."""

    def note() -> None:
        clicked = session.widget(key).click
        if on_click is not None and clicked is not None:
            on_click(int(clicked))

    _component()(
        key=key,
        data={
            "name": unmarked(name),
            "spaced": tokenizer is WORDS,
            "chosen": chosen,
            "tokens": [_shown(tokens, part, tokenizer) for part in groups(tokens, tokenizer)],
        },
        on_click_change=note,
    )


def groups(tokens: Sequence[Coloured], tokenizer: Tokenizer) -> list[range]:
    """The places of tokens that are shown together: those of one character, and of one kind."""
    found = list[range]()
    for place, one in enumerate(tokens):
        whole = range(found[-1].start if found else place, place + 1)
        together = [tokens[i].token for i in whole]
        if (
            tokenizer.continues is not None
            and tokenizer.continues(one.token)
            and len({tokens[i].kind for i in whole}) == 1
            and len(tokenizer.show(together)) == 1
        ):
            found[-1] = whole
        else:
            found.append(range(place, place + 1))
    return found


def _shown(tokens: Sequence[Coloured], part: range, tokenizer: Tokenizer) -> dict[str, Any]:
    """What the browser is given of one group."""
    together = [tokens[place] for place in part]
    one = max(together, key=lambda token: token.weight)
    if len(together) > 1:
        text = tokenizer.show([token.token for token in together])
        title = "; ".join(f"{visible(token.token)} {token.title}" for token in together)
    else:
        text, title = visible(one.token), one.title
    return {
        "text": text,
        "ground": one.ground,
        "ink": ink(one.ground) if one.ground else "",
        "title": title,
        "kind": one.kind,
        "first": part[0],
        "last": part[-1],
        "ends": one.ends or one.token in LINE_ENDS,
    }


@cache
def _component() -> Any:
    """The component, registered once a server."""
    style = (assets_dir() / "js" / "coloured_text.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "coloured_text", js=component_script("coloured_text"), css=style, isolate_styles=False
    )
