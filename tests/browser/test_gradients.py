"""The page of gradients in a browser: every idea, the lag lab, and a run that is followed live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.overview import Overview, settled
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
CHARTS = {
    "scales": 2, "jacobians": 3, "book": 2, "horizons": 1, "explosion": 4, "cells": 2, "flow": 2,
}  # fmt: skip
"""By idea, how many plots there are when all are drawn."""
ONE_STOP = """[...document.querySelectorAll("[data-testid=stWidgetLabel] .stTooltipIcon button")]
  .every((one) => one.tabIndex === -1)"""
"""Tab passes over the questions marks of settings: what they say is part of the setting."""
RUN = "hidden_size=16&embedding_size=8&batch_size=4&epochs=400&pace=120&lang=en"
NUMBERS = """() => {
    const plot = document.querySelector(".st-key-cell-frame .js-plotly-plot");
    const heats = plot.data.filter((trace) => trace.type === "heatmap");
    return heats.map((trace) => trace.text.flat().join(" "));
}"""
"""The numbers in the graph of the cell."""


def test_every_idea_is_drawn_and_the_lag_lab_trains_while_the_page_answers(
    page: Page, server: Server
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    shown = ",".join(("lag", *CHARTS))
    page.goto(f"{server.url}/gradients?gradients.idea=lag&gradients.shown={shown}&lang=en")
    page.wait_for_selector("[data-figure=race_bits]")
    example = page.get_by_text(T("gradients.race.example"))
    example.wait_for()  # a finished training stands where none was run
    page.locator(".st-key-lab-train button").first.click()
    page.wait_for_function(
        "document.querySelector('[data-figure=race_bits]')?.dataset.lastStep > 0"
    )
    example.wait_for(state="detached")
    page.wait_for_selector('.rx-strip[data-status="finished"]')
    page.get_by_text("Not learnt").wait_for()

    for idea, plots in CHARTS.items():
        page.get_by_text(T(f"gradients.ideas.{idea}", cells="RNN · LSTM · GRU"), exact=True).click()
        page.wait_for_function(
            """([idea, plots]) =>
                (new URL(location).searchParams.get("gradients.idea") ?? "flow") === idea &&
                document.querySelectorAll(".js-plotly-plot .main-svg:first-child").length === plots
            """,
            arg=[idea, plots],
        )
        assert page.get_by_test_id("stException").count() == 0
        page.wait_for_function(ONE_STOP)
    assert complaints == []


def test_a_run_is_followed_here_and_stays_still_where_numbers_are_checked(
    overview: Overview,
) -> None:
    page = overview.page
    overview.open(RUN)
    overview.start()
    turn_to(page, "gradients")
    matrix = page.locator("[data-figure=flow_matrix]")
    # With a full stop, or with a colon and the states that the run holds meanwhile.
    page.get_by_text(T("source.live").replace("**", "").rstrip(".")).first.wait_for()
    steps = set[str]()
    while len(steps) < 3:  # the matrix moves by itself
        page.wait_for_function(
            "seen => { const now = document.querySelector('[data-figure=flow_matrix]')"
            "?.dataset.lastStep; return now && !seen.includes(now); }",
            arg=list(steps),
        )
        steps.add(str(matrix.get_attribute("data-last-step")))

    turn_to(page, "cell")
    page.wait_for_selector(".st-key-cell-frame .js-plotly-plot .heatmaplayer image")
    page.get_by_text("updates ago").wait_for()
    before = page.evaluate(NUMBERS)
    page.get_by_text("updates ago").wait_for()
    assert page.evaluate(NUMBERS) == before
    settled(page)
    page.keyboard.press("u")
    page.wait_for_function(f"before => ({NUMBERS})().join() !== before.join()", arg=before)


def test_on_a_phone_in_korean_nothing_is_cut_off(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/gradients?gradients.idea=jacobians&lang=ko")
    page.locator(".js-plotly-plot .main-svg:first-child").nth(2).wait_for()
    wide = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
