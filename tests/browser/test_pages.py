"""Every page in a browser, by the menu: it opens, draws, and complains of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.server import Server
from tests.browser.test_accessibility import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
DRAWN = "document.querySelector('h1') && document.querySelector('.js-plotly-plot .main-svg')"
OTHERWISE = {
    "corpus": "document.querySelector('.rx-chips')",
    "runs": "document.querySelector('[data-testid=stAlert]')",
    "tune": "document.querySelector('.st-key-primary button')",
}
"""What stands on a page that opens without a plot."""


@pytest.mark.essential
def test_every_page_opens_and_draws(page: Page, server: Server) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{server.url}/?hidden_size=8&embedding_size=4&grammar_tokens=3000")
    for name in PAGES:
        if name != "overview":
            turn_to(page, name)
        page.wait_for_function(f"document.title.startsWith({T(f'{name}.title')!r})")
        page.wait_for_function(OTHERWISE.get(name, DRAWN))
        assert page.get_by_test_id("stException").count() == 0, name
    assert complaints == []
