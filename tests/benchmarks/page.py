"""What a run in the browser costs and shows, in real Chromium: python -m tests.benchmarks.page

Opening beside that of a bare Streamlit page, first points, drawings a second, and the speed of
training with the page open beside that without it, turn by turn in one run. ROUNDS=5 is how often
each is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.machine import Watch
from tests.browser.conftest import ARGUMENTS, LOCALE, VIEWPORT, executable
from tests.browser.overview import Overview, Runs, eventually
from tests.browser.server import Server, free_port, healthy, spare_is_warm, start_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TURN_SECONDS = 6.0
SETTLE_SECONDS = 2.0
BARE = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Scatter(x=[0, 1, 2], y=[2, 1, 3])))
"""
DRAWN = """
const look = () => {
    const curve = document.querySelector('.js-plotly-plot .trace path.js-line');
    if (curve?.getAttribute('d')) window.drawn = performance.now();
    else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def main() -> int:
    if executable() is None:
        sys.stdout.write("The page is not measured: there is no Chromium.\n")
        return 0
    rounds, watch = int(os.environ.get("ROUNDS", "5")), Watch()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        server = start_server(Path(folder))
        try:
            eventually(lambda: spare_is_warm(server.home), "warm spare")
            openings(browser, server, Path(folder), rounds)
            say("first points, s", (first_points(browser, server) for _ in range(rounds)))
            training(browser, server, rounds)
            say("share of the machine that other programs had meanwhile", [watch.others()])
        finally:
            server.stop()
    return 0


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium while the block lasts."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        yield running
        running.close()


def openings(browser: Browser, server: Server, folder: Path, rounds: int) -> None:
    """Seconds of both pages, in turns, and their ratio."""
    with bare_page(folder) as url:
        both = [(opening(browser, server), bare_opening(browser, url)) for _ in range(rounds)]
    ours, bare = zip(*both, strict=True)
    say("opening, s", ours)
    say("opening of a bare page with one chart, s", bare)
    say("opening / that of the bare page", [median(ours) / median(bare)])


@contextmanager
def bare_page(folder: Path) -> Iterator[str]:
    """The address of a Streamlit page with one Plotly chart, while the block lasts."""
    script, port = folder / "bare.py", free_port()
    script.write_text(BARE, encoding="utf-8")
    options = ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    process = subprocess.Popen(
        [*command, "--server.port", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: healthy(url), "bare page")
        yield url
    finally:
        process.terminate()
        process.wait()


def bare_opening(browser: Browser, url: str) -> float:
    """Seconds from asking for the bare page to its curve; the browser knows nothing yet."""
    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    page.add_init_script(DRAWN)
    page.goto(url)
    page.wait_for_function("window.drawn > 0")
    seconds = float(page.evaluate("window.drawn")) / 1000
    context.close()
    return seconds


def opening(browser: Browser, server: Server) -> float:
    """Seconds from asking for the page to all four panels drawn; the browser knows nothing yet."""
    context = browser.new_context(viewport=VIEWPORT, locale=LOCALE)
    overview = Overview(context.new_page(), server)
    overview.open()
    overview.wait("rx.opened > 0")
    seconds = float(overview.read("rx.opened")) / 1000
    context.close()
    return seconds


def first_points(browser: Browser, server: Server) -> float:
    """Seconds from the click on Start to the first curve."""
    context = browser.new_context(viewport=VIEWPORT, locale=LOCALE)
    overview = Overview(context.new_page(), server)
    overview.open()
    eventually(lambda: spare_is_warm(server.home), "warm spare")
    time.sleep(SETTLE_SECONDS)
    overview.read("rx.time_start()")
    overview.press("primary")
    seconds = float(overview.read("rx.latency")) / 1000
    overview.press("stop")
    overview.wait_for_status("finished")
    context.close()
    return seconds


def training(browser: Browser, server: Server, rounds: int) -> None:
    """Drawings a second, and the speed with the page open by the speed without it."""
    context = browser.new_context(viewport=VIEWPORT, locale=LOCALE)
    page = context.new_page()
    overview = Overview(page, server)
    overview.open("epochs=10000")
    overview.start()
    run_id, runs = overview.run_id, Runs(server)
    watched, alone, rates = [], [], []
    for _ in range(rounds):
        time.sleep(SETTLE_SECONDS)
        began = progress(runs, run_id)
        rates.append(overview.read(f"rx.rates({TURN_SECONDS * 1000})"))
        watched.append(speed(began, progress(runs, run_id)))
        page.goto("about:blank")
        time.sleep(SETTLE_SECONDS)
        began = progress(runs, run_id)
        time.sleep(TURN_SECONDS)
        alone.append(speed(began, progress(runs, run_id)))
        overview.open(f"run={run_id}")
    ratios = [a / b for a, b in zip(watched, alone, strict=True)]
    panels = [median(values) for values in zip(*rates, strict=True)]
    say("drawings a second of each panel", panels)
    say("updates a second, page open", watched)
    say("updates a second, no page", alone)
    say("page open / no page", [*ratios, median(ratios)])
    runs.stop()
    runs.close()
    context.close()


def say(what: str, figures: Iterable[float]) -> None:
    sys.stdout.write(f"{what}: {'  '.join(f'{figure:.3g}' for figure in figures)}\n")
    sys.stdout.flush()


def progress(runs: Runs, run_id: str) -> tuple[float, int]:
    """Now, and how many updates have been made: at the moment the store reports more."""
    before = step = runs[run_id].step
    while step == before:
        time.sleep(0.002)
        step = runs[run_id].step
    return time.monotonic(), step


def speed(began: tuple[float, int], ended: tuple[float, int]) -> float:
    return (ended[1] - began[1]) / (ended[0] - began[0])


if __name__ == "__main__":
    raise SystemExit(main())
