"""On a projector, by keyboard and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.gradients import SECTIONS as IDEAS
from pages.ui.visit.i18n import LANGUAGES, texts
from tests.browser.overview import Overview, awaited, resting
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

ALL_IN_SIGHT = """(height) => rx.ids.every((id) => {
  const { top, bottom } = rx.panel(id).getBoundingClientRect();
  return top > 0 && bottom <= height;
})"""
ONE_LINE = """(() => {
  const shown = [...document.querySelectorAll(".st-key-transport :is(button, input)")]
    .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
    .map((one) => one.getBoundingClientRect());
  const middles = shown.map(({ top, bottom }) => (top + bottom) / 2);
  return shown.length > 6 && Math.max(...middles) - Math.min(...middles) < 10
    && shown.every(({ right }) => right <= innerWidth);
})()"""
TICKS_APART = """[...document.querySelectorAll(".js-plotly-plot")].every((plot) =>
  ["ytick", "y2tick"].every((axis) => {
    const ticks = [...plot.querySelectorAll(`.${axis} text`)]
      .map((one) => one.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    return ticks.slice(1).every(({ top, height }, at) => top - ticks[at].top > 0.7 * height);
  }))"""
WHOLE_GRAPH = """(() => {
  const graph = document.querySelector(".st-key-cell-frame .js-plotly-plot");
  if (!graph?.querySelector(".main-svg")) return false;
  const { top, bottom, right } = graph.getBoundingClientRect();
  return top > 0 && bottom <= innerHeight && right <= innerWidth;
})()"""
TOUR_BUTTONS = """[...document.querySelectorAll('.st-key-tour button')]
  .filter((one) => one.getClientRects().length)
  .map((one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().top])"""
ALONE = """(id) => {
  const alone = [...document.querySelectorAll(".rx-panel")].filter((one) => one.checkVisibility());
  const { left, right, bottom } = rx.panel(id).getBoundingClientRect();
  return alone.length === 1 && alone[0] === rx.panel(id) && right - left > 0.9 * innerWidth
    && bottom <= innerHeight && rx.plot(id)._fullLayout.width > 0.4 * innerWidth;
}"""
LETTERS = "[...document.querySelectorAll('[data-figure=perplexity] .xtick text')].map(" + (
    "(one) => Number.parseFloat(getComputedStyle(one).fontSize))[0]"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_class_sees_all_panels_or_one_alone(overview: Overview, language: str) -> None:
    overview.open(f"hidden_size=16&lang={language}")
    usual = overview.read(LETTERS)
    overview.page.keyboard.press("p")
    overview.wait("document.documentElement.classList.contains('rx-presenting')")
    overview.wait("new URL(location).searchParams.get('present') === '1'")
    overview.wait(f"Math.abs({LETTERS} / {usual} - 1.5) < 0.01")
    for height in (800, 720):
        overview.page.set_viewport_size({"width": 1280, "height": height})
        overview.wait(ALL_IN_SIGHT, height)
        overview.wait(ONE_LINE)
        overview.wait(TICKS_APART)
    overview.page.keyboard.press("2")
    overview.wait(ALONE, "gradients")
    overview.page.keyboard.press("2")
    overview.wait(ALL_IN_SIGHT, 720)
    overview.page.locator("[data-figure=states] .rx-title button").click()
    overview.wait(ALONE, "states")
    overview.page.keyboard.press("p")
    overview.wait("!new URL(location).searchParams.has('present')")
    overview.wait(f"document.documentElement.lang === '{language}'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_buttons_stand_in_one_line_whatever_the_run_does(
    overview: Overview, language: str
) -> None:
    overview.page.set_viewport_size({"width": 1280, "height": 800})
    overview.open(f"grammar_tokens=2000&hidden_size=8&epochs=100000&lang={language}")
    overview.start()
    overview.press_primary("pause")
    overview.wait_for_status("paused")
    overview.choose("hidden_size", "24")
    overview.wait_for_text(texts(language)("transport.pending", changes="").strip())
    for present in (False, True):
        overview.wait(
            "present => document.documentElement.classList.contains('rx-presenting') === present",
            present,
        )
        overview.wait(ONE_LINE)
        overview.wait(ALL_IN_SIGHT, 800)
        overview.page.mouse.click(1000, 20)  # keys are for the page again
        overview.page.keyboard.press("p")
    overview.page.keyboard.press("s")
    overview.wait_for_status("finished")
    overview.page.keyboard.press("p")
    overview.wait(ONE_LINE)


@pytest.mark.parametrize("present", ["0", "1"])
def test_the_buttons_of_a_tour_stand_still(page: Page, server: Server, present: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    places = None
    for at in ("runs?tour=19", "cell?tour=5"):  # in two lines, and in one
        page.goto(f"{server.url}/{at}&present={present}")
        page.wait_for_function(
            f"shown => document.documentElement.classList.contains('rx-presenting') === shown"
            f" && {TOUR_BUTTONS}.length === 3",
            arg=present == "1",
        )
        if places is None:
            places = resting(lambda: page.evaluate(TOUR_BUTTONS))
    assert places is not None
    assert awaited(lambda: page.evaluate(TOUR_BUTTONS), places) == places
    assert len({top for _, top in places}) == 1  # in one row


def test_a_class_sees_the_graph_of_a_cell_as_a_whole(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    for cell in ("rnn", "gru"):
        page.goto(f"{server.url}/cell?hidden_size=16&present=1&cell.cell={cell}")
        page.wait_for_function(WHOLE_GRAPH)


def test_tab_stops_once_at_each_setting_and_shows_where_it_is(overview: Overview) -> None:
    overview.open("hidden_size=16")
    overview.wait("document.querySelector('.st-key-setting-pace [aria-description]')")
    overview.page.locator(".st-key-setting-corpus input").focus()
    stops = []
    for _ in range(8):
        stops.append(
            overview.read(
                "document.activeElement.closest('[class*=st-key-]').className"
                ".match(/st-key-(?:setting-)?(\\w+)/)[1]"
            )
        )
        marked = "getComputedStyle(document.activeElement).outlineStyle"
        assert overview.read(marked) == "solid", stops
        overview.page.keyboard.press("Tab")
    boxes = ["hidden_size", "time_size", "learning_rate", "max_grad_norm", "temperature", "pace"]
    assert stops == ["corpus", *boxes, "primary"]


def test_a_phone_keeps_the_active_operation_in_sight(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/cell?hidden_size=16&cell.at=6")
    frame = "document.querySelector('.st-key-cell-frame')"
    page.wait_for_function(f"{frame}?.querySelector('.js-plotly-plot') && {frame}.scrollLeft > 300")
    page.goto(f"{server.url}/gradients?hidden_size=16")
    tabs = "[...document.querySelectorAll('.st-key-gradients-idea [role=radio]')]"
    in_sight = "({ left, right }) => left >= 0 && right <= 390"
    page.wait_for_function(
        f"{tabs}.length === {len(IDEAS)} && "
        f"{tabs}.map((one) => one.getBoundingClientRect()).every({in_sight})"
    )
