"""The form: widgets from the config's schema, in and out of the truth that the session holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st
from pydantic.fields import FieldInfo

from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.visit.i18n import LANGUAGES, Texts, literal, texts
from pages.ui.visit.numbers import parse, written
from pages.ui.visit.session import Refusal, Session
from pages.ui.widgets.number_box import Drawn, Number, number_box
from rnncore.config import (
    Config,
    applies,
    choices,
    is_number,
    live_settings,
    settings_of,
    usual_values,
)
from rnncore.errors import ConfigError, StoreError
from rnncore.setting import Group
from rnncore.text.catalog import catalog
from rnncore.text.own_texts import is_own, opening_words

OPEN = {
    "corpus": 196,
    "hidden_size": 92,
    "time_size": 92,
    "learning_rate": 118,
    "max_grad_norm": 104,
    "temperature": 104,
    "pace": 120,
}
"""The settings that are always in sight, and their widths in pixels."""
PRESENTED = {"learning_rate": 130, "temperature": 130, "pace": 130}
"""Those that stay in sight where the page is presented: what one changes while a run goes on."""
GROUPS: tuple[Group, ...] = ("network", "training", "text")
"""The columns of the folded settings."""

Changed = Callable[[str], None]
"""What to do after a setting has a new, valid value; takes its name."""


@dataclass
class OwnTexts:
    """Names of the texts given in this visit."""

    names: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        if name not in self.names:
            self.names.append(name)


def open_settings(visit: Session, on_change: Changed, *, fixed: bool = False) -> None:
    """Draw the settings that matter most, in one row; `fixed` ones can only be read."""
    describe(visit)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, width in _open(visit).items():
            setting(visit, name, on_change, width=width, fixed=fixed)


def _open(visit: Session) -> dict[str, int]:
    return PRESENTED if visit.presenting else OPEN


def folded_settings(visit: Session, on_change: Changed, *, fixed: bool = False) -> None:
    """Draw all the others, behind a button."""
    t, config = visit.t, visit.config
    hidden = without_meaning(config)
    for name in hidden:  # what a box out of sight holds cannot be mended
        visit.refused.pop(name, None)
    with st.popover(t("controls.more"), icon=":material/tune:"):
        for column, group in zip(st.columns(len(GROUPS)), GROUPS, strict=True):
            with column:
                st.markdown(f"**{t(f'controls.groups.{group}')}**")
                for name in settings_of(group):
                    if name not in _open(visit) and name not in hidden:
                        setting(visit, name, on_change, fixed=fixed)


def setting(
    visit: Session,
    name: str,
    on_change: Changed,
    *,
    width: int | str = "stretch",
    fixed: bool = False,
) -> None:
    """Draw one setting with the widget its schema asks for."""
    t, field = visit.t, Config.model_fields[name]
    value, key = getattr(visit.config, name), _key(name)
    common: dict[str, Any] = {
        "label": label(t, name),
        "key": key,
        "help": _help(t, name, field),
        "width": width,
        "disabled": fixed,
    }
    if is_number(name):
        number_box(
            number=_number(visit, name),
            on_change=partial(_take_number, visit, name, on_change),
            **common,
        )
        return
    session.seed(key, value)
    if isinstance(value, bool):
        common["on_change"] = partial(_take, visit, name, key, on_change, (True, False))
        st.toggle(value=value, **common)
        return
    options: Sequence[str] = choices(name)
    wording: Callable[[str], str] = partial(_choice, t, name)
    if name == "corpus":
        names = corpus_titles(visit, _corpora(visit))
        options, wording = list(names), names.__getitem__
    common["on_change"] = partial(_take, visit, name, key, on_change, options)
    st.selectbox(options=options, index=options.index(value), format_func=wording, **common)


def describe(visit: Session) -> None:
    """Tell the page's keys of all settings; a page that draws some calls it once."""
    drawn = visit.page_state(Drawn)
    for name, of in Config.model_fields.items():
        drawn.helps[_key(name)] = _help(visit.t, name, of)
        if is_number(name):
            drawn.numbers[_key(name)] = _number(visit, name)


def refusals(visit: Session) -> None:
    """Say of each box whose text is not taken why not, and what stays in force meanwhile."""
    t = visit.t
    for name, (_, error) in visit.refused.items():
        shown = literal(label(t, name))
        kept = t("controls.kept", value=literal(_number(visit, name).text))
        st.error(f"{shown}: {t.explain(error)} {kept}", icon=":material/error:")


