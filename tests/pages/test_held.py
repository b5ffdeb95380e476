"""Controls that are set before they are drawn: the browser finds their value in each drawing."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _controls() -> None:
    from types import SimpleNamespace
    from typing import Any

    from pages.ui.visit.i18n import texts
    from pages.ui.widgets import held, one_row
    from pages.ui.widgets.number_box import Drawn

    words, drawn = "app.lesson", Drawn()
    visit: Any = SimpleNamespace(page="page", t=texts("en"), page_state=lambda _: drawn)
    held.slider(visit, "slider", words, 3, 0, 9)
    held.select_slider(visit, "select_slider", words, 5, (1, 5, 9), str)
    held.number(visit, "number", words, 4, 0, 9)
    held.selectbox(visit, "selectbox", words, "b", ("a", "b"), str)
    held.segments(visit, "segments", words, "b", ("a", "b"), str)
    held.search(visit, "search", words, "typed")
    held.toggle(visit, "toggle", words, value=True)
    held.several(visit, "several", words, (1, 2), 4, 3)
    held.picks(visit, "picks", words, ("b",), ("a", "b"), str, 2)
    held.text(visit, "text", words, "typed", 9)
    held.lines(visit, "lines", words, "typed", 9)
    held.rows(visit, "rows", ("a", "b"), ("b",), {"id": ["a", "b"]})
    one_row.one_row({"id": ["a", "b"]}, (7, 8), 8, lambda _: None, key="page.row")


ROW = '{"selection": {"rows": [1], "columns": [], "cells": []}}'


def test_a_control_that_is_set_is_sent_with_its_value_as_the_default() -> None:
    app = AppTest.from_function(_controls).run()
    assert not app.exception
    sent = {
        one.proto.id.rpartition("page.")[2]: one.proto
        for one in app.main
        if getattr(getattr(one, "proto", None), "id", "")
    }
    tables = {name: proto.selection_default for name, proto in sent.items() if name[:3] == "row"}
    assert tables == {"rows": ROW, "row": ROW}
    single = ("number", "selectbox", "search", "toggle", "text", "lines")
    assert {name: sent[name].default for name in single} == {
        "number": 4,
        "selectbox": 1,
        "search": "typed",
        "toggle": True,
        "text": "typed",
        "lines": "typed",
    }
    listed = ("slider", "select_slider", "segments", "several", "picks")
    assert {name: list(sent[name].default) for name in listed} == {
        "slider": [3],
        "select_slider": [1],
        "segments": [1],
        "several": [1, 2],
        "picks": [1],
    }
