"""Several seeds of the present settings: their band grows beneath a curve that is going on."""

from __future__ import annotations

from tests.browser.overview import Overview

BAND = "rx.trace('perplexity', 'band0')"
SMALL = "hidden_size=8&embedding_size=8&grammar_tokens=20000&learning_rate=0.01"


def test_seeds_are_trained_beside_a_run_and_stopped(overview: Overview) -> None:
    overview.open(f"{SMALL}&epochs=300")
    overview.page.locator(".st-key-seeds-open button:visible").click()
    overview.page.locator(".st-key-seeds-train button:visible").click()
    overview.wait(f"{BAND}?.x.length >= 4")
    overview.start()
    overview.wait(f"({BAND}?.x.length ?? 0) >= 10")  # it goes on beside the run, and grows
    step = int(overview.read("rx.strip().done"))
    overview.wait_for_step(step + 100)
    bits = overview.read(f"{BAND}.customdata.map(([bits]) => bits)")
    half = len(bits) // 2
    assert all(high >= low for high, low in zip(bits[:half], bits[:half:-1], strict=False))
    overview.page.locator(".st-key-seeds-open button:visible").click()  # Start has closed it
    overview.page.locator(".st-key-seeds-stop button:visible").click()
    overview.page.locator(".st-key-seeds-train button:visible").wait_for()
    assert overview.read(f"{BAND}.x.length") >= len(bits)
    assert overview.complaints == []