def corpus_title(visit: Session, name: str) -> str:
    """A corpus as a person reads it; an own text by the name that was given to it."""
    if name in catalog():
        return visit.t(catalog()[name].title)
    if not is_own(name):
        return name
    title = None
    with suppress(StoreError):  # said where the run is looked for
        title = server.store().access.title(name, visit.visitor.id)
    return title or opening_words(name) or visit.t("corpora.own")


def corpus_titles(visit: Session, names: Sequence[str]) -> dict[str, str]:
    """Corpora as they stand in one list: two of one name are numbered."""
    titles = {name: corpus_title(visit, name) for name in names}
    seen: Counter[str] = Counter()
    for name, title in titles.items():
        seen[title] += 1
        titles[name] = f"{title} ({seen[title]})" if seen[title] > 1 else title
    return titles


def _take(
    visit: Session, name: str, key: str, on_change: Changed, options: Sequence[object]
) -> None:
    """Take what was chosen. In the moment in which the language changes, a list may name its choice
    as the other language does: that is no choice."""
    value = session.widget(key)
    if value in options and visit.choose(**{name: value}):
        on_change(name)


def _take_number(visit: Session, name: str, on_change: Changed, text: str) -> None:
    """Take what a box holds. An emptied box goes back to the value in force."""
    visit.act()
    visit.refused.pop(name, None)
    if not text.strip():
        return
    try:
        value = parse(text, _kind(name), _zero_words(name))
    except ConfigError as error:
        visit.refused[name] = Refusal(text, error)
        return
    if value == getattr(visit.config, name):
        return
    if visit.choose(**{name: value}):
        on_change(name)
    elif visit.problem is not None:
        visit.refused[name] = Refusal(text, visit.problem)
        visit.problem = None


def _corpora(visit: Session) -> list[str]:
    names = [*catalog(), *visit.state(OwnTexts).names]
    return names if visit.config.corpus in names else [*names, visit.config.corpus]


def without_meaning(config: Config) -> set[str]:
    """Settings that mean nothing for this corpus or this cell."""
    info, name = catalog().get(config.corpus), config.corpus
    grammar = info is not None and info.kind == "grammar"
    return {
        one
        for one in Config.model_fields
        if not applies(one, name, grammar=grammar, cell=config.cell)
    }


def label(t: Texts, name: str) -> str:
    """A setting's name as a person reads it."""
    key = f"settings.{name}.label"
    return t(key) if key in t else (Config.model_fields[name].description or name)


def shown(visit: Session, name: str) -> str:
    """A setting's value as a person reads it, as Markdown."""
    return worded(visit, name, getattr(visit.config, name))


def worded(visit: Session, name: str, value: Any) -> str:
    """Any value of a setting as a person reads it, as Markdown."""
    if is_number(name):
        return literal(written(value, _zero(visit.t, name)))
    if isinstance(value, bool):
        return visit.t(f"controls.{'on' if value else 'off'}")
    if name == "corpus":
        return literal(corpus_title(visit, value))
    return _choice(visit.t, name, value)


def _help(t: Texts, name: str, field: FieldInfo) -> str:
    key = f"settings.{name}.help"
    meaning = t(key) if key in t else (field.description or name)
    when = "controls.acts_at_once" if name in live_settings() else "controls.acts_on_reset"
    stepping = f" {t('controls.stepping')}" if is_number(name) else ""
    return f"{meaning} {t(when)}{stepping}"


def _choice(t: Texts, name: str, value: str) -> str:
    return t.label(f"settings.{name}", value)


def _key(name: str) -> str:
    return f"setting.{name}"


def _kind(name: str) -> Any:
    return Config.model_fields[name].annotation


def _number(visit: Session, name: str) -> Number:
    """What the box of a setting holds."""
    field, value = Config.model_fields[name], getattr(visit.config, name)
    usual = {*map(type(value), usual_values(name)), field.default, value}
    refused = visit.refused.get(name)
    return Number(value, usual, zero=_zero(visit.t, name), refused=refused and refused.text)


def _zero(t: Texts, name: str) -> str | None:
    """The word for 0 in a setting's box, where it has one."""
    key = f"settings.{name}.zero"
    return t(key) if key in t else None


def _zero_words(name: str) -> set[str]:
    """The words for 0 in a setting's box, in every language."""
    words = (_zero(texts(language), name) for language in LANGUAGES)
    return {word for word in words if word is not None}
