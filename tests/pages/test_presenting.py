"""Presentation mode: the address carries it, and it keeps every setting within reach."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import LANGUAGES
from tests.pages.conftest import Visit, components, query


def presenting(app: AppTest) -> bool:
    (frame,) = (given for given in components(app) if "title" in given)
    return bool(frame["presenting"])


def keys(app: AppTest) -> list[str]:
    """Settings that have a number box on the page."""
    return [str(box.key) for box in app.text_input if str(box.key).startswith("setting.")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_carries_it_and_a_click_ends_it(visit: Visit, language: str) -> None:
    app = visit(lang=language, present="1")
    assert presenting(app) and not app.exception
    settings = keys(app)
    app.button(key="present").click().run()
    assert not presenting(app) and "present" not in query(app)
    assert sorted(settings) == sorted(keys(app)), "what is not in sight stands in More settings"
    app.button(key="present").click().run()
    assert presenting(app) and query(app)["present"] == "1"


def test_it_stays_on_another_page(visit: Visit) -> None:
    app = visit(present="1").switch_page("../bptt.py").run()
    assert presenting(app)
