"""Turned to another language, every page says what it says when it is opened in that language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import LANGUAGES
from tests.browser.ideas import IDEAS, READY
from tests.browser.overview import awaited, resting
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


@pytest.mark.parametrize("name", IDEAS)
def test_a_page_says_the_same_however_one_came_to_its_language(
    page: Page, server: Server, name: str
) -> None:
    def said() -> set[str]:
        return set(page.evaluate(SAID))

    for idea in IDEAS[name]:
        address = f"{server.url}/{name}?hidden_size=16&{name}.idea={idea}"
        page.goto(f"{address}&lang=ko")
        page.wait_for_function(READY)
        opened = resting(said)
        page.goto(f"{address}&lang=en")
        page.wait_for_function(READY)
        page.get_by_role("button", name=LANGUAGES["ko"]).first.click()
        page.wait_for_function("document.documentElement.lang === 'ko'")
        assert awaited(said, opened) ^ opened == set(), page.url
