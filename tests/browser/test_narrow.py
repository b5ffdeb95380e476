"""A phone, and a page zoomed to 150 %: what is too wide is moved in its place, the page is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.browser.ideas import IDEAS, READY
from tests.browser.overview import awaited
from tests.browser.sideways import SIDEWAYS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.server import Server

SIZES = (390, 844), (853, 533)


@pytest.mark.parametrize("name", IDEAS)
def test_no_page_is_moved_sideways(page: Page, server: Server, name: str) -> None:
    for idea in IDEAS[name]:
        page.goto(f"{server.url}/{name}?lang=en&hidden_size=16&{name}.idea={idea}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(READY)
            assert not awaited(partial(page.evaluate, SIDEWAYS), False), (page.url, width)


@pytest.mark.parametrize(
    ("idea", "shown"),
    [("next", ".js-plotly-plot"), ("branches", ".st-key-generation-text")],
)
def test_a_phone_shows_what_the_page_is_about_without_scrolling(
    page: Page, server: Server, idea: str, shown: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/generation?lang=en&generation.idea={idea}")
    page.wait_for_function(READY)
    top = f"document.querySelector('{shown}')?.getBoundingClientRect().top"
    page.wait_for_function(f"{top} < innerHeight - 100")
