"""Fixtures for tests in a real Chromium: the running app, the browser and a fresh page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from tests.browser.overview import PATIENCE, Overview, Runs
from tests.browser.server import Server, start_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, ViewportSize

T = TypeVar("T")
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
"""The headless shell first: it draws the same pages without drawing a browser around them."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--in-process-gpu",  # one process less to pass each frame to
    "--process-per-site",  # while one page stays, the next opens in a process that is warm
)
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
LOCALE = "en-US"
"""What the browser asks for, whatever the machine speaks."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running app for all tests that leave no mark on the server itself."""
    running = start_server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """An app that nobody has visited yet; the test may kill it or its workers."""
    running = start_server(tmp_path / "server")
    yield running
    running.stop()


# Playwright keeps an event loop running in this thread, in which other tests could not run
# theirs: so a browser lives for one module, not for the whole session.
@pytest.fixture(scope="module")
def driver() -> Iterator[BrowserType]:
    """Starts the machine's own Chromium; skips with a reason where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if executable() is None:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def browser(driver: BrowserType) -> Iterator[Browser]:
    """A browser for those who need several profiles."""
    running = started(lambda: driver.launch(executable_path=executable(), args=list(ARGUMENTS)))
    yield running
    running.close()


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile keeps what a browser has compiled of the page's scripts: a third of its work when a
    page opens."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture(scope="module")
def context(driver: BrowserType, profile: Path, server: Server) -> Iterator[BrowserContext]:
    """A browser with this profile."""
    running = started(
        lambda: driver.launch_persistent_context(
            profile,
            executable_path=executable(),
            args=list(ARGUMENTS),
            viewport=VIEWPORT,
            locale=LOCALE,
        )
    )
    running.set_default_timeout(PATIENCE * 1000)
    running.pages[0].goto(f"{server.url}/_stcore/health")
    running.clear_cookies()
    yield running
    running.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A blank page of 1280 x 800; neither cookies nor storage are there from before."""
    yield context.new_page()
    for page in context.pages[1:]:  # without a page a browser ends
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        page.close()
    context.clear_cookies()


def started(start: Callable[[], T]) -> T:
    """A browser; a second one where the first has crashed before it showed a page, as Chromium
    does once in some hundred times on a busy machine."""
    from playwright.sync_api import Error

    try:
        return start()
    except Error:
        return start()


def executable() -> str | None:
    """Where the browser is, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside a failure: what each tab showed, and what the server said last."""
    report = yield
    fixtures: dict[str, object] = getattr(item, "funcargs", {})
    context = fixtures.get("context")
    if call.when == "call" and report.failed and context is not None:
        for page in cast("BrowserContext", context).pages[1:]:
            with suppress(Exception):  # the tab may have crashed: that is said already
                page.set_default_timeout(5000)
                shown = page.inner_text("body")
                report.sections.append((f"Tab at {page.url}", shown[:4000]))
        for running in fixtures.values():
            if isinstance(running, Server):
                report.sections.append((f"Server at {running.url}", running.log[-2000:]))
    return report


@pytest.fixture
def runs(server: Server) -> Iterator[Runs]:
    """The runs of the shared server; those that a test leaves behind are ended."""
    opened = Runs(server)
    yield opened
    opened.stop()
    opened.close()


@pytest.fixture
def overview(page: Page, server: Server, runs: Runs) -> Iterator[Overview]:
    """The Overview of the shared server in a tab of its own, without a complaint at the end."""
    opened = Overview(page, server)
    yield opened
    assert not opened.complaints
