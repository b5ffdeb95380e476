"""The form: widgets from the config's schema, in and out of the truth that the session holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from pydantic.fields import FieldInfo

from pages.ui import session
from pages.ui.i18n import Texts, literal, zero_name
from pages.ui.session import Session
from rnncore.config import Config, choices, live_settings
from rnncore.text.catalog import catalog
from rnncore.text.library import is_own

OPEN = {
    "corpus": 170,
    "hidden_size": 92,
    "time_size": 92,
    "learning_rate": 118,
    "max_grad_norm": 104,
    "temperature": 104,
    "pace": 120,
}
"""The settings that are always in sight, and their widths in pixels."""
GROUPS: dict[str, tuple[str, ...]] = {
    "network": (
        "cell",
        "layers",
        "embedding_size",
        "tied",
        "dropout",
        "initializer",
        "recurrent_scale",
        "dtype",
        "engine",
    ),
    "training": (
        "optimizer",
        "schedule",
        "warmup",
        "batch_size",
        "stateful",
        "window_scheme",
        "epochs",
        "seed",
        "threads",
    ),
    "text": (
        "tokenizer",
        "min_count",
        "max_tokens",
        "lag",
        "grammar_tokens",
        "valid_fraction",
        "test_fraction",
    ),
}
"""The folded settings. One that is in no group comes last of all."""
LADDERS: dict[str, tuple[float, ...]] = {
    "hidden_size": (4, 8, 16, 32, 64, 128, 256),
    "embedding_size": (4, 8, 16, 32, 64, 128),
    "time_size": (1, 2, 3, 5, 10, 20, 35, 50, 100),
    "batch_size": (1, 5, 10, 20, 50, 100),
    "epochs": (1, 3, 10, 30, 100, 300),
    "learning_rate": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0),
    "max_grad_norm": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0),
    "temperature": (0.0, 0.2, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0),
    "recurrent_scale": (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0),
    "grammar_tokens": (6_000, 20_000, 60_000, 120_000, 500_000),
    "min_count": (1, 2, 3, 5, 10),
    "pace": (0, 1, 5, 20, 60, 200),
}
"""Values to pick from; any other may be typed."""
GRAMMAR_ONLY = ("grammar_tokens",)
TEXT_ONLY = ("min_count", "max_tokens")

Changed = Callable[[str], None]
"""What to do after a setting has a new, valid value; takes its name."""


def open_settings(visit: Session, on_change: Changed) -> None:
    """Draw the settings that matter most, in one row."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, width in OPEN.items():
            setting(visit, name, on_change, width=width)


def folded_settings(visit: Session, on_change: Changed) -> None:
    """Draw all the others, behind a button."""
    t, config = visit.t, visit.config
    hidden = _hidden(config)
    others = [
        name
        for name in Config.model_fields
        if name not in OPEN and not any(name in group for group in GROUPS.values())
    ]
    with st.popover(t("controls.more"), icon=":material/tune:"):
        for column, (group, names) in zip(st.columns(len(GROUPS)), GROUPS.items(), strict=True):
            with column:
                st.markdown(f"**{t(f'controls.groups.{group}')}**")
                for name in (*names, *(others if group == "training" else ())):
                    if name in Config.model_fields and name not in hidden:
                        setting(visit, name, on_change)


def setting(visit: Session, name: str, on_change: Changed, *, width: int | str = "stretch") -> None:
    """Draw one setting with the widget its schema asks for."""
    t, field = visit.t, Config.model_fields[name]
    value = getattr(visit.config, name)
    key = f"setting.{name}"
    common: dict[str, Any] = {
        "label": _label(t, name, field),
        "key": key,
        "help": _help(t, name, field),
        "on_change": partial(_take, visit, name, key, on_change),
        "width": width,
    }
    if name == "corpus":
        session.seed(key, value)
        st.selectbox(options=_corpora(visit), format_func=partial(corpus_title, t), **common)
    elif name in LADDERS:
        options = sorted({*(type(value)(step) for step in LADDERS[name]), value})
        session.seed(key, value)
        st.selectbox(
            options=options,
            format_func=partial(_number, t, name),
            accept_new_options=True,
            **common,
        )
    elif isinstance(value, bool):
        session.seed(key, value)
        st.toggle(**common)
    elif isinstance(value, str):
        session.seed(key, value)
        st.selectbox(options=choices(name), format_func=partial(_choice, t, name), **common)
    else:
        lowest, highest = _bounds(field, type(value))
        session.seed(key, value)
        st.number_input(
            min_value=lowest,
            max_value=highest,
            step=1 if isinstance(value, int) else 0.05,
            **common,
        )


def corpus_title(t: Texts, name: str) -> str:
    """A corpus as a person reads it."""
    if name in catalog():
        return t(catalog()[name].title)
    return t("corpora.own", name=name.removeprefix("own-")) if is_own(name) else literal(name)


def _take(visit: Session, name: str, key: str, on_change: Changed) -> None:
    value = session.widget(key)
    if name in LADDERS and value == zero_name(visit.t, name):
        value = 0
    if value is not None and visit.choose(**{name: value}):
        on_change(name)


def _corpora(visit: Session) -> list[str]:
    names = [*catalog(), *visit.own_texts]
    return names if visit.config.corpus in names else [*names, visit.config.corpus]


def _hidden(config: Config) -> set[str]:
    """Settings that mean nothing for this corpus."""
    info = catalog().get(config.corpus)
    grammar = info is not None and info.kind == "grammar"
    hidden = set(TEXT_ONLY if grammar else GRAMMAR_ONLY)
    return hidden if config.corpus == "lag" else {*hidden, "lag"}


def _label(t: Texts, name: str, field: FieldInfo) -> str:
    key = f"settings.{name}.label"
    return t(key) if key in t else (field.description or name)


def _help(t: Texts, name: str, field: FieldInfo) -> str:
    key = f"settings.{name}.help"
    meaning = t(key) if key in t else (field.description or name)
    when = "controls.acts_at_once" if name in live_settings() else "controls.acts_on_reset"
    return f"{meaning} {t(when)}"


def _choice(t: Texts, name: str, value: str) -> str:
    return t.label(f"settings.{name}", value)


def _number(t: Texts, name: str, value: float) -> str:
    if value == 0:
        return zero_name(t, name)
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else f"{value:g}"


def _bounds(field: FieldInfo, kind: type) -> tuple[Any, Any]:
    """Lowest and highest value that the schema allows, as far as it says."""
    lowest = next((kind(rule.ge) for rule in field.metadata if hasattr(rule, "ge")), None)
    highest = next((kind(rule.le) for rule in field.metadata if hasattr(rule, "le")), None)
    return lowest, highest
