"""What the browser's request says of itself, beside its query."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def through_history() -> bool:
    """Whether the browser's Back or Forward led here, and no link."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def page_url() -> str:
    """The address of the present page without its query, as the browser has it."""
    return st.context.url or ""
