"""Which of the palettes fits the theme that the person looks at."""

from __future__ import annotations

import streamlit as st

from pages.ui.figures.palette import DARK, LIGHT, Palette


def palette() -> Palette:
    """The colours for figures of this script run; the light ones where the theme is unknown."""
    return DARK if st.context.theme.type == "dark" else LIGHT
