"""A link to hand on: its address, and a button that copies it and says that it has."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from pages.ui.serving.scripts import component_script
from pages.ui.visit.i18n import Texts
from rnncore.paths import assets_dir


def link(t: Texts, address: str, *, key: str, label: str) -> None:
    """Draw it; `label` is what a screen reader calls the address."""
    words = {"label": label, "copy": t("sharing.copy"), "copied": t("sharing.copied")}
    _component()(key=key, data={"address": address, **words})


@cache
def _component() -> Any:
    """The component, registered once a server."""
    style = (assets_dir() / "js" / "link.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "link", js=component_script("link"), css=style, isolate_styles=False
    )
