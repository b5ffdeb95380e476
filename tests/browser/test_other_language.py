"""Turned to another language, every page says what it says when it is opened in that language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import LANGUAGES
from tests.browser.ideas import IDEAS, READY
from tests.browser.overview import awaited
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAID = """(() => {
  const main = document.querySelector("[data-testid=stMain]");
  const of = (what, read) =>
    [...main.querySelectorAll(what)].filter((one) => one.checkVisibility()).map(read);
  return [
    ...main.innerText.split("\\n").map((line) => line.trim()).filter(Boolean),
    ...of("input", (one) => `${one.value} (${one.placeholder})`),
    ...of("[aria-label]", (one) => one.getAttribute("aria-label")),
  ];
})()"""
"""Words, what boxes hold, and what a screen reader is told."""
NONE: set[str] = set()


@pytest.mark.parametrize("name", IDEAS)
def test_a_page_says_the_same_however_one_came_to_its_language(
    page: Page, server: Server, name: str
) -> None:
    other = page.context.new_page()
    for idea in IDEAS[name]:
        address = f"{server.url}/{name}?hidden_size=16&{name}.idea={idea}"
        other.goto(f"{address}&lang=ko")
        other.wait_for_function(READY)
        page.goto(f"{address}&lang=en")
        page.wait_for_function(READY)
        page.get_by_role("button", name=LANGUAGES["ko"]).first.click()
        page.wait_for_function("document.documentElement.lang === 'ko'")
        assert awaited(partial(differences, page, other), NONE) == NONE, page.url


def differences(one: Page, other: Page) -> set[str]:
    """What only one of two tabs says."""
    said, expected = (set(tab.evaluate(SAID)) for tab in (one, other))
    return said ^ expected
