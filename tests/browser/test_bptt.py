"""The BPTT page in a browser: windows walk by key, and two nets are really trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.ui.visit.i18n import texts
from tests.browser.overview import settled
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHARTS = 6
TEXT_SETTINGS = "grammar_tokens=6000"


def test_windows_walk_and_two_nets_are_trained(page: Page, server: Server) -> None:
    t = texts("en")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/bptt?{TEXT_SETTINGS}&lang=en")
    page.locator(".js-plotly-plot").nth(CHARTS - 1).wait_for()
    page.get_by_text(t("bptt.batching.state_reset")).first.wait_for()
    settled(page)

    for update in range(2, 6):
        page.keyboard.press("n")
        shown = page.get_by_text(f"update {update} (epoch").locator("visible=true")
        shown.first.wait_for()
    page.get_by_text(t("bptt.batching.wrap", stream=4).replace("**", "")).wait_for()
    page.keyboard.press("b")
    page.get_by_text("update 4 (epoch 1)").first.wait_for()
    page.wait_for_function("new URL(location).searchParams.get('bptt.update') === '4'")

    page.locator(".st-key-lab-train button:visible").click()
    page.get_by_text("perplexity of held-out text:").wait_for()
    page.locator(".js-plotly-plot").nth(CHARTS).wait_for()
    page.wait_for_function("new URL(location).searchParams.get('bptt.pair') === '6'")

    page.reload()
    page.get_by_text("update 4 (epoch 1)").first.wait_for()
    page.locator(".js-plotly-plot").nth(CHARTS - 1).wait_for()
    trained = page.get_by_text("perplexity of held-out text:")
    assert trained.count() == 0, "an address trains nothing"
    page.locator(".st-key-lab-train button:visible").click()
    trained.wait_for()
    assert complaints == []


def test_on_a_phone_in_korean_nothing_is_cut_off(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/bptt?{TEXT_SETTINGS}&lang=ko")
    page.locator(".js-plotly-plot").nth(CHARTS - 1).wait_for()
    wide = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot, h3, button')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
