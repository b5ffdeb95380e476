"""Two people at two browsers: each has a run of its own, and may watch the other's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pages.ui.visit.i18n import texts
from tests.browser.conftest import LOCALE, VIEWPORT
from tests.browser.overview import Overview, Runs
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EN = texts("en")
SLOW = "corpus=lag&lag=3&hidden_size=16&epochs=100000&pace=5"


@contextmanager
def person(browser: Browser, server: Server) -> Iterator[Overview]:
    """Somebody with a browser, and cookies, of their own."""
    context = browser.new_context(viewport=VIEWPORT, locale=LOCALE)
    yield Overview(context.new_page(), server)
    context.close()


def test_whose_run_it_is_shows_in_two_browsers(
    browser: Browser, server: Server, runs: Runs
) -> None:
    with person(browser, server) as ann, person(browser, server) as bob:
        ann.open(SLOW)
        ann.start()
        run_id = ann.run_id
        owner = runs[run_id].owner
        assert owner is not None

        # A link shows it, and lets nothing be done to it.
        bob.open(f"run={run_id}")
        bob.wait_for_step(ann.step)
        bob.wait_for_button(EN("transport.start_own"))
        bob.wait_for_text(EN("transport.watching"))
        assert bob.page.locator(".st-key-stop:visible, .st-key-reset:visible").count() == 0
        bob.page.keyboard.press("s")
        box = bob.page.locator(".st-key-setting-learning_rate input")
        assert box.is_disabled()
        bob.wait_for_step(ann.step + 3)
        assert runs[run_id].status == "running"

        # A second tab, F5: still the same person.
        ann.page.reload()
        ann.wait_for_button(EN("transport.pause"))
        tab = Overview(ann.page.context.new_page(), server)
        tab.open(f"run={run_id}")
        tab.wait_for_button(EN("transport.pause"))
        tab.page.close()

        # The owner hands the controls over.
        ann.page.get_by_role("button", name=EN("sharing.open")).click()
        ann.page.get_by_role("button", name=EN("sharing.ask")).click()
        link = ann.page.locator(".st-key-sharing-control input")
        link.wait_for()
        ann.page.locator(".st-key-sharing-control button").click()
        ann.wait_for_text(EN("sharing.copied"))
        bob.page.goto(link.input_value())
        bob.wait_for_button(EN("transport.pause"))
        bob.wait_for_text(EN("sharing.taken_control"))
        assert "control" not in bob.page.url
        bob.press_primary("pause")
        bob.wait_for_status("paused")
        ann.wait_for_status("paused")
        assert runs[run_id].owner == owner
        assert not ann.complaints and not bob.complaints


def test_a_third_run_waits_in_sight_and_starts_by_itself(
    browser: Browser, server: Server, runs: Runs
) -> None:
    with person(browser, server) as ann:
        first = ""
        for seed in (1, 2):
            ann.open(f"{SLOW}&seed={seed}")
            ann.start()
            first = first or ann.run_id
        ann.open(f"{SLOW}&seed=3")
        ann.press_primary("start")
        ann.wait_for_status("waiting")
        ann.wait_for_text(EN("transport.waits_for_own"))
        ann.wait_for_text(EN("strip.queue", place=1))
        other = Overview(ann.page.context.new_page(), server)
        other.open(f"run={first}")
        other.press("stop")
        ann.wait_for_status("running")
        ann.page.get_by_text(EN("transport.waits_for_own")).wait_for(state="hidden")
        ann.wait_for_step(1)
        assert not ann.complaints
