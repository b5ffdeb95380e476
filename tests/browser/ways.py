"""The ways in which a person types into a box."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.overview import Overview

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Way = Callable[[Overview, "Locator", str], None]


def replace(overview: Overview, box: Locator, text: str) -> None:
    box.click()
    overview.page.keyboard.press("Control+A")
    overview.page.keyboard.type(text)
    overview.page.keyboard.press("Enter")


def paste(overview: Overview, box: Locator, text: str) -> None:
    box.click()
    overview.page.keyboard.press("Control+A")
    overview.page.keyboard.insert_text(text)
    overview.page.keyboard.press("Tab")


def append(overview: Overview, box: Locator, text: str) -> None:
    box.click()
    overview.page.keyboard.press("End")
    overview.page.keyboard.type(text)
    overview.page.keyboard.press("Enter")


def retype(overview: Overview, box: Locator, text: str) -> None:
    box.click()
    overview.page.keyboard.press("End")
    for _ in box.input_value():
        overview.page.keyboard.press("Backspace")
    overview.page.keyboard.type(text)
    overview.page.keyboard.press("Tab")
