"""A sweep in a browser: begun by a click, brushed, stopped, and gone on with by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import texts
from rnncore.sweeps.book import Sweeps
from tests.browser.overview import Overview, Runs, eventually, settled
from tests.browser.plots import click, place
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
PLOT = ".st-key-tune-{} .js-plotly-plot"
SMALL = "grammar_tokens=6000&embedding_size=4&time_size=5"
PLAN = "tune.trials=40&tune.seeds=1&tune.updates=3000&tune.workers=2"
MEASURED = """(plotted) => document.querySelector(plotted)?.data
    ?.find((trace) => trace.mode === "markers" && trace.customdata)?.x.includes(2)"""
"""Whether a trial has reached the axis of results."""
FIRST = """(plotted) => {
    const { x, y } = document.querySelector(plotted).data
        .find((trace) => trace.mode === "markers" && trace.customdata);
    return [2, y[x.indexOf(2)]];
}"""
BOXES = "([plotted, count]) => document.querySelector(plotted)?.layout.shapes?.length === count"


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    return place(page, PLOT.format("parallel"), x, y)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def brush(page: Page) -> str:
    return str(page.evaluate("new URL(location).searchParams.get('tune.brush')"))


@pytest.mark.essential
def test_a_sweep_is_begun_brushed_stopped_and_gone_on_with_by_hand(
    page: Page, server: Server, runs: Runs
) -> None:
    complaints: list[str] = []
    page.set_default_timeout(90_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/tune?lang=en&{SMALL}&{PLAN}")
    page.locator(".st-key-primary button:visible", has_text=T("tune.form.start")).click()
    page.wait_for_function(MEASURED, arg=PLOT.format("parallel"))
    sweep = page.evaluate("new URL(location).searchParams.get('tune.sweep')")

    # New trials come while the box is drawn and when it is there.
    drag(page, at(page, 0.02, 0.3), at(page, 0.02, 1.02))  # straight along the axis
    page.wait_for_function(BOXES, arg=[PLOT.format("parallel"), 1])
    page.wait_for_function("new URL(location).searchParams.has('tune.brush')")
    before = brush(page)
    assert before.startswith("learning_rate:") and before.count(":") == 1
    drag(page, at(page, 0, 0.3), at(page, 0, 0.6))  # its lower end
    page.wait_for_function(
        "before => new URL(location).searchParams.get('tune.brush') !== before", arg=before
    )
    page.locator(".st-key-tune-clear button:visible").click()
    page.wait_for_function("!new URL(location).searchParams.has('tune.brush')")

    page.locator(".st-key-tune-stop button:visible").click()
    page.get_by_text("Sweep stopped").wait_for()
    page.wait_for_function("!document.querySelector('[data-testid=stSpinner], [data-stale=true]')")
    row = Sweeps(runs.store).row(sweep)
    assert row is not None and row.status == "stopped"

    settled(page)
    plotted = PLOT.format("parallel")
    click(page, plotted, *page.evaluate(FIRST, plotted))
    page.wait_for_function("new URL(location).searchParams.has('run')")
    parent = page.evaluate("new URL(location).searchParams.get('run')")
    page.locator(".st-key-tune-by_hand button:visible").click()
    page.wait_for_url("**/overview**")
    page.wait_for_function(
        "parent => new URL(location).searchParams.get('run') !== parent", arg=parent
    )
    child = runs[page.evaluate("new URL(location).searchParams.get('run')")]
    assert child.parent == parent
    page.locator(".rx-strip[data-status=paused]").wait_for()
    assert runs[child.id].step <= runs[parent].step
    Overview(page, server).press_primary("resume")  # it was queued a moment ago
    eventually(lambda: runs[child.id].step > runs[parent].step, "update beyond the trial's last")
    assert page.get_by_test_id("stException").count() == 0
    assert complaints == []
