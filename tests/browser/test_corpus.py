"""The page of corpora in a browser: every idea is drawn, by this server alone, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.ui.visit.i18n import LANGUAGES, texts
from tests.browser.overview import settled
from tests.browser.server import Server
from tests.browser.sideways import SIDEWAYS

if TYPE_CHECKING:
    from playwright.sync_api import Page

DRAWN = {
    "vocabulary": "[data-testid=stDataFrame] canvas",
    "frequencies": ".st-key-corpus-growth .js-plotly-plot .main-svg",
    "split": ".st-key-corpus-entropy .js-plotly-plot .main-svg",
    "source": "[data-testid=stGraphVizChart] svg g.node",
    "tokens": ".rx-chips table .rx-chip",
}
"""By idea, what is there once it is drawn."""


def test_every_idea_is_drawn_by_this_server_alone(page: Page, server: Server) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/corpus?grammar_tokens=6000&lang=en")
    for language in LANGUAGES:
        t = texts(language)
        if language != "en":
            page.locator(f".st-key-language-{language} button:visible").click()
        for idea, drawn in DRAWN.items():
            page.get_by_role("radio", name=t(f"corpus.ideas.{idea}"), exact=True).click()
            page.locator(drawn).first.wait_for()
            assert page.get_by_test_id("stException").count() == 0
            assert not page.evaluate(SIDEWAYS)
            if idea == "source":
                boxes = page.locator(f"{drawn} text").all_text_contents()
                assert {t("grammar_words.singular"), t("grammar_words.plural")} <= set(boxes)
    settled(page)
    alike = page.locator('.rx-chips ol .rx-chip[data-id="0"]')
    alike.first.hover()
    marked = page.locator('.rx-chips ol .rx-chip[data-equal="true"]')
    assert marked.count() == alike.count() > 1
    own = ("http://127.0.0.1", "http://localhost", "ws://127.0.0.1", "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert complaints == []


def test_on_a_phone_in_korean_nothing_is_cut_off(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/corpus?grammar_tokens=6000&corpus.idea=split&lang=ko")
    page.locator(DRAWN["split"]).first.wait_for()
    wide = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot, h3, button')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0 and not page.evaluate(SIDEWAYS)
