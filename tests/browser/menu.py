"""The pages' menu, used as a person does."""

from __future__ import annotations

from playwright.sync_api import Page

from pages.ui.visit.i18n import texts


def turn_to(page: Page, name: str, language: str = "en") -> None:
    """Choose a page of this name in the menu: it stands there, or in one of the menus."""
    link = page.locator(f'nav a[href$="/{name}"], [role="menu"] a[href$="/{name}"]')
    if not link.count():
        t = texts(language)
        page.get_by_test_id("stTopNavSection").filter(has_text=t(f"app.{group_of(name)}")).click()
    link.click()


def group_of(name: str) -> str:
    """The menu that holds a page."""
    if name in ("corpus", "language_models", "generation"):
        return "text"
    return "runs" if name in ("runs", "tune") else "inside"
