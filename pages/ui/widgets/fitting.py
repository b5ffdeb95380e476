"""Settings that suit an own text: taken with it, and said in a sentence."""

from __future__ import annotations

import streamlit as st

from pages.ui.visit.i18n import Texts, literal
from pages.ui.visit.numbers import written
from pages.ui.visit.session import Session
from pages.ui.widgets.settings import label
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.presets import STORIES
from rnncore.runs.row import RunRow
from rnncore.text.fitted import Fitted, fit
from rnncore.text.own_texts import is_own, own_text
from rnncore.text.tokenizers import CHARACTERS, TOKENIZERS, tokenizer

KEPT = ("tokenizer", "seed", "temperature", "pace")
"""Settings that stay as the person has them, whatever is read."""


def fit_to(visit: Session, name: str) -> None:
    """Read the own text `name` with settings that suit it.  Raises TextError, ConfigError."""
    kept = {setting: getattr(visit.config, setting) for setting in KEPT}
    for story in map(Config.parse, STORIES.values()):
        if story.corpus == visit.config.corpus:  # what a story has set is not the person's choice
            kept = {one: value for one, value in kept.items() if value != getattr(story, one)}
    config = Config.parse({"corpus": name, **kept})
    visit.choose(**config.with_changes(**_fitted(config).settings).model_dump())


def fit_again(visit: Session, changed: str) -> None:
    """Where an own text is read in other tokens from now on, fit the settings to those, unless
    the person has changed what was fitted to the others."""
    config = visit.config
    if changed != "tokenizer" or not is_own(config.corpus):
        return
    others = (config.with_changes(tokenizer=one.name) for one in TOKENIZERS)
    if any(not _changed(one) for one in others):
        visit.choose(**_fitted(config).settings)


def said(visit: Session, run: RunRow | None) -> None:
    """Say what was chosen for an own text, and what has been changed since, before it is trained
    on with these settings."""
    config = visit.config
    if not is_own(config.corpus) or (run is not None and run.config == config):
        return
    try:
        found, changed = _fitted(config), _changed(config)
    except RnnError:  # the text is gone: said where it is read
        return
    if found.tokens < 2:  # it is no text to train on: said where it is read
        return
    t = visit.t
    sentences = [t("own_text.chosen", text=_length(t, config, found), **_values(t, found))]
    if changed:
        names = ", ".join(literal(label(t, name)) for name in changed)
        sentences.append(t("own_text.changed", settings=names))
    st.caption(" ".join(sentences))


def _length(t: Texts, config: Config, found: Fitted) -> str:
    unit = _tokenizer(config)
    return t(f"own_text.length_{unit}", n=f"{found.tokens:,}", V=f"{found.vocabulary:,}")


def _values(t: Texts, found: Fitted) -> dict[str, str]:
    settings = found.settings
    values = {name: literal(written(v)) for name, v in settings.items() if not isinstance(v, str)}
    share = settings["valid_fraction"]
    held_out = t("own_text.held_out", share=f"{share:.0%}") if share else t("own_text.none")
    cell, updates = t.label("settings.cell", settings["cell"]), f"{found.updates:,}"
    return {**values, "cell": cell, "held_out": held_out, "updates": updates}


def _changed(config: Config) -> list[str]:
    """Settings that are not as they were fitted."""
    chosen = _fitted(config).settings
    return [name for name, value in chosen.items() if getattr(config, name) != value]


def _fitted(config: Config) -> Fitted:
    return _fit(config.corpus, _tokenizer(config))


def _tokenizer(config: Config) -> str:
    return CHARACTERS.name if config.tokenizer == "auto" else config.tokenizer


@st.cache_data(max_entries=64, show_spinner=False)
def _fit(name: str, chosen: str) -> Fitted:
    text = own_text(name)
    # A text is the sequence of its characters already.
    return fit(text if chosen == CHARACTERS.name else tokenizer(chosen).split(text))
