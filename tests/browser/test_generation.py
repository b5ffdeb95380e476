"""The page of generation in a browser: every idea, used as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.plots import DRAWN, click
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
PROMPT = ".st-key-generation-prompt input"
PLOT = ".st-key-{} .js-plotly-plot"
MIDDLE = """([plotted, trace, number]) => {
    const { x, y } = document.querySelector(plotted)._fullData[trace];
    return [x[number] / 2, y[number]];
}"""
"""The middle of a horizontal bar."""


def choose(page: Page, idea: str) -> None:
    page.get_by_text(T(f"generation.ideas.{idea}"), exact=True).click()


def show(page: Page) -> None:
    """Ask to be shown what answers the question."""
    page.locator("[class*=st-key-predict-generation][class*=-show] button:visible").click()


def held(page: Page, name: str, value: str) -> None:
    """Wait until the address says so of a control."""
    page.wait_for_function(
        "([name, value]) => new URL(location).searchParams.get(`generation.${name}`) === value",
        arg=[name, value],
    )


def test_every_idea_answers_a_person(page: Page, server: Server) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/cell?lang=en")
    page.locator(".st-key-cell-tick").wait_for()
    turn_to(page, "generation")
    page.locator(PROMPT).wait_for()
    first = page.locator(PROMPT).input_value()
    bars = PLOT.format("generation-next")
    page.wait_for_function(DRAWN, arg=bars)
    likeliest = page.evaluate(MIDDLE, [bars, 1, 0])
    click(page, bars, *likeliest)  # the prompt goes on with it
    page.wait_for_function(
        "([box, before]) => document.querySelector(box)?.value.startsWith(before + ' ')",
        arg=[PROMPT, first],
    )

    choose(page, "branches")
    tokens = page.locator(".st-key-generation-text .rx-token:not([data-kind=prompt])")
    tokens.nth(3).click()
    held(page, "place", "4")
    before = tokens.all_inner_texts()
    other = page.locator("[class*=st-key-generation-alternative] button:enabled").first
    word = other.inner_text().rsplit(" ", 1)[0]
    other.click()
    page.locator(".rx-token[data-kind=given]").nth(3).wait_for()
    assert tokens.all_inner_texts()[:4] == [*before[:3], word]
    with page.expect_download() as saved:
        page.get_by_text(T("generation.kept.as_json")).click()
    assert saved.value.suggested_filename == "generated.json"
    page.get_by_text(T("generation.branches.beam"), exact=True).click()
    page.get_by_text(T("generation.beam.title")).wait_for()

    choose(page, "growth")
    show(page)
    page.get_by_text("at update 1,000").first.wait_for()

    choose(page, "surprise")
    page.locator(".st-key-generation-coloured .rx-token").nth(2).click()
    held(page, "at", "2")
    page.get_by_text(T("generation.surprise.excess"), exact=True).click()
    held(page, "measure", "excess")
    show(page)
    page.locator(".st-key-generation-surprise .js-plotly-plot").wait_for()

    choose(page, "copies")
    show(page)
    page.get_by_text("Wilson intervals of 95").wait_for()
    assert page.get_by_test_id("stException").count() == 0
    assert complaints == []
