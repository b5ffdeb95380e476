"""A table of which one row may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.ui.visit import session


def one_row(
    table: Any,
    ids: Sequence[int],
    chosen: int | None,
    on_choose: Callable[[int | None], None],
    *,
    key: str,
    **look: Any,
) -> None:
    """Draw a row for each of the ids; a click calls `on_choose` with its id, None for none."""
    rows = [place for place, one in enumerate(ids) if one == chosen]
    selection: Any = {"selection": {"rows": rows, "columns": [], "cells": []}}
    session.seed(key, selection)

    def take() -> None:
        state = session.widget(key)
        if state is not None:
            picked = [ids[place] for place in state["selection"]["rows"] if place < len(ids)]
            on_choose(picked[0] if picked else None)

    st.dataframe(
        table,
        key=key,
        on_select=take,
        selection_mode="single-row",
        selection_default=selection,
        hide_index=True,
        **look,
    )
