"""A short walk over the page of gradients in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = 30_000


def test_the_lag_lab_trains_and_stops_while_the_page_answers(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/gradients?gradients.idea=lag&lang=en")
    page.wait_for_selector("[data-figure=race_bits]", timeout=LONG)
    page.locator(".st-key-lab-train button").first.click()
    page.wait_for_function(
        "document.querySelector('[data-figure=race_bits]')?.dataset.lastStep > 0", timeout=LONG
    )
    page.locator(".st-key-lab-stop button:enabled").first.click()
    page.wait_for_selector('.rx-strip[data-status="finished"]', timeout=LONG)
    page.get_by_text("Flow", exact=True).click()
    page.wait_for_selector("[data-figure=flow_matrix] .heatmaplayer image", timeout=LONG)
    assert page.locator("[data-testid=stException]").count() == 0
