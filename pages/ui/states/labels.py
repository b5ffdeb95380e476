"""Values of properties in the person's language; tokens stay as they are, and are shown safely."""

from __future__ import annotations

from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.tokens import isolated
from pages.ui.visit.i18n import Texts
from rnncore.probes.cloud import OTHER


def value_name(name: str, value: str, t: Texts) -> str:
    """The value of a property, as plain text."""
    if value == OTHER:
        return t("states.clouds.nothing" if name == "memory" else "states.clouds.other")
    if name in ("memory", "state", "phrase"):
        return state_name(value, t)
    if name == "class":
        for table in ("states.word_classes", "token_classes"):
            key = f"{table}.{value.replace(' ', '_')}"
            if key in t:
                return t(key)
    return value if name == "depth" else isolated(value)
