"""The page of language models in a browser: every idea, used as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.overview import settled
from tests.browser.plots import click
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
SENTENCE = ".st-key-language_models-sentence input"
PLOT = ".st-key-language_models-{} .js-plotly-plot"
TRACE = """(plotted) => {
    const { text, base, x, y } = document.querySelector(plotted).data[0];
    return { text, base: Array.from(base ?? []), x: Array.from(x), y: Array.from(y) };
}"""
DRAWN = """([plotted, count]) => document.querySelector(plotted)?.data?.length === count"""
COUNTS = {"product": 6, "shapes": 5}
"""Traces of a plot: it takes the place of another, which stands there until it is drawn."""


def data(page: Page, idea: str) -> dict[str, Any]:
    """What the plot's first trace was given, as soon as it is drawn."""
    page.wait_for_function(DRAWN, arg=[PLOT.format(idea), COUNTS[idea]])
    settled(page)
    found: dict[str, Any] = page.evaluate(TRACE, PLOT.format(idea))
    return found


def choose(page: Page, idea: str) -> None:
    page.get_by_text(T(f"language_models.ideas.{idea}"), exact=True).click()


def wait_for_another(page: Page, sentence: str) -> None:
    page.wait_for_function(
        """([box, before]) => [...document.querySelectorAll(box)]
            .some(({ value }) => value !== before)""",
        arg=[SENTENCE, sentence],
    )


def test_every_idea_answers_a_person(page: Page, server: Server) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/cell?lang=en")
    page.locator(".st-key-cell-tick").wait_for()
    turn_to(page, "language_models")
    bars = data(page, "product")
    first = page.locator(SENTENCE).input_value()
    click(page, PLOT.format("product"), bars["base"][0] + bars["x"][0] / 2, bars["y"][0])
    wait_for_another(page, first)  # it goes on from a word that might have come
    other = page.locator(SENTENCE).input_value()
    assert other == bars["text"][0].split(" ")[0]
    page.locator(".st-key-language_models-number button:visible").first.click()
    wait_for_another(page, other)

    choose(page, "readers")  # the models are made by themselves
    page.get_by_text("And summed?").wait_for()  # kept back until one has said what to expect
    page.locator("[class*=st-key-predict-language_models][class*=-show] button:visible").click()
    page.get_by_text("A sum has no order").wait_for()
    page.wait_for_function(
        "document.querySelectorAll('.js-plotly-plot .main-svg:first-child').length === 3"
    )

    choose(page, "shapes")
    click(page, PLOT.format("shapes"), 5, data(page, "shapes")["y"][1])
    page.wait_for_function("new URL(location).searchParams.get('language_models.tick') === '5'")
    page.get_by_text(T("language_models.shapes.to_recurrent")).first.click()
    page.wait_for_function(
        "location.pathname.endsWith('/cell') &&"
        " new URL(location).searchParams.get('cell.tick') === '5'"
    )
    page.locator(".st-key-cell-tick").wait_for()
    assert page.get_by_test_id("stException").count() == 0
    assert complaints == []
