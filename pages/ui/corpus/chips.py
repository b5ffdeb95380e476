"""Tokens with their ids, as chips: in the text's order, or as rows of inputs and targets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import streamlit as st

from pages.ui.figures.tokens import visible
from pages.ui.serving.scripts import component_script
from rnncore.paths import assets_dir
from rnncore.shapes import Ids
from rnncore.text.vocabulary import UNKNOWN, Vocabulary


class Row(NamedTuple):
    """Tokens by their ids; `name` is what a row of a table is called."""

    name: str
    ids: Ids


def chips(
    rows: Sequence[Row], vocabulary: Vocabulary, *, key: str, name: str, table: bool = False
) -> None:
    """Draw the rows, each as a running text or, in a `table`, one below the other. Pointing at a
    token marks its equals. `name` is what a screen reader says of it."""
    _component()(
        key=key,
        data={
            "name": name,
            "table": table,
            "rows": [{"name": row.name, "chips": _chips(row.ids, vocabulary)} for row in rows],
        },
    )


def _chips(ids: Ids, vocabulary: Vocabulary) -> list[tuple[str, int, bool]]:
    """Of each token what is shown, its id, and whether it stands for what is not known."""
    tokens = zip(vocabulary.decode(ids), ids.tolist(), strict=True)
    return [(visible(token), number, token == UNKNOWN) for token, number in tokens]


@cache
def _component() -> Any:
    """The component, registered once a server."""
    style = (assets_dir() / "js" / "chips.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "token_chips", js=component_script("chips"), css=style, isolate_styles=False
    )
