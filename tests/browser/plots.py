"""Plots as a person's mouse meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.overview import settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

DRAWN = "(plotted) => document.querySelector(plotted)?._fullLayout"
PLACE = """([plotted, x, y]) => {
    const plot = document.querySelector(plotted);
    plot.scrollIntoView({ block: "center", behavior: "instant" });
    const { xaxis, yaxis } = plot._fullLayout;
    const box = plot.getBoundingClientRect();
    return [box.x + xaxis._offset + xaxis.l2p(x), box.y + yaxis._offset + yaxis.l2p(y)];
}"""
FORGET = "(plotted) => { document.querySelector(plotted)._hoverdata = undefined; }"
HOVERED = "(plotted) => document.querySelector(plotted)._hoverdata?.length"


def place(page: Page, plotted: str, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a point of a plot lies, which is scrolled into sight."""
    page.wait_for_function(DRAWN, arg=plotted)
    settled(page)
    left, top = page.evaluate(PLACE, [plotted, x, y])
    return left, top


def click(page: Page, plotted: str, x: float, y: float) -> None:
    """Click on a point of a plot. Plotly looks at most every 50 ms what the mouse is on, and a
    click is one on what it saw last."""
    left, top = place(page, plotted, x, y)
    page.evaluate(FORGET, plotted)
    page.mouse.move(left - 2, top)
    page.mouse.move(left, top)
    page.wait_for_function(HOVERED, arg=plotted)
    page.mouse.click(left, top)
