"""Controls that hold a page's own value, which is no setting: it stands in the URL by its name.

Each gets its value as the default, too. What is seeded reaches the browser with one run of the
script alone; where the next run comes before the browser has drawn it, a new control shows its
default, and tells the server so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets.number_box import Drawn

V = TypeVar("V", int, str)
Value = int | str | None


def slider(
    visit: Session, name: str, words: str, value: int, least: int, most: int, **options: Any
) -> None:
    """Whole numbers from `least` to `most`. `words` is the label's key, `words`_help the help's."""
    st.slider(
        min_value=least,
        max_value=max(most, least + 1),
        value=value,
        **_common(visit, name, words, value),
        **options,
    )


def select_slider(
    visit: Session,
    name: str,
    words: str,
    value: int,
    values: Sequence[int],
    say: Callable[[int], str],
    **options: Any,
) -> None:
    """The given values in a row, each as `say` writes it."""
    st.select_slider(
        options=values,
        value=value,
        format_func=say,
        **_common(visit, name, words, value, options=values),
        **options,
    )


def number(
    visit: Session, name: str, words: str, value: int, least: int, most: int, **options: Any
) -> None:
    """A whole number from `least` to `most`, typed."""
    st.number_input(
        min_value=least,
        max_value=most,
        value=value,
        step=1,
        **_common(visit, name, words, value),
        **options,
    )


def selectbox(
    visit: Session,
    name: str,
    words: str,
    value: V,
    values: Sequence[V],
    say: Callable[[V], str],
    **options: Any,
) -> None:
    """The given values in a list."""
    st.selectbox(
        options=values,
        index=values.index(value) if value in values else 0,
        format_func=say,
        **_common(visit, name, words, value, options=values),
        **options,
    )


def segments(
    visit: Session,
    name: str,
    words: str,
    value: V,
    values: Sequence[V],
    say: Callable[[V], str],
) -> None:
    """The given values side by side, without a label: they say what they are."""
    st.segmented_control(
        options=values,
        default=value if value in values else values[0],
        format_func=say,
        required=True,
        label_visibility="collapsed",
        width="content",
        **_common(visit, name, words, value, options=values),
    )


def search(visit: Session, name: str, words: str, value: str, **look: Any) -> None:
    """What is looked for, taken as it is typed; nothing is the default."""
    common = _common(visit, name, words, value, keep=lambda text: text or None)
    st.text_input(value=value, type="search", live=True, autocomplete="off", **common, **look)


def toggle(visit: Session, name: str, words: str, value: bool, *, off: bool = False) -> None:
    """On or off, held as 1 or 0; nobody can turn it where it is `off`."""
    st.toggle(value=value, disabled=off, **_common(visit, name, words, value, keep=int))


def several(
    visit: Session, name: str, words: str, value: Sequence[int], count: int, most: int
) -> None:
    """At most so many of the numbers below `count`, held as "3,5"; none is the default."""

    def keep(chosen: Sequence[int]) -> str | None:
        return ",".join(map(str, chosen)) or None

    common = _common(visit, name, words, list(value), keep=keep)
    st.multiselect(options=range(count), default=list(value), max_selections=most, **common)


def rows(
    visit: Session, name: str, ids: Sequence[str], chosen: Sequence[str], table: Any, **look: Any
) -> None:
    """A table with one row for each of the ids, of which any may be chosen: held as "a,b"."""
    key = f"{visit.page}.{name}"
    places = [place for place, one in enumerate(ids) if one in chosen]
    selection: Any = {"selection": {"rows": places, "columns": [], "cells": []}}
    session.seed(key, selection)

    def take() -> None:
        state = session.widget(key)
        if state is not None:
            picked = [ids[place] for place in state["selection"]["rows"] if place < len(ids)]
            visit.set_values(**{name: ",".join(picked) or None})

    st.dataframe(
        table,
        key=key,
        on_select=take,
        selection_mode="multi-row",
        selection_default=selection,
        hide_index=True,
        **look,
    )


def picks(
    visit: Session,
    name: str,
    words: str,
    value: Sequence[str],
    values: Sequence[str],
    say: Callable[[str], str],
    most: int,
    **options: Any,
) -> None:
    """At most so many of the given values, held as "a,b"; none is the default."""

    def keep(chosen: Sequence[str]) -> str | None:
        return ",".join(chosen) or None

    common = _common(visit, name, words, list(value), keep=keep)
    st.multiselect(
        options=values,
        default=[one for one in value if one in values],
        format_func=say,
        max_selections=most,
        **common,
        **options,
    )


@dataclass
class Cut:
    """By box of the page, a text that was too long: what is kept of it, and its characters."""

    by_name: dict[str, tuple[str, int]] = field(default_factory=dict)


def text(visit: Session, name: str, words: str, value: str, most: int, **options: Any) -> None:
    """A line, of which so many characters are kept; an empty one is the default. `too_long` knows
    what was left away: a box that takes no more would refuse a longer text without a word."""
    common = _common(visit, name, words, value, keep=partial(_beginning, visit, name, most))
    st.text_input(value=value, **common, **options)


def lines(visit: Session, name: str, words: str, value: str, most: int, **options: Any) -> None:
    """Several lines, of which so many characters are kept as in `text`; none is the default."""
    common = _common(visit, name, words, value, keep=partial(_beginning, visit, name, most))
    st.text_area(value=value, **common, **options)


def too_long(visit: Session, name: str, most: int) -> int | None:
    """Characters of the text that was typed into the box of this name, or stands in the address,
    where only `most` of them are read."""
    now = visit.value(name, "")
    kept, length = visit.page_state(Cut).by_name.get(name, ("", 0))
    length = length if now and kept == now else len(now)
    return length if length > most else None


def _beginning(visit: Session, name: str, most: int, typed: str) -> str | None:
    kept = typed.strip()[:most]
    visit.page_state(Cut).by_name[name] = kept, len(typed.strip())
    return kept or None


def button(
    visit: Session, name: str, words: str, sets: dict[str, Value], *, off: bool = False, **look: Any
) -> None:
    """A button that sets values of the page; None is the default. `words` name its label."""
    st.button(
        visit.t(words),
        key=f"{visit.page}.{name}",
        help=_help(visit, words),
        disabled=off,
        on_click=partial(visit.set_values, **sets),
        **look,
    )


def _common(
    visit: Session,
    name: str,
    words: str,
    value: object,
    keep: Callable[[Any], Value] = lambda chosen: chosen,
    options: Sequence[object] | None = None,
) -> dict[str, Any]:
    """What all of them share: words, key, the value put in before, and kept when it changes to
    another of the `options`, if there are only these: in the moment in which the language changes,
    a list may name its choice as the other language does."""
    key = f"{visit.page}.{name}"
    session.seed(key, value)

    def take() -> None:
        chosen = session.widget(key)
        if chosen is not None and chosen != value and (options is None or chosen in options):
            visit.set_values(**{name: keep(chosen)})

    said = _help(visit, words)
    if said is not None:
        visit.page_state(Drawn).helps[key] = said
    return {"label": visit.t(words), "key": key, "help": said, "on_change": take}


def _help(visit: Session, words: str) -> str | None:
    key = f"{words}_help"
    return visit.t(key) if key in visit.t else None
