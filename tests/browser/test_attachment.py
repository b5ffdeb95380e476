"""A run belongs to its address, not to a tab: F5, another tab, going away and coming back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.overview import Overview, Runs, awaited, eventually, settled
from tests.browser.server import Server, start_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
SLOW = "hidden_size=16&epochs=1000&pace=100"
DRAWN = "rx.trace('perplexity', 'train').x"
MARKS = "rx.annotations('perplexity').filter(text => text.includes('→'))"


def test_f5_shows_all_that_was_drawn_and_goes_on(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    overview.start()
    overview.choose("learning_rate", "0.002")
    overview.wait(f"{MARKS}.length === 1")
    overview.wait_for_step(100)
    run_id, drawn, marks = overview.run_id, overview.read(DRAWN), overview.read(MARKS)

    overview.page.reload()
    overview.wait("step => rx.complete() && rx.last('perplexity', 'train') > step", drawn[-1])
    again = overview.read(DRAWN)
    assert overview.run_id == run_id
    assert overview.read("rx.strip().status") == "running"
    assert [step for step in again if 0 < step <= drawn[-1]] == [step for step in drawn if step]
    assert overview.read(MARKS) == marks
    # The panels are drawn before the boxes.
    assert awaited(lambda: overview.box("learning_rate"), "0.002") == "0.002"
    overview.wait_for_step(overview.step + 50)
    assert len(runs.records(run_id, "run")) == 1, "the same run, not started anew"


def test_a_second_tab_shows_the_same_run_and_both_move(
    overview: Overview, server: Server, runs: Runs
) -> None:
    overview.open(SLOW)
    overview.start()
    other = Overview(overview.page.context.new_page(), server)
    other.page.goto(overview.page.url)
    other.wait("rx.complete()")
    assert other.run_id == overview.run_id
    for tab in (overview, other):
        tab.page.bring_to_front()
        tab.wait("draws => rx.draws().every((now, i) => now > draws[i])", tab.read("rx.draws()"))

    other.press_primary("pause")
    overview.page.bring_to_front()
    overview.wait_for_status("paused")
    overview.press("step")  # its buttons know of the pause, too
    overview.wait_for_step(runs[overview.run_id].step)
    assert other.complaints == []


def test_a_hidden_tab_keeps_the_stream_of_a_run_and_no_other(
    overview: Overview, runs: Runs
) -> None:
    overview.open(SLOW)
    overview.start()
    overview.read("rx.see(false)")
    overview.wait_for_step(overview.step + 50)
    overview.read("rx.see(true)")
    overview.press_primary("pause")
    overview.wait_for_status("paused")
    overview.wait_for_button("Go on")

    overview.read("rx.see(false)")
    paused = overview.step
    runs.store.send(overview.run_id, "resume")
    eventually(lambda: runs[overview.run_id].step > paused + 100, "progress unseen")
    assert overview.step == paused, "nobody sees it: it hears nothing"
    overview.read("rx.see(true)")
    overview.wait("step => rx.last('perplexity', 'train') > step", paused + 100)
    between = [step for step in overview.read(DRAWN) if paused < step <= paused + 100]
    told = [record.step for record in runs.records(overview.run_id, "steps")]
    missed = [step for step in told if paused < step <= paused + 100]
    assert between == missed != [], "what was trained meanwhile is drawn, too"


def test_back_and_forward_go_through_the_settings(overview: Overview) -> None:
    overview.open("hidden_size=16")
    overview.page.get_by_role("link", name="too small").click()
    overview.wait("new URL(location).searchParams.get('hidden_size') === '4'")
    overview.page.go_back()
    overview.wait("new URL(location).searchParams.get('hidden_size') === '16'")
    eventually(lambda: overview.box("hidden_size") == "16", "old hidden size in its box")
    overview.page.go_forward()
    eventually(lambda: overview.box("hidden_size") == "4", "new hidden size in its box")
    assert overview.query == {"hidden_size": "4", "learning_rate": "0.001"}


def test_back_turns_one_page_a_press_and_stays_with_the_run(overview: Overview) -> None:
    page = overview.page
    overview.open(SLOW)
    turn_to(page, "cell")
    page.locator(".st-key-cell-next button:visible").click()
    overview.wait("new URL(location).searchParams.has('cell.at')")
    turn_to(page, "overview")
    overview.wait("rx.complete()")
    overview.start()
    run_id = overview.run_id
    turn_to(page, "gradients")
    overview.wait("location.pathname === '/gradients' && location.search.includes('run=')")
    example = page.get_by_text(T("source.train"), exact=True)
    for expected in ("/overview", "/cell"):
        page.go_back()
        # The cell was looked at before the run began: it looks into the run now.
        overview.wait(
            "([path, run]) => location.pathname === path && location.search.includes(run)",
            [expected, run_id],
        )
        page.get_by_role("heading", level=1, name=T(f"{expected[1:]}.title")).wait_for()
        assert example.count() == 0
        if expected == "/overview":  # the address that it writes at its end is its own
            overview.wait("rx.complete()")
        settled(page)
    overview.wait("new URL(location).searchParams.has('cell.at')")
    page.go_forward()
    overview.wait("location.pathname === '/overview' && rx.complete()")
    assert overview.run_id == run_id


def test_a_run_goes_on_while_its_page_is_left(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    overview.start()
    run_id, left = overview.run_id, overview.step
    overview.page.goto("about:blank")
    eventually(lambda: runs[run_id].step > left + 100, "progress without a page")
    overview.page.go_back()
    overview.wait("step => rx.complete() && rx.last('perplexity', 'train') > step", left + 100)
    assert overview.run_id == run_id
    assert overview.read("rx.strip().status") == "running"


@pytest.fixture
def impatient(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A server whose runs pause after eight seconds unwatched: longer than a busy machine may be
    deaf to those who watch."""
    monkeypatch.setenv("RNN_EXPLORER_LEASE_SECONDS", "8")
    running = start_server(tmp_path_factory.mktemp("impatient"))
    yield running
    running.stop()


def test_a_closed_tab_pauses_its_run_and_a_new_one_resumes_it(
    page: Page, impatient: Server
) -> None:
    overview = Overview(page, impatient)
    overview.open(SLOW)
    overview.start()
    run_id, address, context = overview.run_id, page.url, page.context
    with closing(Runs(impatient)) as runs:
        leases = set[float | None]()

        def renewed_three_times() -> bool:
            leases.add(runs[run_id].lease)
            return len(leases) > 3

        eventually(renewed_three_times, "renewed lease of the watched run")
        assert runs[run_id].status == "running"
        page.close()
        eventually(lambda: runs[run_id].status == "paused", "pause of the unwatched run")
        assert runs[run_id].reason == "unwatched"
        reached = runs[run_id].step

        again = Overview(context.new_page(), impatient)
        again.page.goto(address)
        again.wait_for_text(texts("en")("transport.unwatched"))
        again.wait("step => rx.complete() && rx.last('perplexity', 'train') === step", reached)
        again.press_primary("resume")
        again.wait_for_step(reached + 10)
        assert len(runs.losses(run_id)) >= reached + 10
        again.page.close()
