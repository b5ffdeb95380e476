"""The page of one tick in a browser: keys, the slider's place, a click in the graph, the check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.ui.figures.palette import DARK
from pages.ui.visit.i18n import texts
from tests.browser.overview import settled
from tests.browser.server import Server
from tests.browser.sideways import SIDEWAYS

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAPH = ".st-key-cell-frame .js-plotly-plot"
NODE = f"""name => {{
    const graph = document.querySelector("{GRAPH}");
    const nodes = graph._fullData.find(trace => trace.mode === "markers+text");
    const i = nodes.customdata.findIndex(each => each[0] === name);
    const {{xaxis, yaxis}} = graph._fullLayout, box = graph.getBoundingClientRect();
    return [box.x + xaxis._offset + xaxis.l2p(nodes.x[i]),
            box.y + yaxis._offset + yaxis.l2p(nodes.y[i])];
}}"""

WATCH = f"""() => {{
    document.querySelector("{GRAPH}").dataset.marked = true;
    window.blank = 0;
    const look = () => {{
        if (!document.querySelector("[data-marked] .heatmaplayer image")) window.blank += 1;
        requestAnimationFrame(look);
    }};
    look();
}}"""
"""From now on, count the frames in which the graph that is there now is gone or blank."""


def at(page: Page, stop: int) -> None:
    page.wait_for_function(
        "stop => new URL(location).searchParams.get('cell.at') === String(stop)", arg=stop
    )


def test_one_walks_by_keys_jumps_by_a_click_and_checks_the_gradient(
    page: Page, server: Server
) -> None:
    t = texts("en")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/cell?lang=en")
    page.locator(f"{GRAPH} .plot-container").wait_for(state="attached")
    page.get_by_text(t("cell.stops.forward", i=1, n=5, what="MatMul")).wait_for()

    page.evaluate(WATCH)
    settled(page)
    page.keyboard.press("n")
    at(page, 2)
    page.keyboard.press("g")
    at(page, 6)
    page.get_by_text(t("cell.stops.arrival")).first.wait_for()
    page.wait_for_function("document.querySelector('[data-marked]').dataset.draws >= 3")
    assert page.evaluate("window.blank") == 0
    page.keyboard.press("b")
    at(page, 5)
    page.get_by_text(t("cell.stops.forward", i=5, n=5, what="tanh")).wait_for()
    page.locator(f"{GRAPH} .textpoint, {GRAPH} .points").first.wait_for(state="attached")
    page.mouse.click(*page.evaluate(NODE, "matmul_h"))
    at(page, 2)

    page.reload()
    page.get_by_text(t("cell.stops.forward", i=2, n=5, what="MatMul")).wait_for()
    page.get_by_role("button", name=t("cell.check.button")).click()
    page.get_by_text("They agree").wait_for()
    page.locator(".st-key-cell-check-figure .js-plotly-plot").wait_for()

    page.emulate_media(color_scheme="dark")  # the figures follow the page, untouched
    page.wait_for_function(
        "([graph, ink]) => document.querySelector(graph).layout.font.color === ink",
        arg=[GRAPH, DARK.text],
    )
    assert complaints == []


def test_on_a_phone_in_korean_only_the_graph_is_moved_sideways(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/cell?lang=ko&cell.at=3")
    page.locator(f"{GRAPH} .plot-container").wait_for(state="attached")
    assert not page.evaluate(SIDEWAYS)
    frame = page.locator(".st-key-cell-frame")
    page.wait_for_function(
        "each => each.scrollWidth > each.clientWidth", arg=frame.element_handle()
    )
