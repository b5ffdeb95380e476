"""The page of states in a browser: every idea, used as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.overview import settled
from tests.browser.plots import click
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
LETTERS = """[...document.querySelectorAll("[data-testid=stGraphVizChart] svg")].map((svg) =>
  Number.parseFloat(svg.querySelector(".edge text")?.getAttribute("font-size"))
    * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
"""Pixels of the letters at the arrows of each automaton."""
PLOT = ".st-key-states-{} .js-plotly-plot"
SILENT = """(count) => document.querySelector(".st-key-states-text .js-plotly-plot")?.data?.length
    === count"""
SPACE = """() => document.querySelector(".st-key-states-scene canvas") &&
    document.querySelector(".st-key-states-scene .js-plotly-plot")?.dataset.draws"""
CARTESIAN = "() => !Plotly.PlotSchema.get().traces.scatter3d"


def choose(page: Page, idea: str) -> None:
    page.get_by_text(T(f"states.ideas.{idea}"), exact=True).click()


def show(page: Page) -> None:
    """Ask to be shown what answers the question."""
    page.locator("[class*=st-key-predict-states][class*=-show] button:visible").click()


def wait_for_value(page: Page, name: str, value: str) -> None:
    page.wait_for_function(
        "([name, value]) => new URL(location).searchParams.get(name) === value",
        arg=[f"states.{name}", value],
    )


def test_every_idea_answers_a_person(page: Page, server: Server) -> None:
    complaints, fetched = list[str](), list[str]()
    page.on("request", lambda request: fetched.append(request.url))
    page.set_default_timeout(40_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/cell?lang=en")
    page.locator(".st-key-cell-tick").wait_for()
    turn_to(page, "states")  # its network is trained there
    page.wait_for_function(SILENT, arg=3, timeout=60_000)
    show(page)  # the switch waits for the question
    page.locator(".st-key-states-silent input:enabled").first.wait_for(state="attached")
    settled(page)
    page.locator(".st-key-states-silent label").first.click()
    page.wait_for_function(SILENT, arg=4)
    row = page.evaluate(
        "(plotted) => document.querySelector(plotted).data[0].customdata[2][0]",
        PLOT.format("ranking"),
    )
    click(page, PLOT.format("ranking"), 0, 2)
    wait_for_value(page, "unit", str(row))

    choose(page, "clouds")
    show(page)
    page.locator(PLOT.format("clouds")).wait_for()
    page.locator(".st-key-states-moment input").first.press("ArrowLeft")
    wait_for_value(page, "moment", "6")
    page.get_by_text("after 1,350 updates").wait_for()

    assert [url for url in fetched if "gl3d" in url] == []
    page.locator(".st-key-states-space label").first.click()
    page.wait_for_function(SPACE, timeout=60_000)
    assert len([url for url in fetched if "gl3d" in url]) == 1
    assert page.evaluate(CARTESIAN), "other charts go on with the bundle they have"
    page.locator(".st-key-states-space label").first.click()
    page.locator(PLOT.format("clouds")).wait_for()

    choose(page, "grammar")
    page.locator(".st-key-states-own-automaton svg").first.wait_for()
    page.locator(".st-key-states-true-automaton svg").first.wait_for()
    page.wait_for_function(f"{LETTERS}.length === 2 && {LETTERS}.every((size) => size > 11)")
    show(page)
    page.wait_for_function(
        """document.querySelector(".st-key-states-knowledge .js-plotly-plot")?.data[0]?.x.length
            === 8""",
        timeout=60_000,
    )

    choose(page, "units")
    show(page)
    click(page, PLOT.format("heat_map"), 10, 1)
    wait_for_value(page, "first", "10")
    page.locator(PLOT.format("words")).wait_for()
    assert page.get_by_test_id("stException").count() == 0
    assert complaints == []


def test_a_browser_without_webgl_draws_the_plane_and_says_so(page: Page, server: Server) -> None:
    page.add_init_script(
        """const { getContext } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
            return kind.includes("webgl") ? null : getContext.call(this, kind, ...options);
        };"""
    )
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{server.url}/states?lang=en&states.idea=clouds&states.space=1")
    page.get_by_text(T("states.clouds.lacks_webgl")).wait_for(timeout=90_000)
    page.locator(PLOT.format("clouds")).wait_for()
    assert [url for url in fetched if "gl3d" in url] == []


def test_where_the_script_cannot_be_fetched_the_plane_stands_in_until_it_can(
    page: Page, server: Server
) -> None:
    page.set_default_timeout(60_000)
    page.route("**/plotly-gl3d*", lambda route: route.abort())
    page.goto(f"{server.url}/states?lang=en&states.idea=clouds&states.space=1")
    page.get_by_text(T("states.clouds.lacks_script")).wait_for(timeout=90_000)
    page.locator(PLOT.format("clouds")).wait_for()
    page.unroute("**/plotly-gl3d*")
    settled(page)
    page.locator(".st-key-states-space label").first.click()
    wait_for_value(page, "space", "0")
    page.get_by_text(T("states.clouds.lacks_script")).wait_for(state="detached")
    settled(page)
    page.locator(".st-key-states-space label").first.click()
    wait_for_value(page, "space", "1")
    page.wait_for_function(SPACE, timeout=60_000)
