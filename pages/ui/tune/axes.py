"""The settings that a sweep varies, in the form: for each a range or a list of values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages.ui.tune import plan, space
from pages.ui.tune.plan import Draft
from pages.ui.tune.space import Given
from pages.ui.tune.watched import plain
from pages.ui.visit import session
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.settings import label, without_meaning
from rnncore.config import choices, is_number
from rnncore.sweeps.space import varied_settings

FIRST = ("learning_rate", "hidden_size", "time_size", "batch_size", "max_grad_norm", "cell")
"""Settings that are offered before all others."""


def draw(visit: Session, made: Draft) -> None:
    """Draw a row for each setting that varies, and the choice of another one."""
    for name, given in made.space.items():
        _row(visit, made, name, given)
    _add(visit, made)


def shown(visit: Session, name: str, given: Given) -> str:
    """An axis as a sentence says it."""
    if given.kind == "range":
        return " – ".join(given.texts)
    if is_number(name):
        return ", ".join(given.texts)
    return ", ".join(
        plain(visit, name, value) for value in map(_chosen, given.texts) if value != ""
    )


def _row(visit: Session, made: Draft, name: str, given: Given) -> None:
    t, key = visit.t, f"tune.axis.{name}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.container(width=190, gap=None):
            st.markdown(f"**{literal(label(t, name))}**")
            st.caption(t(f"tune.form.scale_{space.scale(name)}") if is_number(name) else "")
        if not is_number(name):
            _choices(visit, made, name, given)
        elif given.kind == "range":
            for place, end in enumerate(("low", "high")):
                _text(visit, made, name, f"tune.form.{end}", place, width=130)
        else:
            _text(visit, made, name, "tune.form.values", None, width=275)
        if is_number(name):
            other = space.as_list(name, given)
            st.button(
                t(f"tune.form.as_{other.kind}"),
                key=f"{key}.kind",
                type="tertiary",
                help=t(f"tune.form.as_{other.kind}_help"),
                on_click=partial(plan.keep, visit, {**made.space, name: other}),
            )
        st.button(
            "",
            key=f"{key}.drop",
            icon=":material/close:",
            type="tertiary",
            help=t("tune.form.drop", setting=label(t, name)),
            on_click=partial(
                plan.keep, visit, {one: g for one, g in made.space.items() if one != name}
            ),
        )


def _text(
    visit: Session, made: Draft, name: str, words: str, place: int | None, *, width: int
) -> None:
    """A box for one end, or for all listed values."""
    texts = made.space[name].texts
    text = ", ".join(texts) if place is None else texts[place]
    key = f"tune.axis.{name}.{'values' if place is None else place}"

    def take(typed: str) -> None:
        if place is None:
            changed = space.split(typed)
        else:
            changed = (*texts[:place], typed.strip(), *texts[place + 1 :])
        plan.keep(visit, {**made.space, name: made.space[name]._replace(texts=changed)})

    _box(visit, words, text, key, take, width)


def _box(
    visit: Session, words: str, text: str, key: str, take: Callable[[str], None], width: int
) -> None:
    st.text_input(
        visit.t(words),
        text,
        key=f"{key}.{text}",  # another text is another box: what it shows is what is in force
        help=visit.t(f"{words}_help"),
        autocomplete="off",
        on_change=lambda: take(session.widget(f"{key}.{text}") or ""),
        width=width,
    )


def _choices(visit: Session, made: Draft, name: str, given: Given) -> None:
    t, key = visit.t, f"tune.axis.{name}.choices"
    offered = list(choices(name)) or ["true", "false"]

    def take() -> None:
        chosen = tuple(session.widget(key) or ())
        plan.keep(visit, {**made.space, name: given._replace(texts=chosen)})

    st.multiselect(
        t("tune.form.values"),
        offered,
        default=[text for text in given.texts if text in offered],
        key=key,
        format_func=lambda text: plain(visit, name, _chosen(text)),
        on_change=take,
        width=275,
    )


def _add(visit: Session, made: Draft) -> None:
    t = visit.t
    hidden = without_meaning(visit.config)
    names = [name for name in varied_settings() if name not in made.space and name not in hidden]
    names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    key = f"tune.axis.add.{len(made.space)}"

    def take() -> None:
        name = session.widget(key)
        if name in names:
            opened = space.opening(name, visit.config)
            plan.keep(visit, {**made.space, name: opened})

    st.selectbox(
        t("tune.form.add"),
        names,
        index=None,
        key=key,
        format_func=lambda name: label(t, name),
        placeholder=t("tune.form.add_which"),
        on_change=take,
        width=275,
        help=t("tune.form.add_help"),
        disabled=len(made.space) >= space.MOST,
    )


def _chosen(text: str) -> object:
    """A listed text as its setting holds it."""
    return text == "true" if text in ("true", "false") else text
