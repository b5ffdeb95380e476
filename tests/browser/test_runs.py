"""The page of runs in a browser: filtered, chosen, compared, exported and opened again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pages.ui.serving.identity import visitor_of
from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.overview import settled
from tests.browser.server import Server
from tests.pages.stored import SMALL, curve_of, entered

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.overview import Runs

T = texts("en")
HEAD, ROW, EDGE = 32, 32, 17
"""Pixels: of the table's head, of a row, and from its left edge to where rows are chosen."""
PLOTS = "[...document.querySelectorAll('[data-figure=perplexity] .js-plotly-plot')]"
DRAWN = f"() => {PLOTS}.filter((plot) => plot.querySelector('.scatterlayer path.js-line')).length"
LINES = f"""() => {PLOTS}.map((plot) =>
    plot.layout.shapes.filter((one) => one.line?.dash === 'dot' && one.yref === 'paper')
        .map((one) => one.x0)[0])"""
"""By run the update that its curves mark."""
POINTED = """(wanted) => JSON.stringify(wanted) === JSON.stringify(
    [...document.querySelectorAll("[data-figure=states]")].map((panel) =>
        [...panel.querySelectorAll(".rx-chip")].findIndex((one) => one.matches(".rx-pointed"))))"""
"""Whether these words are marked, by run."""
POINT = f"""() => {{
    const [plot] = {PLOTS};
    const {{ xaxis, yaxis }} = plot._fullLayout;
    const {{ x, y }} = plot.data.find((trace) => trace.uid === 'valid');
    const box = plot.getBoundingClientRect();
    return [box.x + xaxis._offset + xaxis.d2p(x[1]), box.y + yaxis._offset + yaxis.d2p(y[1])];
}}"""
"""Where the second point of the first held-out curve is on the screen."""


def wait_for_query(page: Page, name: str, value: str | None) -> None:
    page.wait_for_function(
        "([name, value]) => new URL(location).searchParams.get(name) === value",
        arg=[f"runs.{name}", value],
    )


def test_runs_are_found_compared_and_opened_elsewhere(
    page: Page, server: Server, runs: Runs, tmp_path: Path
) -> None:
    complaints: list[str] = []
    page.set_default_timeout(40_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/cell?lang=en")
    page.locator(".st-key-cell-tick").wait_for()
    turn_to(page, "runs")
    page.get_by_text(T("runs.empty.says")).wait_for()

    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    me = visitor_of(cookies, runs.store)
    assert me is not None
    low, high = (
        entered(runs.store, *curve_of(5, bits, bits - 0.5), config=config, owner=me, name=name)
        for bits, config, name in (
            (2.0, SMALL, "alpha <b>"),
            (3.0, SMALL.with_changes(hidden_size=9), "beta"),
        )
    )
    page.reload()
    table = page.get_by_test_id("stDataFrame")
    table.wait_for()
    page.get_by_text("2 of 2 runs").wait_for()
    page.get_by_placeholder(T("runs.filters.search")).fill("beta")
    page.get_by_text("1 of 2 runs").wait_for()
    page.get_by_placeholder(T("runs.filters.search")).fill("")
    page.get_by_text("2 of 2 runs").wait_for()

    settled(page)
    for row, chosen in ((0, low), (1, f"{low},{high}")):
        table.click(position={"x": EDGE, "y": HEAD + ROW * row + ROW // 2})
        wait_for_query(page, "chosen", chosen)
    page.locator(".st-key-runs-beside button:visible").click()
    wait_for_query(page, "compare", f"{low},{high}")
    page.wait_for_function(f"({DRAWN})() === 2")
    page.wait_for_function(f"({LINES})().every((x) => x === 20)")
    settled(page)
    x, y = page.evaluate(POINT)
    page.mouse.move(x - 3, y - 3)
    page.mouse.move(x, y)
    page.wait_for_function(f"({LINES})().every((x) => x === 10)")
    page.locator("[data-figure=states] .rx-chip").nth(2).hover()  # of the first run
    page.wait_for_function(POINTED, arg=[2, 2])
    page.reload()
    page.wait_for_function(f"({DRAWN})() === 2")
    page.get_by_role("link", name="beta").click()
    page.wait_for_url("**/overview*")
    page.locator("[data-figure=samples]").wait_for()
    page.go_back()
    wait_for_query(page, "compare", f"{low},{high}")
    page.wait_for_function(f"({DRAWN})() === 2")

    page.get_by_text(T("runs.ideas.table"), exact=True).click()
    table.wait_for()
    settled(page)
    table.click(position={"x": EDGE, "y": HEAD + ROW + ROW // 2})  # both were still chosen
    wait_for_query(page, "chosen", low)
    page.locator(".st-key-runs-export button").first.click()
    with page.expect_download() as download:
        page.get_by_text(T("runs.export.file", suffix=".rnnrun"), exact=True).click()
    file = tmp_path / "sent.rnnrun"
    download.value.save_as(file)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("3 of 3 runs").wait_for()
    page.get_by_test_id("stAlertContentSuccess").wait_for()
    came = runs.store.runs_of(me)[0]
    assert (came.name, came.owner, came.id in (low, high)) == ("alpha <b> (2)", me, False)
    wait_for_query(page, "chosen", came.id)
    assert page.get_by_test_id("stException").count() == 0
    assert complaints == []
